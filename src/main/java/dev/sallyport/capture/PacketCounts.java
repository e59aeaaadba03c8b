package dev.sallyport.capture;

import dev.sallyport.capture.PacketDecoder.Found;
import java.util.Arrays;

/** How many packets some of a capture are, and what. */
public final class PacketCounts {

    private static final Found[] KINDS = Found.values();

    private final long[] counts = new long[KINDS.length];
    private long bytes;
    private long position;

    PacketCounts() {}

    void clear() {
        Arrays.fill(counts, 0);
        bytes = 0;
    }

    void add(Found what, int onTheWire) {
        counts[what.ordinal()]++;
        bytes += onTheWire;
    }

    void reached(long position) {
        this.position = position;
    }

    /** The same as others from now on. */
    void take(PacketCounts other) {
        System.arraycopy(other.counts, 0, counts, 0, counts.length);
        bytes = other.bytes;
        position = other.position;
    }

    /** How many packets were this. */
    public long of(Found what) {
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
