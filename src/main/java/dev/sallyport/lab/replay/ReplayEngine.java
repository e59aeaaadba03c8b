package dev.sallyport.lab.replay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Side;
import dev.sallyport.lab.OfflineSession;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.Effect;
import dev.sallyport.session.EndReason;
import dev.sallyport.session.Input;
import dev.sallyport.session.Moved;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionHost;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.SessionWatch;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The engine of the live gateway, for one session of a capture: gives it what comes in, and writes that down for a transcript;
 * answers for the data path, which opens every port; and finds out what comes out.
 */
final class ReplayEngine implements OfflineSession.Outlet {

    private final SessionContext context;
    private final SessionWatch watch;
    private final SessionDoors doors;
    private final Verdicts verdicts;
    private final Findings findings;
    private final Scribe scribe;
    private final SessionClock clock;
    private final OfflineSession session;

    private boolean connected;
    private boolean opaque;
    private boolean closed;
    /** Nothing of it is known any more: what the gateway would say to it then is not the session's. */
    private boolean givenUp;
    /** The server's answer to what the gateway has asked it on its own, as far as anybody knows. */
    private @Nullable String ownAnswer;

    /** @param startNanos when the session begins, on the clock of the host's sessions */
    ReplayEngine(
            SessionContext context, SessionPolicy policy, SessionHost host, long startNanos, SessionWatch watch, SessionDoors doors,
            Verdicts verdicts, Findings findings, Scribe scribe) {
        this.context = context;
        this.watch = watch;
        this.doors = doors;
        this.verdicts = verdicts;
        this.findings = findings;
        this.scribe = scribe;
        this.clock = new SessionClock(startNanos);
        this.session = new OfflineSession(context, policy, host, watch.tally(), startNanos, this);
    }

    /** Whether the server has been reached. */
    boolean connected() {
        return connected;
    }

    /** Whether what is said is encrypted by now. */
    boolean opaque() {
        return opaque;
    }

    /** Whether the gateway has closed the control connections. */
    boolean closed() {
        return closed;
    }

    /** Whether the last effect has come out. */
    boolean ended() {
        return session.ended();
    }

    boolean acceptsCommand() {
        return session.accepts(Side.CLIENT);
    }

    /** How long it is to the engine's next deadline; null when there is none. */
    @Nullable Duration untilDeadline() {
        return session.untilDeadline();
    }

    /** It is not looked at any more, and ends for whoever counts sessions. */
    void giveUp() {
        givenUp = true;
        session.offer(new Input.KillRequested(EndReason.OUT_OF_SIGHT));
        session.run();
        closed = true;
    }

    // ---- Time ----

    /** The capture is as far as this. */
    void now(long timeNanos) {
        var due = clock.reach(timeNanos);
        findings.now(clock.nanos());
        if (due.isPositive() && connected && !ended()) {
            pass(due);
        }
    }

    /** Until when, in the time of the capture, a session that is closed waits for what comes of its data; null: for nothing, or no end. */
    @Nullable Long lingersUntil() {
        var wait = closed && !ended() ? session.untilDeadline() : null;
        return wait == null ? null : clock.nanos() + wait.toNanos();
    }

    /** Nothing comes until then. */
    void linger(long untilNanos) {
        pass(clock.reach(untilNanos));
    }

    /** Lets time pass that does not pass in the capture. */
    void letWait(Duration wait) {
        clock.late(wait);
        pass(wait);
    }

    private void pass(Duration time) {
        scribe.begin();
        session.pass(time);
        settle();
        scribe.passed(time);
    }

    // ---- What comes in ----

    /** The server has been reached; again, nothing. */
    void connect() {
        if (!connected) {
            connected = true;
            take(new Input.ServerConnected(context.client(), context.gateway()));
            scribe.event("server connected");
        }
    }

    void unreachable(String detail) {
        take(new Input.ServerUnreachable(detail));
        scribe.event("unreachable " + detail);
    }

    void feed(Side side, byte[] bytes) {
        scribe.begin();
        session.receive(side, bytes);
        run();
        scribe.bytes(side, bytes);
    }

    void end(Side side, boolean reset) {
        session.end(side, reset);
        run();
        scribe.event(side.word() + (reset ? " reset" : " eof"));
    }

    void dataOpened(Door door, Endpoint from) {
        take(new Input.DataOpened(door.request.id(), from));
        scribe.data("connected", door.number(), from);
    }

    void dataClosed(Door door, Moved moved, DataEnd how) {
        scribe.begin();
        take(new Input.DataClosed(door.request.id(), moved, how));
        scribe.dataClosed(door.number(), moved, how);
        scribe.written();
    }

    /** The fault is not told of the line that the engine is busy with: it is the data connection's. */
    void dataRefused(Door door, Endpoint from, Fault fault) {
        session.offer(new Input.DataRefused(door.request.id(), from, fault));
        session.run();
        verdicts.because("");
        doors.announce();
        scribe.data(fault == Fault.DATA_FROM_STRANGER ? "stranger" : "other-port", door.number(), from);
    }

    private void take(Input input) {
        session.offer(input);
        run();
    }

    private void run() {
        session.run();
        settle();
    }

    /** What has to be done behind the engine's effects. */
    private void settle() {
        doors.announce();
        while (ownAnswer != null && !closed) {
            var bytes = ownAnswer.getBytes(ISO_8859_1);
            ownAnswer = null;
            session.receive(Side.SERVER, bytes);
            session.run();
            scribe.behind(Side.SERVER, bytes);
            doors.announce();
        }
        verdicts.settled(acceptsCommand(), closed);
    }

    // ---- What comes out ----

    @Override
    public void effect(Effect effect) {
        switch (effect) {
            case Effect.ForwardToServer(var line) -> {
                if (verdicts.asksOnItsOwn(line)) {
                    var port = line.text().startsWith("PORT") || line.text().startsWith("EPRT");
                    ownAnswer = port ? "200 Taken for granted.\r\n" : "550 The capture does not tell.\r\n";
                }
            }
            case Effect.ForwardToClient(var line) -> verdicts.toClient(line);
            case Effect.ReplyToClient(var line) -> {
                if (!givenUp) {
                    verdicts.replied(line.toString());
                }
            }
            case Effect.OpenPinhole(var request) -> {
                var port = request.target().port();
                doors.open(request, clock.nanos());
                scribe.opened(request.id().number(), port);
                session.offer(new Input.PinholeOpened(request.id(), port));
            }
            case Effect.ClosePinhole(var id, var presumedUsed) -> {
                if (presumedUsed) {
                    doors.overtaken(id.number(), clock.nanos());
                } else {
                    doors.shut(id.number());
                }
            }
            case Effect.CutData(var id) -> {
                var door = doors.of(id.number());
                if (door != null && door.stands()) {
                    session.offer(new Input.DataClosed(id, door.dataEnds(), DataEnd.CUT));
                    scribe.dataClosed(id.number(), door.moved(), DataEnd.CUT);
                }
            }
            case Effect.SecureData _ -> {}
            case Effect.OpenRange(var request) -> session.offer(new Input.RangeOpened(request.id()));
            case Effect.CloseRange(var id, _) -> session.offer(new Input.RangeEnded(id));
            case Effect.BecomeOpaque() -> {
                opaque = true;
                findings.remark("It is encrypted from " + findings.sinceStart(clock.nanos())
                        + " on: what is said in it is not seen, and its data connections cannot be judged.");
                doors.lost();
            }
            case Effect.Close _ -> closed = true;
            case Effect.Publish(var event) -> {
                watch.observe(event);
                published(event);
            }
            // A capture shows what is encrypted as it is: no replayed session ends TLS itself.
            case Effect.AnswerTelnet _, Effect.SetDeadline _, Effect.EndOutput _, Effect.Secure _, Effect.Unsecure _ -> {}
        }
    }

    @Override
    public void unseen(Side from, byte[] bytes) {}

    private void published(SessionEvent event) {
        switch (event) {
            case SessionEvent.LoggedIn(var user) -> findings.user = FtpLine.escape(user);
            case SessionEvent.Cleared() -> findings.remark("It is in clear again from " + findings.sinceStart(clock.nanos()) + " on.");
            case SessionEvent.PinholeOpened(var request, var mode, _, _) -> doors.mode(request.id().number(), mode);
            case SessionEvent.PinholeUnused(var id, var because) -> doors.unused(id.number(), because);
            case SessionEvent.RuleDecided(var rule, var ruling, _, _) when ruling != SessionEvent.Ruling.ALLOWED ->
                verdicts.because("rule " + rule);
            case SessionEvent.FaultSeen(var side, var fault, _, var enforced) ->
                verdicts.because("fault of the " + side.word() + ", " + fault + (enforced ? "" : " (logged)"));
            case SessionEvent.Ended ended ->
                findings.end = ended.reason().text() + (ended.detail().isEmpty() ? "" : ": " + FtpLine.escape(ended.detail()));
            default -> {}
        }
    }
}
