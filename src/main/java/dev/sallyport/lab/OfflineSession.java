package dev.sallyport.lab;

import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.LineSplitter;
import dev.sallyport.ftp.Received;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.TlsTunnel;
import dev.sallyport.session.Effect;
import dev.sallyport.session.Input;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEngine;
import dev.sallyport.session.SessionHost;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.Tally;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A control session without sockets: the engine, the framing of both sides, and a clock that stands until it is moved.
 * Bytes go in in any segmentation; what is to be done comes out at the {@link Outlet}, in order. As in the live gateway, a
 * side's lines wait unread while the engine does not accept them.
 *
 * <p>Not thread-safe.
 */
public final class OfflineSession {

    /** Where a session's effects go. It may {@link #offer} inputs in answer; they are handled next. */
    public interface Outlet {
        void effect(Effect effect);

        /** Bytes that an opaque connection carries unseen. @param from the side that sent them */
        void unseen(Side from, byte[] bytes);
    }

    /** What has come from one side and is not handled yet. */
    private final class Inbox {
        final Side side;
        final LineSplitter splitter;
        final ArrayDeque<byte[]> segments = new ArrayDeque<>();
        Input.@Nullable InputEnded end;

        Inbox(Side side) {
            this.side = side;
            this.splitter = new LineSplitter(policy.lineLimits());
        }

        /** Handles one finding of the splitter. @return whether there was one */
        boolean take() {
            if (opaque) {
                return takeUnseen();
            }
            while (engine.accepts(side)) {
                var found = splitter.poll();
                if (found != null) {
                    handle(switch (found) {
                        case Received.Line(var line) when side == Side.CLIENT -> new Input.ClientLine(line);
                        case Received.Line(var line) -> new Input.ServerLine(line);
                        case Received.Faulty(var faults, var line) -> new Input.LineFault(side, faults, line);
                        case Received.TelnetOption(var answer) -> new Input.TelnetOption(side, answer);
                    });
                    return true;
                }
                var next = segments.poll();
                if (next == null) {
                    break;
                }
                splitter.feed(next, 0, next.length);
            }
            return takeEnd();
        }

        private boolean takeUnseen() {
            if (tls != null && tls.clear(side) && end == null) {
                // Until the other side has left TLS too.
                return false;
            }
            var next = segments.poll();
            if (next != null && !closed) {
                pass(next);
                return true;
            }
            return takeEnd();
        }

        private void pass(byte[] bytes) {
            var taken = tls == null ? bytes.length : tls.take(side, bytes, bytes.length);
            if (taken > 0) {
                outlet.unseen(side, Arrays.copyOf(bytes, taken));
                handle(new Input.OpaqueMoved());
            }
            if (tls == null) {
                return;
            }
            if (tls.broken(side)) {
                handle(new Input.LineFault(side, Fault.CLEAR_TEXT_IN_TLS));
            } else if (taken < bytes.length && end == null) {
                segments.addFirst(Arrays.copyOfRange(bytes, taken, bytes.length));
            }
            if (tls.over()) {
                opaque = false;
                tls = null;
                handle(new Input.Cleared());
            }
        }

        private boolean takeEnd() {
            var ending = end;
            if (ending == null || !segments.isEmpty() || splitter.pending()) {
                return false;
            }
            end = null;
            if (splitter.unfinished()) {
                splitter.discard();
                handle(new Input.LineFault(side, Fault.UNTERMINATED_LINE));
            }
            handle(ending);
            return true;
        }

        int discard() {
            var bytes = splitter.discard();
            for (var segment : segments) {
                bytes += segment.length;
            }
            segments.clear();
            return bytes;
        }
    }

    private final SessionPolicy policy;
    private final SessionEngine engine;
    private final Outlet outlet;
    private final Inbox client;
    private final Inbox server;
    private final ArrayDeque<Input> answers = new ArrayDeque<>();
    private long nowNanos;
    private long deadlineNanos = Long.MAX_VALUE;
    private boolean opaque;
    /** Where it is TLS that makes it opaque, and not another protocol. */
    private @Nullable TlsTunnel tls;
    private boolean closed;
    private boolean running;

    /** A session that shares nothing with others. */
    public OfflineSession(SessionContext context, SessionPolicy policy, Outlet outlet) {
        this(context, policy, SessionHost.alone(), outlet);
    }

    public OfflineSession(SessionContext context, SessionPolicy policy, SessionHost host, Outlet outlet) {
        this.policy = policy;
        this.outlet = outlet;
        this.engine = new SessionEngine(context, policy, host, Tally.NONE, nowNanos);
        this.client = new Inbox(Side.CLIENT);
        this.server = new Inbox(Side.SERVER);
    }

    /** Takes bytes from one side; they are handled by the next {@link #run}. */
    public void receive(Side side, byte[] bytes) {
        if (bytes.length > 0) {
            inbox(side).segments.add(bytes);
        }
    }

    /** One side ends its output: with FIN behind what it has sent, or with RST at once. Handled by the next {@link #run}. */
    public void end(Side side, boolean reset) {
        var inbox = inbox(side);
        if (reset) {
            inbox.discard();
        }
        inbox.end = new Input.InputEnded(side, reset);
    }

    /** Takes any other input; it is handled by the next {@link #run}, before lines that wait. */
    public void offer(Input input) {
        answers.add(input);
    }

    /** Handles what has come until there is nothing more that the engine accepts: the client's lines first. */
    public void run() {
        if (running) {
            throw new IllegalStateException("an outlet may offer inputs but not run them");
        }
        running = true;
        try {
            var more = true;
            while (more) {
                var answer = answers.poll();
                if (answer != null) {
                    handle(answer);
                } else {
                    more = client.take() || server.take();
                }
            }
        } finally {
            running = false;
        }
    }

    /** Lets time pass, and every deadline in it come. */
    public void pass(Duration time) {
        var target = nowNanos + time.toNanos();
        while (deadlineNanos <= target) {
            nowNanos = Math.max(nowNanos, deadlineNanos);
            deadlineNanos = Long.MAX_VALUE;
            offer(new Input.DeadlineReached());
            run();
        }
        nowNanos = target;
    }

    /** Whether the last effect has come out. */
    public boolean ended() {
        return engine.ended();
    }

    /** Whether the engine would take a line from this side now. */
    public boolean accepts(Side side) {
        return engine.accepts(side);
    }

    /** Whether bytes from this side wait unread. */
    public boolean waiting(Side side) {
        var inbox = inbox(side);
        return inbox.splitter.pending() || !inbox.segments.isEmpty();
    }

    private Inbox inbox(Side side) {
        return side == Side.CLIENT ? client : server;
    }

    private void handle(Input input) {
        for (var effect : engine.handle(input, nowNanos)) {
            switch (effect) {
                case Effect.SetDeadline(var after) -> deadlineNanos = nowNanos + after.toNanos();
                case Effect.BecomeOpaque() -> becomeOpaque();
                case Effect.Close _ -> closed = true;
                default -> {}
            }
            outlet.effect(effect);
        }
    }

    /** RFC 4217, CVE-2011-1575: what came in clear behind AUTH is not part of what follows. */
    private void becomeOpaque() {
        opaque = true;
        tls = new TlsTunnel();
        for (var inbox : new Inbox[] {client, server}) {
            if (inbox.discard() > 0) {
                offer(new Input.ClearBytesDiscarded(inbox.side));
            }
        }
    }
}
