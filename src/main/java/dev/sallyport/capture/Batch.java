package dev.sallyport.capture;

import dev.sallyport.capture.PacketDecoder.Found;
import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Packets that stand one behind the other in a capture, decoded. Their segments are told in the order of their times, also of those
 * in the batch behind: a capture may have packets in another order than they came, where a card with several queues, or each side
 * of a host, has a buffer of its own.
 */
public final class Batch {

    private static final int MOST_SEGMENTS = 2_048;
    /** What is farther behind has no other place: the clock was set. */
    private static final long LATEST_NANOS = 1_000_000_000;
    private static final Comparator<TcpSegment> BY_TIME = Comparator.comparingLong(segment -> segment.timeNanos);

    private final TcpSegment[] segments = new TcpSegment[MOST_SEGMENTS];
    private int size;
    /** How many were told already, with the batch before. */
    private int told;
    private boolean inOrder = true;
    /** Whether the clock was set back between them: then their times do not tell their order. */
    private boolean clockSet;
    private long latestNanos = Long.MIN_VALUE;
    final PacketCounts counts = new PacketCounts();
    /** Null behind the last, and where the next cannot be read. */
    @Nullable Batch behind;

    Batch() {
        for (var i = 0; i < MOST_SEGMENTS; i++) {
            segments[i] = new TcpSegment();
        }
    }

    void clear() {
        size = 0;
        told = 0;
        inOrder = true;
        clockSet = false;
        latestNanos = Long.MIN_VALUE;
        behind = null;
        counts.clear();
    }

    boolean full() {
        return size == MOST_SEGMENTS;
    }

    void add(Packet packet, PacketDecoder decoder) {
        var found = decoder.decode(packet, segments[size]);
        counts.add(found, packet.originalLength);
        if (found == Found.TCP) {
            var time = segments[size].timeNanos;
            if (time < latestNanos) {
                inOrder = false;
                clockSet |= tooLate(time, latestNanos);
            }
            latestNanos = Math.max(latestNanos, time);
            size++;
        }
    }

    /** No more is added. */
    void whole() {
        if (!inOrder && !clockSet) {
            // Few are out of place, and those of one time stay as they are.
            Arrays.sort(segments, 0, size, BY_TIME);
        }
    }

    /** Has a tracker take the segments, and those of the batch behind that came before the last of them. */
    public void feed(TcpTracker tracker) {
        for (; told < size; told++) {
            var next = segments[told];
            if (behind != null) {
                behind.feedBefore(next.timeNanos, tracker);
            }
            tracker.take(next);
        }
    }

    private void feedBefore(long timeNanos, TcpTracker tracker) {
        for (; told < size && segments[told].timeNanos < timeNanos && !tooLate(segments[told].timeNanos, timeNanos); told++) {
            tracker.take(segments[told]);
        }
    }

    private static boolean tooLate(long nanos, long latestNanos) {
        return latestNanos - nanos > LATEST_NANOS;
    }

    /** What its packets are. */
    public PacketCounts counts() {
        return counts;
    }
}
