package dev.sallyport.capture;

import java.util.ArrayList;
import java.util.List;

/**
 * Segments of a connection that came between its SYN and the answer to that. The answer tells where the responder's bytes begin;
 * a capture may have it later, or not at all.
 */
final class EarlySegments {

    private static final int MOST = 32;
    private static final int MOST_BYTES = 64 << 10;
    private static final long PATIENCE_NANOS = 1_000_000_000;

    private final List<TcpSegment> segments = new ArrayList<>(2);
    private int bytes;

    /** @return false when the answer is waited for no longer */
    boolean add(TcpSegment segment) {
        segments.add(segment.copy());
        bytes += segment.payloadLength;
        return segments.size() < MOST && bytes < MOST_BYTES
                && !overdue(segment.timeNanos);
    }

    /** Whether they have waited for long enough. */
    boolean overdue(long nowNanos) {
        return !segments.isEmpty() && nowNanos - segments.getFirst().timeNanos >= PATIENCE_NANOS;
    }

    /** In the order of the capture. */
    List<TcpSegment> segments() {
        return segments;
    }

    /** Without the answer: the first that the responder sent, or that the initiator had read. */
    int firstOfResponder(TcpConnection connection) {
        var first = 0;
        var known = false;
        for (var segment : segments) {
            var from = connection.sender(new ConnectionKey().of(segment));
            var place = from == Sender.RESPONDER ? segment.sequence : segment.acknowledged;
            if ((from == Sender.RESPONDER || segment.ack()) && (!known || place - first < 0)) {
                first = place;
                known = true;
            }
        }
        return first;
    }
}
