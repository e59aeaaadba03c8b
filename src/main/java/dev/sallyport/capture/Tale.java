package dev.sallyport.capture;

import dev.sallyport.capture.PacketDecoder.Found;
import java.util.ArrayList;
import java.util.List;

/** What there is to tell of the packets of one batch. */
public final class Tale {

    private final List<Told> told = new ArrayList<>();
    private final List<TcpConnection> ignored = new ArrayList<>();
    private final long[] counts = new long[Found.values().length];
    private long bytes;
    private long position;

    Tale() {}

    /** Of another batch from now on. */
    void begin(Batch batch) {
        told.clear();
        bytes = batch.bytes();
        position = batch.position();
        for (var what : Found.values()) {
            counts[what.ordinal()] = batch.count(what);
        }
    }

    void add(Told next) {
        told.add(next);
    }

    /** What nobody wanted to hear more of when it was told is followed no more. */
    void ignore() {
        ignored.forEach(TcpConnection::stop);
        ignored.clear();
    }

    /** Tells it. @param listener the one that its tracker is for */
    public void tell(TcpListener listener) {
        for (var next : told) {
            next.tell(listener, ignored::add);
        }
    }

    /** How many packets were this. */
    public long count(Found what) {
        return counts[what.ordinal()];
    }

    /** Of all packets, as they were on the wire. */
    public long bytes() {
        return bytes;
    }

    /** How much of the file was read behind the last of them, in bytes. */
    public long position() {
        return position;
    }
}
