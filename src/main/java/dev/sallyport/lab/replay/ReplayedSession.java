package dev.sallyport.lab.replay;

import dev.sallyport.capture.ByteListener;
import dev.sallyport.capture.Sender;
import dev.sallyport.capture.TcpConnection;
import dev.sallyport.capture.TcpListener.End;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Side;
import dev.sallyport.lab.replay.SessionReport.Followed;
import dev.sallyport.lab.replay.SessionReport.Misfit;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionHost;
import dev.sallyport.session.SessionId;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.SessionWatch;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One control session of a capture, before the engine of the live gateway: what the capture tells of it and of its data
 * connections.
 *
 * <h2>Theory of operation</h2>
 *
 * The capture knows what the server said when there was no gateway, and the engine decides what there would have been. As long as
 * commands go on both are the same. A command that the engine refuses does not reach the server: so the server's reply to it, the
 * next that the capture has for it, is left out, and the client gets the engine's ({@link Dialogue}, {@link Verdicts}). Where
 * the engine lets a command wait, the session's clock runs on until it goes on, and is late from then on ({@link SessionClock}).
 * What the engine asks the server on its own is answered with a refusal, since nobody knows better, but for a PORT, which servers
 * take ({@link ReplayEngine}).
 *
 * <p>The gateway is taken to stand in the way and to show to each side the address of the other, with every port free: so the
 * endpoints of its pinholes are those of the capture.
 */
final class ReplayedSession implements ByteListener {

    private final Replay replay;
    private final SessionContext context;
    private final SessionWatch watch;
    private final TcpConnection control;
    private final Sender client;
    private final SessionDoors doors;
    private final Findings findings;
    private final Verdicts verdicts;
    private final Scribe scribe;
    private final ReplayEngine engine;
    private final Dialogue dialogue;

    /** It cannot be followed any further. */
    private boolean lost;
    private boolean reported;
    private boolean arrived;
    private boolean controlOver;

    ReplayedSession(
            Replay replay, int number, TcpConnection control, SessionHost host, SessionPolicy policy, Doors allDoors) {
        this.replay = replay;
        this.control = control;
        this.client = replay.isControlPort(control.responderPort()) || !replay.isControlPort(control.initiatorPort())
                ? Sender.INITIATOR : Sender.RESPONDER;
        var clientEnd = Endpoint.of(client == Sender.INITIATOR ? control.initiator() : control.responder());
        var serverEnd = Endpoint.of(client == Sender.INITIATOR ? control.responder() : control.initiator());
        var live = replay.live();
        this.context = new SessionContext(new SessionId(number), clientEnd, serverEnd, replay.gateway());
        this.findings = new Findings(
                number, clientEnd, serverEnd, control.openedNanos(), live != null, replay.discoveries(), replay.ownership());
        this.verdicts = new Verdicts(findings);
        this.doors = new SessionDoors(this, allDoors, live != null);
        this.scribe = new Scribe(replay.writesTranscripts());
        this.watch = replay.observer().watch(context);
        this.engine = new ReplayEngine(context, policy, host, control.openedNanos(), watch, doors, verdicts, findings, scribe);
        this.dialogue = new Dialogue(engine, verdicts, findings, replay.waiting());
        replay.ownership().belongs(control, number, true);
        if (control.whole()) {
            arrive();
        }
    }

    private void arrive() {
        if (!arrived) {
            arrived = true;
            watch.observe(new SessionEvent.Arrived());
        }
    }

    int number() {
        return (int) context.id().number();
    }

    Endpoint client() {
        return context.client();
    }

    Endpoint server() {
        return context.gateway();
    }

    // ---- The control connection ----

    @Override
    public void bytes(Sender from, byte[] bytes, int at, int length, long timeNanos) {
        if (over()) {
            return;
        }
        // A greeting begins a session, wherever its connection's first packets are.
        if (!control.whole() && !engine.connected() && (from == client || !Candidate.greets(bytes, at, length))) {
            lose(Followed.NOT, "It had begun before the capture did: who is logged in, and what was asked for, is not known.");
            return;
        }
        now(timeNanos);
        connect();
        if (!dialogue.bytes(side(from), bytes, at, length)) {
            lose(Followed.TO_A_GAP, "The " + side(from).word() + " says more ahead of the other side's turn than is remembered "
                    + findings.sinceStart(timeNanos) + " after its start; what comes behind is not judged.");
        } else if (dialogue.encrypted() && !lost) {
            lose(findings.followed, "In the capture it is encrypted from " + findings.sinceStart(timeNanos)
                    + " on, which this gateway would have refused: what is said in it is not seen.");
        }
    }

    private void connect() {
        arrive();
        engine.connect();
    }

    @Override
    public void gap(Sender from, long length, Missing why, long timeNanos) {
        if (over()) {
            return;
        }
        now(timeNanos);
        lose(engine.connected() ? Followed.TO_A_GAP : Followed.NOT, String.format(Locale.ROOT,
                "%,d bytes of the %s are missing %s after its start, since %s; what comes behind is not judged.",
                length, side(from).word(), findings.sinceStart(timeNanos), why == Missing.LOST
                        ? "the capture has lost their packets" : "the capture cut their packet off: capture with tcpdump -s 0"));
    }

    @Override
    public void conflict(Sender from, long timeNanos) {
        findings.evasion("Evasion: " + findings.sinceStart(timeNanos) + " after its start the " + side(from).word()
                + " sent bytes again with other content; the first were taken.");
    }

    @Override
    public void ended(Sender from, boolean reset, long timeNanos) {
        if (over()) {
            return;
        }
        now(timeNanos);
        var side = side(from);
        if (!engine.connected() && (side == Side.SERVER || reset)) {
            return;
        }
        connect();
        dialogue.ended(side);
        engine.end(side, reset);
    }

    /** The control connection has ended. */
    void controlOver(End end, long timeNanos) {
        controlOver = true;
        if (!lost) {
            now(timeNanos);
            if (!engine.connected() && end == End.REFUSED) {
                engine.unreachable("connection refused");
            } else if (!engine.connected()) {
                findings.followed = Followed.NOT;
                findings.remark("The server never answered.");
            } else if (!engine.closed() && end == End.OPEN) {
                findings.remark("The capture ends before it does.");
            } else if (!engine.closed() && end == End.FORGOTTEN) {
                findings.remark("It was silent for so long among so many connections that it was given up.");
            }
        }
        reportIfOver();
    }

    /** Whether what is still said in it does not matter. */
    private boolean over() {
        return lost || engine.closed();
    }

    private void lose(Followed known, String remark) {
        lost = true;
        findings.followed = known;
        findings.remark(remark);
        doors.lost();
        control.ignore();
        if (replay.live() != null) {
            report();
        }
    }

    // ---- Time ----

    /** Time passes without a packet of it. */
    void pass(Live live, long nowNanos) {
        if (!over() && arrived && !engine.connected() && control.answered()) {
            connect();
        } else if (!over() && arrived && !engine.connected() && nowNanos - control.openedNanos() > Live.CONNECT_NANOS) {
            engine.unreachable("no answer");
        }
        if (!over()) {
            now(nowNanos);
            dialogue.handOver();
        }
        doors.silent(nowNanos, live.longestSilenceNanos(controlOver)).forEach(door -> dataOver(door, DataEnd.IDLE, nowNanos));
    }

    /** There are too many sessions. */
    void giveUp() {
        control.ignore();
        if (over()) {
            report();
        } else {
            lose(engine.connected() ? Followed.TO_A_GAP : Followed.NOT,
                    "It was silent for so long among so many sessions that it was given up.");
        }
    }

    /** What was silent for longer counts for less, and what has not even begun for less than anything else. */
    long weight() {
        return (engine.connected() ? 0 : Long.MIN_VALUE) + control.lastNanos();
    }

    private Side side(Sender sender) {
        return sender == client ? Side.CLIENT : Side.SERVER;
    }

    /** The capture is as far as this: what nobody has used until then may have expired. */
    void now(long timeNanos) {
        replay.now(timeNanos);
        engine.now(timeNanos);
    }

    // ---- Data connections ----

    /** The connection that a pinhole is for has come. */
    void dataOpened(Door door, TcpConnection connection) {
        if (lost || engine.closed() && engine.ended()) {
            return;
        }
        now(connection.openedNanos());
        engine.dataOpened(door, Endpoint.of(connection.initiator()));
        dialogue.handOver();
    }

    /** @param how null: nobody knows, the capture has no end of it */
    void dataOver(Door door, @Nullable DataEnd how, long timeNanos) {
        if (how != null && door.stands()) {
            now(timeNanos);
            var moved = door.dataEnds();
            if (!lost && !engine.ended()) {
                engine.dataClosed(door, moved, how);
                dialogue.handOver();
            }
        }
        reportIfOver();
    }

    void refuseData(Door door, Endpoint from, Fault fault, long timeNanos) {
        if (lost || engine.ended()) {
            return;
        }
        now(timeNanos);
        engine.dataRefused(door, from, fault);
    }

    void stray(TcpConnection connection, Misfit misfit, int pinhole, String detail) {
        replay.ownership().belongs(connection, number(), false);
        if (!lost && !engine.opaque()) {
            findings.now(connection.openedNanos());
            findings.stray(
                    connection.openedNanos(), Endpoint.of(connection.initiator()), Endpoint.of(connection.responder()), misfit, pinhole,
                    detail);
        }
    }

    // ---- The end ----

    private void reportIfOver() {
        if (!controlOver || doors.standing()) {
            return;
        }
        var until = lost ? null : engine.lingersUntil();
        if (until == null) {
            report();
        } else {
            replay.linger(this, until);
        }
    }

    /** Nothing has come until then. */
    void linger(long untilNanos) {
        if (!reported) {
            engine.linger(untilNanos);
            reportIfOver();
        }
    }

    /** Whatever still stands. */
    void report() {
        if (reported) {
            return;
        }
        reported = true;
        for (var until = engine.lingersUntil(); !lost && until != null; until = engine.lingersUntil()) {
            engine.linger(until);
        }
        if (replay.live() != null && arrived && !engine.ended()) {
            engine.giveUp();
        }
        verdicts.end();
        doors.end();
        dialogue.forget();
        replay.over(doors.report(findings), scribe, control);
    }
}
