package dev.sallyport.capture;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A capture file that is read and decoded by a thread of its own, ahead of who follows its connections.
 *
 * <p>Few batches go round: filled there, used here, one behind the other since the packets of both are told in the order of their
 * times. So no more is read ahead, and the reader's buffers, one more than there are batches, hold all that their segments refer to
 * ({@link ByteInput#lend}).
 */
public final class DecodedCapture implements Closeable {

    static final int BATCHES = 4;

    private final CaptureFile file;
    private final PacketDecoder decoder;
    private final Ahead<Batch> batches;
    private @Nullable Batch used;
    private @Nullable Batch ahead;
    /** Why there is none behind the one ahead. */
    private @Nullable CaptureException failure;

    private DecodedCapture(CaptureFile file, PacketDecoder decoder) {
        this.file = file;
        this.decoder = decoder;
        this.batches = new Ahead<>("capture-reader", Stream.generate(Batch::new).limit(BATCHES).toList(), this::fill);
    }

    /**
     * Begins to read.
     *
     * @param decoder that nobody else uses until this is closed
     * @throws CaptureException when there is no such file, it cannot be read, or it is no capture
     */
    public static DecodedCapture open(Path path, PacketDecoder decoder) throws CaptureException {
        return new DecodedCapture(CaptureFile.open(path), decoder);
    }

    /** How many bytes the file has; 0 where that is not known. */
    public long size() {
        return file.size();
    }

    /**
     * The next packets.
     *
     * @return valid until this is called again; null behind the last
     * @throws CaptureException when the file cannot be read further: the packets before this are good
     */
    public @Nullable Batch next() throws CaptureException {
        if (used == null) {
            ahead = batches.next();
        } else {
            used.clear();
            batches.used(used);
        }
        used = ahead;
        if (used != null) {
            ahead = taken();
            used.behind = ahead;
        } else if (failure != null) {
            throw failure;
        }
        return used;
    }

    /** What cannot be read comes behind what can. */
    private @Nullable Batch taken() throws CaptureException {
        try {
            return batches.next();
        } catch (CaptureException told) {
            failure = told;
            return null;
        }
    }

    private void fill(Ahead<Batch> round) throws CaptureException, InterruptedException {
        var packet = new Packet();
        var batch = round.empty();
        var buffer = packet.bytes;
        try {
            while (file.next(packet)) {
                if (packet.bytes != buffer || batch.full()) {
                    handOver(batch, round);
                    batch = round.empty();
                    buffer = packet.bytes;
                }
                batch.add(packet, decoder);
            }
        } finally {
            handOver(batch, round);
        }
    }

    private void handOver(Batch batch, Ahead<Batch> round) {
        batch.counts.reached(file.position());
        batch.whole();
        round.filled(batch);
    }

    /** Whatever was not read is not read any more. */
    @Override
    public void close() throws IOException {
        batches.close();
        file.close();
    }
}
