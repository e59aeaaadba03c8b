package dev.sallyport.session.conversations;

import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Side;
import dev.sallyport.session.Effect;
import dev.sallyport.session.EndReason;
import dev.sallyport.session.Input;
import dev.sallyport.session.PinholeRequest;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.conversations.Sent.Kind;
import dev.sallyport.session.conversations.Setting.Manners;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at each input and its effects, and knows from what the actors meant, not from what the engine read, whether they are
 * right: the invariants 1 and 4 to 9 of the design, as far as the engine decides them.
 */
final class Judge {

    private final Setting setting;
    private final Doors doors;
    private final ServerActor server;
    private final AnswerOrder order;
    private final Verdicts verdicts;
    private final PinholeTerms terms;
    private final ReplyText reply = new ReplyText();
    private final HeldTransfer heldTransfer;

    private boolean closed;
    private boolean refused;
    private boolean opaque;
    private boolean outputEnded;
    private @Nullable EndReason ended;

    /** The setup or transfer command that waits for its pinhole or for the reply to our own PORT; a password for its turn. */
    private @Nullable Sent heldCommand;
    /** The passive reply that waits for its pinhole. */
    private @Nullable Sent heldReply;

    private int passivesForwarded;
    private int passivePinholes;
    private boolean sawLogin;
    private boolean faultAtFirstLine;

    Judge(Setting setting, Doors doors, ServerActor server) {
        this.setting = setting;
        this.doors = doors;
        this.server = server;
        this.order = new AnswerOrder(setting.manners() == Manners.STRICT);
        this.verdicts = new Verdicts(setting);
        this.terms = new PinholeTerms(setting);
        this.heldTransfer = new HeldTransfer(verdicts, order);
    }

    /** Whether nothing that the peers say matters any more. */
    boolean over() {
        return closed || opaque;
    }

    /** Whether a rule has refused anything. */
    boolean refused() {
        return refused;
    }

    boolean opaque() {
        return opaque;
    }

    void look(Input input, @Nullable Sent sent, List<Effect> effects, long nowNanos) {
        var read = asRead(input);
        var tally = new EffectCounts(effects);
        if (closed) {
            Check.that(tally.spoken() == 0, "nothing is sent or opened behind the close: %s", effects);
        }
        var whole = read instanceof Input.ServerLine(var line) ? reply.read(line) : 0;
        var fromClient = read instanceof Input.ClientLine
                || read instanceof Input.LineFault(var side, _, _) && side == Side.CLIENT;
        if (fromClient && sent != null) {
            order.asked(sent);
            if (tally.tooEarly > 0 || tally.refusal != null) {
                order.answeredHere();
            }
        } else if (heldTransfer.waiting() != null && tally.refusal != null) {
            refused = true;
            heldTransfer.refused(tally.refusal);
        }
        for (var effect : effects) {
            look(effect, read, sent, tally, nowNanos);
        }
        Check.that(tally.toClient <= 1 && tally.toServer <= 1, "no line is sent twice: %s", effects);
        switch (read) {
            case Input.KillRequested _ -> doors.assertAllCut();
            case Input.ClientLine(var line) -> clientLine(line, Check.some(sent, "a line's yardstick"), tally);
            case Input.ServerLine(var line) -> serverLine(line, Check.some(sent, "a line's yardstick"), whole, tally);
            case Input.LineFault _ -> Check.that(tally.faults > 0, "a fault is told");
            default -> {}
        }
        if (setting.manners() == Manners.STRICT && !over()) {
            Check.that(doors.grantedAndUnused() <= 1, "one pinhole at a time waits for the next transfer");
        }
    }

    /** A line whose faults are not enforced is a line like any other. */
    private Input asRead(Input input) {
        if (!(input instanceof Input.LineFault(var side, var faults, var line)) || line == null
                || faults.stream().anyMatch(setting::enforces)) {
            return input;
        }
        return side == Side.CLIENT ? new Input.ClientLine(line) : new Input.ServerLine(line);
    }

    // ---- Each effect ----

    private void look(Effect effect, Input input, @Nullable Sent sent, EffectCounts tally, long nowNanos) {
        switch (effect) {
            case Effect.ForwardToServer(var line) -> toServer(line, input, sent);
            case Effect.ForwardToClient(var line) -> toClient(line, input, sent);
            case Effect.ReplyToClient(var line) -> {
                Check.that(!line.text().startsWith("22") || line.text().indexOf('(') < 0, "%s names no address", line);
                if (tally.closes == 0) {
                    order.answeredByGateway(line);
                }
            }
            case Effect.OpenPinhole(var request) -> {
                Check.that(sawLogin, "pinhole %s opens after the login", request);
                asked(request, input, sent);
                doors.asked(request, nowNanos);
            }
            case Effect.ClosePinhole(var id, _) -> doors.closed(id);
            case Effect.CutData(var id) -> doors.cut(id);
            case Effect.OpenRange _, Effect.CloseRange _ -> throw new AssertionError("no range is declared, and yet " + effect);
            case Effect.BecomeOpaque() -> {
                opaque = true;
                doors.assertNoneUnused("when the connection becomes opaque");
            }
            case Effect.Secure _, Effect.Unsecure _, Effect.SecureData _ -> throw new AssertionError("no TLS is ended, and yet " + effect);
            case Effect.EndOutput _ -> outputEnded = true;
            case Effect.Close _ -> {
                closed = true;
                doors.assertNoneUnused("when the control connections close");
            }
            case Effect.Publish(var event) -> event(event);
            case Effect.SetDeadline _, Effect.AnswerTelnet _ -> {}
        }
    }

    private void toServer(FtpLine line, Input input, @Nullable Sent sent) {
        Check.that(!outputEnded, "nothing is sent behind the FIN");
        var number = server.receive(line);
        if (heldTransfer.is(line)) {
            heldTransfer.allowed();
            order.forwarded(number);
            return;
        }
        if (sent != null && input instanceof Input.ClientLine) {
            if (!Arrays.equals(line.wire(), sent.wire())) {
                Check.same(sent.kind(), Kind.PASSIVE, "a command that is rewritten");
                Check.that(line.text().equals("PASV") || line.text().equals("EPSV"), "%s is a setup command", line);
            }
            order.forwarded(number);
            passivesForwarded += sent.kind() == Kind.PASSIVE ? 1 : 0;
            return;
        }
        var held = Check.some(heldCommand, "the client's line that waited");
        if (input instanceof Input.PinholeOpened(var id, var port, _)) {
            terms.toldToServer(line, port);
            if (held.kind() == Kind.ACTIVE) {
                heldCommand = null;
                order.forwardedWithDoor(number, id);
            } else {
                order.own(number, id);
            }
        } else {
            Check.that(Arrays.equals(line.wire(), held.wire()), "%s is the line that waited for our own PORT or its turn", line);
            Check.same(held.kind(), input instanceof Input.DeadlineReached ? Kind.PASSES : Kind.TRANSFER, "what waits for that");
            heldCommand = null;
            order.forwarded(number);
        }
    }

    private void toClient(FtpLine line, Input input, @Nullable Sent sent) {
        if (input instanceof Input.ServerLine(var came)) {
            Check.that(Arrays.equals(line.wire(), came.wire()), "%s is the server's line as it came", line);
            Check.that(!reply.passive(), "%s is not passed on as it came", line);
            var meant = Check.some(sent, "a line's yardstick");
            order.answeredByServer(meant, meant.code());
            return;
        }
        var held = Check.some(heldReply, "the passive reply that waited for its pinhole");
        if (!(input instanceof Input.PinholeOpened(var id, var port, _))) {
            throw new AssertionError("a passive reply is rewritten when its pinhole is open, not on " + input);
        }
        terms.toldToClient(line, port);
        Check.some(doors.find(id), "the pinhole that the client is told of").granted = true;
        heldReply = null;
        order.answeredByServer(held, held.code());
        order.answeredSomehow();
    }

    private void asked(PinholeRequest request, Input input, @Nullable Sent line) {
        var transfer = request.connects() == Side.SERVER ? heldTransfer.waiting() : null;
        var sent = Check.some(transfer == null ? line : transfer, "the line that asks for a pinhole");
        if (transfer != null) {
            heldTransfer.allowed();
        } else if (input instanceof Input.ServerLine) {
            Check.that(++passivePinholes <= passivesForwarded, "the client asked for passive mode %s times", passivePinholes);
            terms.passive(request, Check.some(sent.named(), "the endpoint in a passive reply that opens a pinhole"), reply.extended());
            heldReply = sent;
            return;
        }
        Check.that(transfer != null || input instanceof Input.ClientLine, "a pinhole is asked for by a line, not by %s", input);
        terms.active(request, sent);
        heldCommand = sent;
    }

    private void event(SessionEvent event) {
        switch (event) {
            case SessionEvent.Ended(var reason, var detail, _, _, _, _, _) -> {
                Check.same(ended, null, "an earlier end of the session");
                ended = reason;
                keepsSecret(detail);
                Check.that(doors.isEmpty(), "a session that has ended has no pinholes and no data connections");
            }
            case SessionEvent.FaultSeen(_, var fault, var detail, var enforced) -> {
                keepsSecret(detail);
                Check.that(enforced || !setting.enforces(fault), "%s is enforced", fault);
                if (enforced) {
                    heldTransfer.faulty(detail);
                }
                Check.that(fault != Fault.REPLY_WITHOUT_COMMAND || setting.manners() != Manners.STRICT,
                        "a server that answers in order answers something");
            }
            case SessionEvent.LoggedIn(var user) -> keepsSecret(user);
            case SessionEvent.RulesTaken _ -> verdicts.taken();
            case SessionEvent.RuleDecided decided -> keepsSecret(decided.detail());
            case SessionEvent.TransferBegan(_, var argument) -> keepsSecret(argument);
            case SessionEvent.TransferEnded(var transfer) -> keepsSecret(transfer.argument());
            default -> Check.same(ended, null, "the end, before another event");
        }
    }

    private static void keepsSecret(String told) {
        Check.that(!told.contains(ClientActor.SECRET), "'%s' holds no secret", told);
    }

    // ---- Each line as a whole ----

    private void clientLine(FtpLine line, Sent sent, EffectCounts tally) {
        Check.that(!order.loginPending(), "%s waits for the decision who is logged in", line);
        if (heldTransfer.holds(line, sent, tally)) {
            return;
        }
        if (tally.tooEarly > 0) {
            // What a server that is not strict has answered is a guess.
            var early = setting.manners() != Manners.STRICT || order.unanswered() > 1;
            Check.that(early && setting.enforces(Fault.COMMAND_AHEAD_OF_REPLY), "%s comes too early", line);
            Check.that(tally.toServer + tally.opens == 0 && tally.faults == 1, "%s goes no further", line);
            return;
        }
        var refusal = tally.refusal;
        if (refusal != null) {
            refused = true;
            verdicts.decided(line, refusal);
            Check.that(tally.toServer + tally.opens + tally.holds + tally.faults == 0, "%s goes no further", line);
            Check.same(tally.closes, refusal.ruling() == SessionEvent.Ruling.CLOSED ? 1 : 0, "ends of the session by a rule");
            return;
        }
        if (setting.ruled() && tally.faults == 0) {
            verdicts.allowed(line);
        }
        switch (sent.kind()) {
            case PASSES -> {
                Check.that(tally.toServer + tally.holds == 1 || turnedAway(tally), "%s is forwarded, now or later", line);
                if (tally.holds > 0) {
                    heldCommand = sent;
                }
            }
            case PASSIVE -> Check.that(
                    tally.toServer + tally.faults == 1 || line.text().equals("EPSV ALL"), "%s is forwarded or refused", line);
            case ACTIVE -> Check.that(tally.opens + tally.faults == 1, "%s asks for a pinhole or is refused", line);
            case TRANSFER -> Check.that(tally.toServer + tally.opens + tally.faults == 1, "%s is forwarded or refused", line);
            case REFUSED -> {
                Check.that(tally.toServer + tally.opens == 0, "%s goes no further", line);
                Check.that(tally.faults == 1, "%s is told as a fault", line);
            }
            case ENDS -> Check.that(tally.closes == 1 && tally.faults == 1, "%s ends the session", line);
            case REPLY -> throw new AssertionError("a server's line");
        }
        var most = setting.policy().limits().outstandingCommands() + order.skippable();
        Check.that(closed || order.unanswered() <= most, "at most %s commands are ahead of their answers", most);
    }

    /** Who has failed to log in too often. */
    private static boolean turnedAway(EffectCounts tally) {
        return tally.closes == 1 && tally.faults == 1;
    }

    private void serverLine(FtpLine line, Sent sent, int whole, EffectCounts tally) {
        var code = reply.code();
        var passive = reply.passive();
        if (whole != 0) {
            reply.end();
        }
        if (whole < 0 && tally.closes == 0) {
            Check.that(line.text().startsWith("PORT ") && !setting.enforces(Fault.COMMAND_FROM_SERVER), "%s ends the session", line);
            Check.same(tally.spoken(), 0, "what is said of a command from the server");
            return;
        }
        if (whole == 230 || whole == 232) {
            sawLogin = true;
        }
        if (tally.toClient == 0 && tally.closes == 0) {
            Check.that(passive || tally.replies > 0 || order.ownOutstanding() || code >= 200 && order.doorExpired(doors),
                    "the server's line %s reaches the client", line);
            // A multi-line one is told as a fault at its first line.
            Check.that(!passive || whole == 0 || tally.opens + tally.faults > 0 || faultAtFirstLine
                            || tally.passiveReplies == 1 && !setting.enforces(Fault.PASSIVE_REPLY_WITHOUT_COMMAND),
                    "%s opens a pinhole or is a fault", line);
            faultAtFirstLine = whole == 0 && (faultAtFirstLine || tally.faults > 0);
        }
        if (whole >= 200 && tally.toClient > 0) {
            order.answeredSomehow();
        }
        if (whole >= 200) {
            order.serverEnded(sent, whole, doors);
        }
    }

    // ---- The end ----

    void assertEnded(boolean engineEnded) {
        Check.that(engineEnded, "the session has ended");
        Check.some(ended, "the event that tells the end");
    }

    /** A server that answers everything, and a client that is silent then: nothing is left to wait for. */
    void assertAllAnswered() {
        Check.same(order.unanswered(), 0, "commands without an answer");
        Check.that(ended == EndReason.IDLE_TIMEOUT || ended == EndReason.LOGIN_TIMEOUT,
                "a session whose commands are all answered ends when it is idle, not of %s", ended);
    }
}
