package dev.sallyport.datapath;

import dev.sallyport.session.Moved;
import dev.sallyport.session.PinholeId;
import dev.sallyport.session.PinholeRequest;
import dev.sallyport.session.RangeId;
import dev.sallyport.session.RangeRequest;
import java.util.HashMap;
import java.util.Map;

/**
 * Two data paths of one gateway: what has TLS on any side goes one way, all else the other. Which way a pinhole went is not kept: the one
 * that has it knows it, and to the other it is nothing.
 *
 * @param clear carries what has no TLS that the gateway ends, and ranges, behind which it ends none
 * @param secured ends TLS of what it carries
 */
public record SplitDataPath(DataPath clear, DataPath secured) implements DataPath {

    @Override
    public void open(PinholeRequest request, PinholeOwner owner) {
        (request.protection().any() ? secured : clear).open(request, owner);
    }

    @Override
    public void close(PinholeId pinhole, boolean presumedUsed) {
        clear.close(pinhole, presumedUsed);
        secured.close(pinhole, presumedUsed);
    }

    @Override
    public void cut(PinholeId pinhole) {
        clear.cut(pinhole);
        secured.cut(pinhole);
    }

    @Override
    public void secure(PinholeId pinhole) {
        secured.secure(pinhole);
    }

    @Override
    public void openRange(RangeRequest request, PinholeOwner owner) {
        clear.openRange(request, owner);
    }

    @Override
    public void closeRange(RangeId range, boolean cut) {
        clear.closeRange(range, cut);
    }

    @Override
    public void shutDown() {
        clear.shutDown();
        secured.shutDown();
    }

    @Override
    public Map<PinholeId, Moved> moving() {
        var moving = new HashMap<>(clear.moving());
        moving.putAll(secured.moving());
        return moving;
    }

    @Override
    public long waits() {
        return clear.waits() + secured.waits();
    }

    @Override
    public int open() {
        return clear.open() + secured.open();
    }
}
