package dev.sallyport.session;

import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.LineLimits;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.TlsTunnel;
import java.util.ArrayDeque;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a session's peers send, and what else happens to it, in the order in which the engine is to be told. Whoever runs an
 * engine puts everything in here and offers it what comes out.
 *
 * <p>Bytes are lines, but for TLS that is not looked into: that goes on as it came, until both sides have left it (CCC). Clear
 * text of one side waits for the other to leave too. So does the end of its output behind such text, as long as the other may
 * still do so: it said close_notify itself, and the other stands.
 *
 * <p>Not thread-safe.
 */
public final class Intake {

    private final ArrayDeque<Input> happened = new ArrayDeque<>(2);
    private final Inbound fromClient;
    private final Inbound fromServer;
    /** The TLS that is not looked into; null while there is none. */
    private @Nullable TlsTunnel tls;
    private boolean closed;

    public Intake(LineLimits limits) {
        fromClient = new Inbound(Side.CLIENT, limits);
        fromServer = new Inbound(Side.SERVER, limits);
    }

    /** Something has happened. The engine is told of it before any line. */
    public void add(Input input) {
        happened.add(input);
    }

    /**
     * Takes what one side has sent.
     *
     * @param segment not to be changed any more
     * @return how many of its bytes, from the first, go on to the other side as they are
     */
    public int take(Side from, byte[] segment) {
        var tunnel = tls;
        if (closed) {
            return 0;
        }
        if (tunnel == null) {
            of(from).add(segment, 0);
            return 0;
        }
        var passed = tunnel.take(from, segment, segment.length);
        if (passed > 0) {
            happened.add(Input.OpaqueMoved.MOVED);
        }
        if (tunnel.broken(from)) {
            happened.add(new Input.LineFault(from, Fault.CLEAR_TEXT_IN_TLS));
            return passed;
        }
        of(from).add(segment, passed);
        if (tunnel.over()) {
            tls = null;
            happened.add(new Input.Cleared());
        }
        return passed;
    }

    /** One side's output has ended. @param reset whether with RST, which overtakes what it has sent */
    public void end(Side side, boolean reset) {
        of(side).end(reset);
    }

    /** Whether that is so. */
    public boolean ended(Side side) {
        return of(side).ended();
    }

    /**
     * What comes from now on is TLS. RFC 4217 lets nothing follow AUTH before the handshake; what did is dropped
     * (CVE-2011-1575).
     */
    public void becomeOpaque() {
        tls = new TlsTunnel();
        for (var side : Side.values()) {
            drop(side);
        }
    }

    /** TLS with one side begins, or ends: what it sent before that and was not taken is dropped (RFC 4217, CVE-2011-1575). */
    public void drop(Side side) {
        if (discard(side) > 0) {
            happened.add(new Input.ClearBytesDiscarded(side));
        }
    }

    /** Whether what comes is TLS. */
    public boolean opaque() {
        return tls != null;
    }

    /** Nothing of either side is read any more. */
    public void close() {
        closed = true;
    }

    /** Whether that is so. */
    public boolean closed() {
        return closed;
    }

    /** Forgets what has happened and was not told. */
    public void forget() {
        happened.clear();
    }

    /** Whether bytes of this side wait to be read. */
    public boolean pending(Side side) {
        return of(side).pending();
    }

    /** Drops what waits to be read. @return how many bytes that was */
    public int discard(Side side) {
        return of(side).discard();
    }

    /**
     * What the engine is to be told next: what has happened, oldest first; then the client's lines, then one line of the
     * server; then the end of a side that has no more.
     *
     * @param takes whether a line of this side can be handled now
     * @return null when nothing is to be told now
     */
    public @Nullable Input next(Predicate<Side> takes) {
        var input = happened.poll();
        if (input != null || closed) {
            return input;
        }
        if (takes.test(Side.CLIENT)) {
            input = fromClient.line();
        }
        if (input == null && takes.test(Side.SERVER)) {
            input = fromServer.line();
        }
        if (input == null) {
            input = ending(Side.SERVER);
        }
        return input != null ? input : ending(Side.CLIENT);
    }

    private @Nullable Input ending(Side side) {
        var inbound = of(side);
        if (tls != null && inbound.ended() && !(tls.announced(side) && !ended(side.other()))) {
            // Clear text that waits for the other side waits in vain.
            inbound.discard();
        }
        return inbound.ending();
    }

    private Inbound of(Side side) {
        return side == Side.CLIENT ? fromClient : fromServer;
    }
}
