package dev.sallyport.lab.replay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.capture.ByteListener;
import dev.sallyport.capture.Sender;
import dev.sallyport.capture.TcpConnection;
import dev.sallyport.capture.TcpListener.End;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.ReplyReader;
import dev.sallyport.ftp.Side;
import dev.sallyport.lab.OfflineSession;
import dev.sallyport.lab.replay.SessionReport.Followed;
import dev.sallyport.lab.replay.SessionReport.Misfit;
import dev.sallyport.lab.replay.SessionReport.Outcome;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.Effect;
import dev.sallyport.session.Input;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionHost;
import dev.sallyport.session.SessionId;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.SessionWatch;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One control session of a capture, before the engine of the live gateway.
 *
 * <h2>Theory of operation</h2>
 *
 * The capture knows what the server said when there was no gateway, and the engine decides what there would have been. As long as
 * commands go on both are the same. A command that the engine refuses does not reach the server: so the server's reply to it, the
 * next that the capture has for it, is left out, and the client gets the engine's. Where the engine lets a command wait, the
 * session's clock runs on until it goes on, and is late from then on. What the engine asks the server on its own is answered with
 * a refusal, since nobody knows better.
 *
 * <p>The gateway is taken to stand in the way and to show to each side the address of the other, with every port free: so the
 * endpoints of its pinholes are those of the capture.
 */
final class ReplayedSession implements ByteListener, OfflineSession.Outlet {

    /** No turn at a login, and no rule, makes anything wait longer. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);
    /** So many commands without a reply are remembered. */
    private static final int MOST_AWAITING = 4_096;

    private static final int REPLY_LINES = SessionPolicy.MOST_REPLY_LINES;

    private final Replay replay;
    private final SessionContext context;
    private final TcpConnection control;
    private final Sender client;
    private final OfflineSession session;
    private final SessionWatch watch;
    private final SessionDoors doors;
    private final Findings findings;
    private final Scribe scribe;

    private final LineCutter fromClient = new LineCutter();
    private final LineCutter fromServer = new LineCutter();
    private final ReplyReader replies = new ReplyReader(REPLY_LINES);
    /** Lines that the engine does not take yet. */
    private final Deque<SeenCommand> unread = new ArrayDeque<>();
    /** Commands that the capture has no final reply for so far. */
    private final Deque<SeenCommand> awaiting = new ArrayDeque<>();
    /** Commands that the engine has refused and will answer in their turn. */
    private final Deque<SeenCommand> toBeAnswered = new ArrayDeque<>();

    private boolean connected;
    private boolean greeted;
    private boolean opaque;
    /** The gateway has closed the control connections. */
    private boolean closed;
    /** It cannot be followed any further. */
    private boolean lost;
    private boolean reported;
    private boolean controlOver;
    /** The session's clock, which is late by what the gateway let it wait. */
    private long clockNanos;
    private long lateNanos;
    private long nowNanos;

    // ---- What the engine is busy with ----

    /** The client's line that has not gone on yet. */
    private @Nullable SeenCommand current;
    /** Whose reply is handed to the engine; null: nobody's, or no reply. */
    private @Nullable SeenCommand answering;
    private byte @Nullable [] serverLine;
    private boolean clientTold;
    private @Nullable String ownQuestion;
    private String why = "";

    ReplayedSession(
            Replay replay, int number, TcpConnection control, SessionHost host, SessionPolicy policy, Doors allDoors) {
        this.replay = replay;
        this.control = control;
        this.client = replay.isControlPort(control.responderPort()) || !replay.isControlPort(control.initiatorPort())
                ? Sender.INITIATOR : Sender.RESPONDER;
        var clientEnd = Endpoint.of(client == Sender.INITIATOR ? control.initiator() : control.responder());
        var serverEnd = Endpoint.of(client == Sender.INITIATOR ? control.responder() : control.initiator());
        this.context = new SessionContext(new SessionId(number), clientEnd, serverEnd);
        this.clockNanos = control.openedNanos();
        this.nowNanos = clockNanos;
        this.findings = new Findings(number, clientEnd, serverEnd, control.openedNanos());
        this.doors = new SessionDoors(this, allDoors);
        this.scribe = new Scribe(replay.writesTranscripts());
        this.session = new OfflineSession(context, policy, host, clockNanos, this);
        this.watch = replay.observer().watch(context);
        watch.observe(new SessionEvent.Arrived());
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

    // ---- What the capture tells ----

    @Override
    public void bytes(Sender from, byte[] bytes, int at, int length, long timeNanos) {
        if (lost || closed) {
            return;
        }
        if (!control.whole() && !connected && !begins(from, bytes, at, length)) {
            lose(Followed.NOT, "It had begun before the capture did: who is logged in, and what was asked for, is not known.");
            return;
        }
        now(timeNanos);
        connect();
        var side = side(from);
        if (opaque) {
            feed(side, Arrays.copyOfRange(bytes, at, at + length));
        } else {
            (side == Side.CLIENT ? fromClient : fromServer).add(bytes, at, length, side == Side.CLIENT ? this::client : this::server);
        }
    }

    /** A greeting begins a session, wherever its connection's first packets are. */
    private boolean begins(Sender from, byte[] bytes, int at, int length) {
        var text = new String(bytes, at, Math.min(4, length), ISO_8859_1);
        return from != client && (text.startsWith("220") || text.startsWith("120"));
    }

    @Override
    public void gap(Sender from, long length, Missing why, long timeNanos) {
        if (!closed && !lost) {
            now(timeNanos);
            lose(connected ? Followed.TO_A_GAP : Followed.NOT, String.format(Locale.ROOT,
                    "%,d bytes of the %s are missing %s after its start, since %s; what comes behind is not judged.",
                    length, word(side(from)), sinceStart(timeNanos), why == Missing.LOST
                            ? "the capture has lost their packets" : "the capture cut their packet off: capture with tcpdump -s 0"));
        }
    }

    @Override
    public void conflict(Sender from, long timeNanos) {
        findings.evasive = true;
        findings.remark("Evasion: " + sinceStart(timeNanos) + " after its start the " + word(side(from))
                + " sent bytes again with other content; the first were taken.");
    }

    @Override
    public void ended(Sender from, boolean reset, long timeNanos) {
        if (lost || closed) {
            return;
        }
        now(timeNanos);
        var side = side(from);
        if (!connected && (side == Side.SERVER || reset)) {
            return;
        }
        connect();
        var rest = (side == Side.CLIENT ? fromClient : fromServer).rest();
        if (rest.length > 0) {
            feed(side, rest);
        }
        session.end(side, reset);
        run();
        scribe.event(word(side) + (reset ? " reset" : " eof"));
    }

    /** The control connection has ended. */
    void controlOver(End end, long timeNanos) {
        controlOver = true;
        if (!lost) {
            now(timeNanos);
            if (!connected && end == End.REFUSED) {
                session.offer(new Input.ServerUnreachable("connection refused"));
                run();
                scribe.event("unreachable connection refused");
            } else if (!connected) {
                findings.followed = Followed.NOT;
                findings.remark("The server never answered.");
            } else if (!closed && end == End.OPEN) {
                findings.remark("The capture ends before it does.");
            } else if (!closed && end == End.FORGOTTEN) {
                findings.remark("It was silent for so long among so many connections that it was given up.");
            }
        }
        reportIfOver();
    }

    private void connect() {
        if (!connected) {
            connected = true;
            session.offer(new Input.ServerConnected(context.client(), context.gateway()));
            run();
            scribe.event("server connected");
        }
    }

    private void lose(Followed known, String remark) {
        lost = true;
        findings.followed = known;
        findings.remark(remark);
        doors.lost();
        control.ignore();
    }

    private Side side(Sender sender) {
        return sender == client ? Side.CLIENT : Side.SERVER;
    }

    private String sinceStart(long nanos) {
        return String.format(Locale.ROOT, "%.3f s", findings.after(nanos).toNanos() / 1e9);
    }

    private static String word(Side side) {
        return side.name().toLowerCase(Locale.ROOT);
    }

    // ---- Lines ----

    private void client(byte[] line) {
        if (lost || closed) {
            return;
        }
        var command = new SeenCommand(++findings.commands, line);
        unread.add(command);
        if (command.answered() && awaiting.size() < MOST_AWAITING) {
            awaiting.add(command);
        }
        handOver();
    }

    /** Hands to the engine what it takes of the client's lines. */
    private void handOver() {
        while (!closed && current == null && !unread.isEmpty() && session.accepts(Side.CLIENT)) {
            var next = unread.remove();
            current = next;
            feed(Side.CLIENT, next.bytes);
        }
    }

    private void server(byte[] line) {
        if (lost || closed) {
            return;
        }
        var part = replies.read(SeenCommand.line(line));
        var answered = greeted && replies.code() != 421 ? awaiting.peek() : null;
        if (answered != null) {
            judge(answered);
        }
        if (answered == null || !answered.refused) {
            answering = answered;
            serverLine = line;
            feed(Side.SERVER, line);
            answering = null;
            serverLine = null;
        }
        if (part == ReplyReader.Part.WHOLE || part == ReplyReader.Part.LAST) {
            if (answered != null && replies.code() >= 200) {
                awaiting.poll();
            }
            greeted |= replies.code() >= 200;
        }
        handOver();
    }

    /** Has the engine decide about a command, which may have to wait for its turn. */
    private void judge(SeenCommand command) {
        handOver();
        var waited = Duration.ZERO;
        while (!command.judged && !closed) {
            var wait = session.untilDeadline();
            if (wait == null || waited.plus(wait).compareTo(LONGEST_WAIT) > 0) {
                return;
            }
            waited = waited.plus(wait);
            lateNanos += wait.toNanos();
            pass(wait);
            handOver();
        }
        if (waited.isPositive()) {
            findings.verdict(command.number, command.shown(), Outcome.HELD, "", String.format(Locale.ROOT,
                    "for %.1f s", waited.toNanos() / 1e9));
        }
    }

    // ---- The engine ----

    private void feed(Side side, byte[] bytes) {
        clientTold = false;
        scribe.begin();
        session.receive(side, bytes);
        run();
        scribe.bytes(side, bytes);
    }

    private void now(long timeNanos) {
        replay.now(timeNanos);
        nowNanos = Math.max(nowNanos, timeNanos);
        findings.now(nowNanos);
        var due = nowNanos + lateNanos - clockNanos;
        if (due > 0 && !closed && connected) {
            pass(Duration.ofNanos(due));
        } else {
            clockNanos = Math.max(clockNanos, nowNanos + lateNanos);
        }
    }

    private void pass(Duration time) {
        clockNanos += time.toNanos();
        scribe.begin();
        session.pass(time);
        settle();
        scribe.passed(time);
    }

    private void run() {
        session.run();
        settle();
    }

    /** What has to be done behind the engine's effects. */
    private void settle() {
        doors.announce();
        while (ownQuestion != null && !closed) {
            var reply = ownQuestion;
            ownQuestion = null;
            var bytes = reply.getBytes(ISO_8859_1);
            session.receive(Side.SERVER, bytes);
            session.run();
            scribe.behind(Side.SERVER, bytes);
            doors.announce();
        }
        var command = current;
        if (command != null && !command.judged && !closed && session.accepts(Side.CLIENT)) {
            // It was neither passed on nor is it held: its answer waits for its turn.
            refused(command);
            toBeAnswered.add(command);
        }
        if (command != null && (command.judged || closed)) {
            current = null;
        }
        if (!why.isEmpty()) {
            var line = serverLine != null ? SeenCommand.line(serverLine).toString() : command != null ? command.shown() : "";
            findings.verdict(command != null ? command.number : 0, line, Outcome.NOTED, "", why);
            why = "";
        }
    }

    private void refused(SeenCommand command) {
        command.judged = true;
        command.refused = true;
        findings.refused++;
    }

    private String reason() {
        var reason = why;
        why = "";
        return reason;
    }

    @Override
    public void effect(Effect effect) {
        switch (effect) {
            case Effect.ForwardToServer(var line) -> toServer(line);
            case Effect.ForwardToClient(var line) -> {
                var came = serverLine;
                if (came != null && !clientTold && !Arrays.equals(line.wire(), came)) {
                    findings.rewritten++;
                    findings.verdict(numberOf(answering), SeenCommand.line(came).toString(), Outcome.REWRITTEN, line.toString(), reason());
                }
                clientTold = true;
            }
            case Effect.ReplyToClient(var line) -> replied(line.toString());
            case Effect.OpenPinhole(var request) -> {
                var port = request.target().port();
                doors.open(request, nowNanos);
                scribe.ahead("opened " + request.id().number() + " " + port);
                session.offer(new Input.PinholeOpened(request.id(), port));
            }
            case Effect.ClosePinhole(var id, _) -> doors.shut(id.number());
            case Effect.CutData(var id) -> {
                var door = doors.of(id.number());
                if (door != null && door.stands()) {
                    session.offer(new Input.DataClosed(id, door.over(), DataEnd.CUT));
                    scribe.dataClosed(id.number(), door.moved(), DataEnd.CUT);
                }
            }
            case Effect.OpenRange(var request) -> session.offer(new Input.RangeOpened(request.id()));
            case Effect.CloseRange(var id, _) -> session.offer(new Input.RangeEnded(id));
            case Effect.BecomeOpaque() -> {
                opaque = true;
                findings.remark("It is encrypted from " + sinceStart(nowNanos)
                        + " on: what is said in it is not seen, and its data connections cannot be judged.");
                doors.lost();
            }
            case Effect.Close _ -> closed = true;
            case Effect.Publish(var event) -> {
                watch.observe(event);
                published(event);
            }
            case Effect.AnswerTelnet _, Effect.SetDeadline _, Effect.EndOutput _ -> {}
        }
    }

    @Override
    public void unseen(Side from, byte[] bytes) {}

    private void toServer(FtpLine line) {
        var command = current;
        if (command == null || command.judged) {
            return;
        }
        if (!command.goesOnAs(line)) {
            // The gateway's own: it wants to know where the session is, or names the default data port.
            var port = line.text().startsWith("PORT") || line.text().startsWith("EPRT");
            ownQuestion = port ? "200 Taken for granted.\r\n" : "550 The capture does not tell.\r\n";
            findings.remark("The gateway would have asked the server " + line + " on its own before " + command.shown()
                    + ", and the capture does not know the answer.");
            return;
        }
        command.judged = true;
        if (!Arrays.equals(line.wire(), command.bytes)) {
            findings.rewritten++;
            findings.verdict(command.number, command.shown(), Outcome.REWRITTEN, line.toString(), reason());
        }
    }

    private void replied(String reply) {
        var command = current;
        if (command != null && !command.judged) {
            refused(command);
            findings.verdict(command.number, command.shown(), Outcome.REFUSED, reply, reason());
            return;
        }
        var came = serverLine;
        if (came != null && !clientTold) {
            clientTold = true;
            findings.refused++;
            findings.verdict(numberOf(answering), SeenCommand.line(came).toString(), Outcome.REFUSED, reply, reason());
            return;
        }
        var late = toBeAnswered.poll();
        if (late != null) {
            findings.verdict(late.number, late.shown(), Outcome.REFUSED, reply, reason());
        } else {
            findings.verdict(0, "", Outcome.ENDED, reply, reason());
        }
    }

    private static int numberOf(@Nullable SeenCommand command) {
        return command == null ? 0 : command.number;
    }

    private void published(SessionEvent event) {
        switch (event) {
            case SessionEvent.LoggedIn(var user) -> findings.user = FtpLine.escape(user);
            case SessionEvent.Cleared() -> findings.remark("It is in clear again from " + sinceStart(nowNanos) + " on.");
            case SessionEvent.PinholeOpened(var request, var mode, _, _) -> doors.mode(request.id().number(), mode);
            case SessionEvent.PinholeUnused(var id, var because) -> doors.unused(id.number(), because);
            case SessionEvent.RuleDecided(var rule, var ruling, _, _) when ruling != SessionEvent.Ruling.ALLOWED -> why = "rule " + rule;
            case SessionEvent.FaultSeen(var side, var fault, _, var enforced) ->
                why = "fault of the " + word(side) + ", " + fault + (enforced ? "" : " (logged)");
            case SessionEvent.Ended ended ->
                findings.end = ended.reason().text() + (ended.detail().isEmpty() ? "" : ": " + FtpLine.escape(ended.detail()));
            default -> {}
        }
    }

    // ---- Data connections ----

    /** The connection that a pinhole is for has come. */
    void dataOpened(Door door, TcpConnection connection) {
        if (closed && session.ended() || lost) {
            return;
        }
        now(connection.openedNanos());
        var from = Endpoint.of(connection.initiator());
        session.offer(new Input.DataOpened(door.request.id(), from));
        run();
        scribe.data("connected " + door.number() + " " + from);
        handOver();
    }

    /** @param how null: nobody knows, the capture has no end of it */
    void dataOver(Door door, @Nullable DataEnd how, long timeNanos) {
        if (how != null && door.stands()) {
            now(timeNanos);
            var moved = door.over();
            if (!lost && !session.ended()) {
                scribe.begin();
                session.offer(new Input.DataClosed(door.request.id(), moved, how));
                run();
                scribe.dataClosed(door.number(), moved, how);
                scribe.written();
                handOver();
            }
        }
        reportIfOver();
    }

    void refuseData(Door door, Endpoint from, Fault fault, long timeNanos) {
        if (lost || session.ended()) {
            return;
        }
        now(timeNanos);
        session.offer(new Input.DataRefused(door.request.id(), from, fault));
        why = "";
        session.run();
        why = "";
        doors.announce();
        scribe.data((fault == Fault.DATA_FROM_STRANGER ? "stranger " : "other-port ") + door.number() + " " + from);
    }

    void stray(TcpConnection connection, Misfit misfit, int pinhole, String detail) {
        if (!lost && !opaque) {
            findings.now(connection.openedNanos());
            findings.stray(
                    connection.openedNanos(), Endpoint.of(connection.initiator()), Endpoint.of(connection.responder()), misfit, pinhole,
                    detail);
        }
    }

    // ---- The end ----

    private void reportIfOver() {
        if (controlOver && !doors.standing()) {
            report();
        }
    }

    /** Whatever still stands. */
    void report() {
        if (reported) {
            return;
        }
        reported = true;
        for (var late : toBeAnswered) {
            findings.verdict(late.number, late.shown(), Outcome.REFUSED, "", "");
        }
        doors.end();
        replay.over(doors.report(findings), scribe);
    }
}
