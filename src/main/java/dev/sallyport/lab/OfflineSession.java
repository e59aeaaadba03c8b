package dev.sallyport.lab;

import dev.sallyport.ftp.Side;
import dev.sallyport.session.Effect;
import dev.sallyport.session.Input;
import dev.sallyport.session.Intake;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEngine;
import dev.sallyport.session.SessionHost;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.Tally;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
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

    private final SessionEngine engine;
    private final Outlet outlet;
    private final Intake intake;
    private long nowNanos;
    private long deadlineNanos = Long.MAX_VALUE;
    private boolean running;
    private boolean begun;
    /** Sides with which TLS is about to begin or to end. */
    private final Set<Side> renewing = EnumSet.noneOf(Side.class);

    /** A session that shares nothing with others. */
    public OfflineSession(SessionContext context, SessionPolicy policy, Outlet outlet) {
        this(context, policy, SessionHost.alone(), outlet);
    }

    public OfflineSession(SessionContext context, SessionPolicy policy, SessionHost host, Outlet outlet) {
        this(context, policy, host, Tally.NONE, 0, outlet);
    }

    /** @param startNanos its clock at its beginning, on a clock that it shares with the host's other sessions */
    public OfflineSession(
            SessionContext context, SessionPolicy policy, SessionHost host, Tally tally, long startNanos, Outlet outlet) {
        this.nowNanos = startNanos;
        this.outlet = outlet;
        this.engine = new SessionEngine(context, policy, host, tally, nowNanos);
        this.intake = new Intake(policy.lineLimits());
    }

    /** Takes bytes from one side; lines are handled by the next {@link #run}, what is opaque goes on at once. */
    public void receive(Side side, byte[] bytes) {
        if (renewing.contains(side)) {
            intake.take(side, bytes);
            intake.drop(side);
            return;
        }
        var passed = intake.take(side, bytes);
        if (passed > 0) {
            outlet.unseen(side, Arrays.copyOf(bytes, passed));
        }
    }

    /** One side ends its output: with FIN behind what it has sent, or with RST at once. Handled by the next {@link #run}. */
    public void end(Side side, boolean reset) {
        intake.end(side, reset);
    }

    /** TLS with one side begins or ends: what comes before that is done is not what was agreed on. */
    private void renewed(Side side) {
        intake.drop(side);
        renewing.add(side);
    }

    /** Takes any other input; it is handled by the next {@link #run}, before lines that wait. */
    public void offer(Input input) {
        switch (input) {
            case Input.Secured(var side, _) -> renewing.remove(side);
            case Input.Unsecured(var side) -> renewing.remove(side);
            default -> {}
        }
        intake.add(input);
    }

    /** Handles what has come until there is nothing more that the engine accepts: the client's lines first. */
    public void run() {
        if (running) {
            throw new IllegalStateException("an outlet may offer inputs but not run them");
        }
        running = true;
        try {
            if (!begun) {
                begun = true;
                carryOut(engine.begin());
            }
            for (var input = intake.next(engine::accepts); input != null; input = intake.next(engine::accepts)) {
                handle(input);
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

    /** How long it is to the next deadline; null when there is none. */
    public @Nullable Duration untilDeadline() {
        return deadlineNanos == Long.MAX_VALUE ? null : Duration.ofNanos(Math.max(0, deadlineNanos - nowNanos));
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
        return intake.pending(side);
    }

    private void handle(Input input) {
        carryOut(engine.handle(input, nowNanos));
    }

    private void carryOut(List<Effect> effects) {
        for (var effect : effects) {
            switch (effect) {
                case Effect.SetDeadline(var after) -> deadlineNanos = nowNanos + after.toNanos();
                case Effect.BecomeOpaque() -> intake.becomeOpaque();
                case Effect.Secure(var side) -> renewed(side);
                case Effect.Unsecure(var side) -> renewed(side);
                case Effect.Close _ -> intake.close();
                default -> {}
            }
            outlet.effect(effect);
        }
    }
}
