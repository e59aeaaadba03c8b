package dev.sallyport.capture;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a capture. What it says changes while packets are read; how many bytes it has moved, with what was told of it. Only
 * who is told at once may ask when its last packet came, and whether it was answered ({@link FollowedCapture}).
 */
public final class TcpConnection extends ConnectionKey {

    /** After this silence SYN begins another connection, whatever became of the one before. */
    private static final long SILENCE_NANOS = 60_000_000_000L;
    /** No more came before a SYN that comes late. */
    private static final long LATE_BYTES = 1 << 20;

    private final boolean initiatorIsLower;
    private final boolean whole;
    final long openedNanos;
    final SentCount fromInitiator;
    final SentCount fromResponder;
    long lastNanos;
    /** The responder has sent something, and no reset. */
    boolean answered;
    boolean over;
    /** What came before it is known where the responder begins; null: that is known, or nobody is told of bytes. */
    @Nullable EarlySegments early;
    /** Null: nobody is told of its bytes. */
    @Nullable Reassembly reassembly;

    // ---- What is written down for those who are told later ----

    /** Whether anybody is; set before. */
    boolean toldLater;
    long writtenOfInitiator;
    long writtenOfResponder;
    /** Nobody asks how much it moves. Who is told sets it; who writes may see that late, and writes more then, which changes nothing. */
    boolean unasked;

    // ---- What belongs to those who are told later alone ----

    long toldOfInitiator;
    long toldOfResponder;
    @Nullable ByteListener hearer;
    boolean ignored;

    // ---- Its place among the others: Connections alone touches these ----

    @Nullable TcpConnection nextInBucket;
    @Nullable TcpConnection older;
    @Nullable TcpConnection newer;

    /** @param middle the same, as long as its beginning was not known; null for another */
    TcpConnection(ConnectionKey key, boolean initiatorIsLower, boolean whole, long openedNanos, @Nullable TcpConnection middle) {
        super(key);
        this.fromInitiator = middle == null ? new SentCount() : middle.sent(middle.sender(initiatorIsLower));
        this.fromResponder = middle == null ? new SentCount() : middle.sent(middle.sender(!initiatorIsLower));
        this.initiatorIsLower = initiatorIsLower;
        this.whole = whole;
        this.openedNanos = openedNanos;
        this.lastNanos = openedNanos;
    }

    /** Who began it; where nobody saw that, the end with the higher port. */
    public InetSocketAddress initiator() {
        return endpoint(initiatorIsLower);
    }

    public InetSocketAddress responder() {
        return endpoint(!initiatorIsLower);
    }

    public int initiatorPort() {
        return port(initiatorIsLower);
    }

    public int responderPort() {
        return port(!initiatorIsLower);
    }

    /** Whether its beginning is in the capture. */
    public boolean whole() {
        return whole;
    }

    /** When its first packet came, in nanoseconds since 1970. */
    public long openedNanos() {
        return openedNanos;
    }

    /** When its last packet came, in nanoseconds since 1970. */
    public long lastNanos() {
        return lastNanos;
    }

    /** Whether the responder has sent something, and no reset. */
    public boolean answered() {
        return answered;
    }

    /** How many bytes one end has sent so far, by its sequence numbers: also those that are in no packet of the capture. */
    public long bytes(Sender from) {
        if (toldLater) {
            return from == Sender.INITIATOR ? toldOfInitiator : toldOfResponder;
        }
        return sent(from).bytes();
    }

    /** Nobody is told of its bytes any more: they are only counted. */
    public void ignore() {
        ignored = true;
        if (!toldLater) {
            stop();
        }
    }

    void stop() {
        var stopped = reassembly;
        if (stopped != null) {
            reassembly = null;
            early = null;
            stopped.stop();
        }
    }

    /** Whether something of it is not told yet, since what comes before it has not come. */
    boolean waits() {
        return reassembly != null && reassembly.waits() || early != null && !early.segments().isEmpty();
    }

    /** Whether both ends have said FIN. */
    boolean finished() {
        return fromInitiator.finished() && fromResponder.finished();
    }

    /** Whether it is known where both ends began, or nobody saw that: the answer to SYN may come behind FIN in a capture. */
    boolean counted() {
        return !whole || fromResponder.certain();
    }

    /** Whether a segment with SYN begins another connection with the same endpoints. */
    boolean renewedBy(Sender sender, TcpSegment segment) {
        var sent = sent(sender);
        if (!whole) {
            // Its beginning is in the capture after all, behind what came after it.
            var place = sent.place(segment.sequence + 1);
            return reassembly == null && (!sent.based() || place <= 0 && place > -LATE_BYTES);
        }
        if (segment.ack()) {
            return false;
        }
        if (sent.certain() && sent.place(segment.sequence + 1) == 0) {
            // The same SYN again, as in a capture that has every packet twice.
            return false;
        }
        return over || !answered && sender == Sender.INITIATOR || segment.timeNanos - lastNanos > SILENCE_NANOS;
    }

    SentCount sent(Sender from) {
        return from == Sender.INITIATOR ? fromInitiator : fromResponder;
    }

    Sender sender(boolean sourceIsLower) {
        return sourceIsLower == initiatorIsLower ? Sender.INITIATOR : Sender.RESPONDER;
    }

    private InetSocketAddress endpoint(boolean lower) {
        var bytes = ByteBuffer.allocate(16).putLong(high(lower)).putLong(low(lower)).array();
        try {
            // Sixteen bytes that mean an IPv4 address become one.
            return new InetSocketAddress(InetAddress.getByAddress(bytes), port(lower));
        } catch (UnknownHostException impossible) {
            throw new AssertionError("an address has 16 bytes", impossible);
        }
    }
}
