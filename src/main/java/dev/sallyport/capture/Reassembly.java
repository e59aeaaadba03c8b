package dev.sallyport.capture;

import dev.sallyport.capture.ByteListener.Missing;
import dev.sallyport.capture.Half.Waiting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts the bytes of one connection in order.
 *
 * <h2>Theory of operation</h2>
 *
 * Each end's bytes have places from 0; FIN takes one too. A segment is told when its place is the next of its sender, and when
 * all is told that the sender had acknowledged with it: so order between the two ends is kept whatever became of the packets'
 * order in the capture. What cannot be told yet waits. What it waits for is given up, and reported as a gap, when it has waited for
 * a second of the capture's time, when more waits than is remembered, or when the connection ends.
 *
 * <p>Of bytes that come twice the first count. Those that wait, and the last that were told, are compared with what comes
 * again.
 *
 * <p>Checksums: network cards fill them in behind who captures, so a wrong one alone means nothing. Once an end has sent a right
 * one, a segment with a wrong one is not taken, as the other end would not take it.
 */
final class Reassembly {

    private static final long PATIENCE_NANOS = 1_000_000_000;
    /** What waits of one connection. */
    private static final int MOST_WAITING_BYTES = 256 << 10;

    private static final int MOST_WAITING = 256;

    private final ByteListener listener;
    private final ReassemblyMemory memory;
    private final Half fromInitiator = new Half(Sender.INITIATOR);
    private final Half fromResponder = new Half(Sender.RESPONDER);
    private int waitingBytes;
    private boolean stopped;

    Reassembly(ByteListener listener, ReassemblyMemory memory) {
        this.listener = listener;
        this.memory = memory;
    }

    /** Nothing more is told. */
    void stop() {
        stopped = true;
        for (var half : List.of(fromInitiator, fromResponder)) {
            clear(half);
            half.tail.release();
        }
    }

    /** Whether both ends have ended, and all is told. */
    boolean over() {
        return fromInitiator.ended && fromResponder.ended;
    }

    /** @return false when it is not taken, for its checksum */
    boolean credible(Sender sender, TcpSegment segment) {
        var half = half(sender);
        return switch (segment.sum()) {
            case RIGHT -> {
                half.sumSeenRight = true;
                yield true;
            }
            case WRONG -> !half.sumSeenRight;
            case UNKNOWN -> true;
        };
    }

    /** @param from the place of its first byte @param acknowledged the place up to which the sender has read */
    void take(Sender sender, TcpSegment segment, long from, long acknowledged) {
        var half = half(sender);
        var time = segment.timeNanos;
        var length = segment.payloadLength;
        var to = from + length;
        if (half.ended || to + segment.cut + (segment.fin() ? 1 : 0) <= half.next && length == 0) {
            return;
        }
        if (from < half.next) {
            // One byte in front of the next is what keeps a connection alive: it means nothing (RFC 9293 §3.8.4).
            if (!(length <= 1 && from == half.next - 1) && half.tail.differs(half.next, from, segment)) {
                listener.conflict(sender, time);
            }
            if (to + segment.cut + (segment.fin() ? 1 : 0) <= half.next) {
                return;
            }
        }
        var skipped = Math.clamp(half.next - from, 0, length);
        pass(time);
        if (half.waiting.isEmpty() && from + skipped == half.next && read(half, acknowledged)) {
            tell(half, segment.bytes, segment.payloadAt + skipped, length - skipped, time);
            finish(half, segment.cut, segment.fin(), time);
            tellWaiting();
        } else if (from + skipped >= half.next) {
            keep(half, segment, from, skipped, acknowledged);
        }
    }

    /** Whether something is not told yet. */
    boolean waits() {
        return waitingBytes > 0;
    }

    /** It is so late: what has waited for too long is told. */
    void pass(long nowNanos) {
        while (!stopped && overdue(nowNanos)) {
            giveUp();
        }
    }

    /** Everything that waits is told: with gaps where something is missing. */
    void flush() {
        while (!stopped && waitingBytes > 0) {
            giveUp();
        }
    }

    /** One end has reset the connection; it may have said before that it has sent all. */
    void reset(Sender sender, long timeNanos) {
        flush();
        if (!stopped) {
            half(sender).ended = true;
            listener.ended(sender, true, timeNanos);
        }
    }

    private Half half(Sender sender) {
        return sender == Sender.INITIATOR ? fromInitiator : fromResponder;
    }

    private boolean read(Half half, long acknowledged) {
        return half(half.sender.other()).next >= acknowledged;
    }

    private boolean overdue(long nowNanos) {
        return waitingBytes > 0 && nowNanos - oldest().firstNanos() > PATIENCE_NANOS;
    }

    /** The end whose first that waits is the older one. */
    private Half oldest() {
        return fromInitiator.firstNanos() <= fromResponder.firstNanos() ? fromInitiator : fromResponder;
    }

    // ---- What waits ----

    private void keep(Half half, TcpSegment segment, long from, int skipped, long acknowledged) {
        if (half.keep(segment, from, skipped, acknowledged, this::kept)) {
            listener.conflict(half.sender, segment.timeNanos);
        }
        tellWaiting();
        while (!stopped && waitingBytes > 0 && (waitingBytes > MOST_WAITING_BYTES || half.waiting.size() > MOST_WAITING || memory.full())) {
            giveUp();
        }
    }

    private void kept(Waiting piece) {
        waitingBytes += piece.memory();
        memory.add(piece.memory());
    }

    private void clear(Half half) {
        half.waiting.forEach(this::gone);
        half.waiting.clear();
    }

    private void gone(Waiting kept) {
        waitingBytes -= kept.memory();
        memory.add(-kept.memory());
    }

    // ---- Telling ----

    /** Tells all that has come to its turn. */
    private void tellWaiting() {
        while (!stopped) {
            var one = ready(fromInitiator);
            var other = ready(fromResponder);
            if (one == null && other == null) {
                return;
            }
            var half = other == null || one != null && one.timeNanos() <= other.timeNanos() ? fromInitiator : fromResponder;
            tellFirst(half);
        }
    }

    /** The first that waits of one end, if it is its turn. */
    private @Nullable Waiting ready(Half half) {
        if (half.waiting.isEmpty()) {
            return null;
        }
        var first = half.waiting.getFirst();
        return first.from() <= half.next && read(half, first.acknowledged()) ? first : null;
    }

    private void tellFirst(Half half) {
        var first = half.waiting.removeFirst();
        gone(first);
        var skipped = Math.clamp(half.next - first.from(), 0, first.bytes().length);
        tell(half, first.bytes(), skipped, first.bytes().length - skipped, first.timeNanos());
        if (half.next >= first.to() && half.next <= first.to() + first.cut()) {
            finish(half, first.cut(), first.fin(), first.timeNanos());
        }
    }

    /** What the oldest that waits still lacks will not come: it is told all the same. */
    private void giveUp() {
        var half = oldest();
        var first = half.waiting.getFirst();
        var peer = half(half.sender.other());
        if (!read(half, first.acknowledged())) {
            // It proves that the other end had sent more.
            var missing = peer.waiting.isEmpty()
                    ? first.acknowledged() - peer.next
                    : Math.min(first.acknowledged(), peer.waiting.getFirst().from()) - peer.next;
            if (missing > 0) {
                gap(peer, missing, Missing.LOST, first.timeNanos());
                tellWaiting();
                return;
            }
        }
        if (first.from() > half.next) {
            gap(half, first.from() - half.next, Missing.LOST, first.timeNanos());
        }
        if (!stopped) {
            tellFirst(half);
            tellWaiting();
        }
    }

    private void gap(Half half, long length, Missing why, long timeNanos) {
        half.next += length;
        half.tail.clear();
        listener.gap(half.sender, length, why, timeNanos);
    }

    private void tell(Half half, byte[] bytes, int at, int length, long timeNanos) {
        if (length <= 0) {
            return;
        }
        half.next += length;
        half.tail.add(bytes, at, length);
        listener.bytes(half.sender, bytes, at, length, timeNanos);
    }

    private void finish(Half half, int cut, boolean fin, long timeNanos) {
        if (cut > 0 && !stopped) {
            gap(half, cut, Missing.CUT_OFF, timeNanos);
        }
        if (fin && !stopped) {
            half.next++;
            half.ended = true;
            half.tail.clear();
            clear(half);
            listener.ended(half.sender, false, timeNanos);
        }
    }
}
