package dev.sallyport.capture;

import dev.sallyport.capture.PacketDecoder.Found;
import java.util.Arrays;

/** Packets that stand one behind the other in a capture, decoded. */
public final class Batch {

    private static final int MOST_SEGMENTS = 2_048;
    private static final Found[] KINDS = Found.values();

    private final TcpSegment[] segments = new TcpSegment[MOST_SEGMENTS];
    private int size;
    private final long[] counts = new long[KINDS.length];
    private long bytes;
    long position;

    Batch() {
        for (var i = 0; i < MOST_SEGMENTS; i++) {
            segments[i] = new TcpSegment();
        }
    }

    void clear() {
        size = 0;
        bytes = 0;
        Arrays.fill(counts, 0);
    }

    boolean full() {
        return size == MOST_SEGMENTS;
    }

    void add(Packet packet, PacketDecoder decoder) {
        var found = decoder.decode(packet, segments[size]);
        counts[found.ordinal()]++;
        bytes += packet.originalLength;
        if (found == Found.TCP) {
            size++;
        }
    }

    /** Has a tracker take the segments. */
    public void feed(TcpTracker tracker) {
        for (var i = 0; i < size; i++) {
            tracker.take(segments[i]);
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
