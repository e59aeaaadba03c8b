package dev.sallyport.lab.explain;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.DataAddress;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Parsed;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.Verb;
import dev.sallyport.lab.OfflineSession;
import dev.sallyport.lab.explain.Consequence.Words;
import dev.sallyport.rules.Armed;
import dev.sallyport.rules.Checks;
import dev.sallyport.rules.DataMode;
import dev.sallyport.rules.RuleSet;
import dev.sallyport.rules.TlsState;
import dev.sallyport.rules.limit.Limits;
import dev.sallyport.session.Effect;
import dev.sallyport.session.Input;
import dev.sallyport.session.PinholeRefusal;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionHost;
import dev.sallyport.session.SessionId;
import dev.sallyport.session.TlsPeer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Has the engine of the live gateway carry out one command, in a session that it has been led to where the command comes.
 *
 * <p>On the way there everybody may do everything; the rules and checks that are asked about take force with the command, as by a
 * reload. The server answers each line as one does as a rule, the command's own as is said.
 */
public final class Rehearsal implements OfflineSession.Outlet {

    /** Something encrypted, and close_notify behind it (RFC 5246 §6.2.1, §7.2.1). */
    private static final byte[] TLS_ENDS = {23, 3, 3, 0, 1, 0, 21, 3, 3, 0, 2, 1, 0};

    private static final Port CLIENT_DATA = new Port(50_000);

    private final Situation situation;
    private final OfflineSession session;
    private Armed inForce;

    /** What the server has been sent and has not answered. */
    private final Queue<FtpLine> unanswered = new ArrayDeque<>();
    private List<FtpLine> answer = List.of();
    /** Of that answer, what has gone on to the client and was not told yet. */
    private final List<FtpLine> passedOn = new ArrayList<>();

    private final List<Consequence> consequences = new ArrayList<>();
    private @Nullable FtpLine command;

    private Rehearsal(Situation situation) {
        this.situation = situation;
        var asked = situation.policy().rules().current();
        this.inForce = asked;
        var ends = situation.ends();
        this.session = new OfflineSession(
                new SessionContext(new SessionId(1), ends.client(), ends.called(), situation.gateway()),
                situation.policy().withRules(() -> inForce), new SessionHost(new Limits(), situation.clock(), situation.own()), this);
        this.inForce = Armed.of(RuleSet.ALLOW_ALL, Checks.DEFAULT);
        lead();
        this.inForce = new Armed(asked.rules(), asked.checks(), 1);
    }

    /**
     * What comes of a command, in order.
     *
     * @throws IllegalArgumentException when the data connection cannot be set up so in this session; the message is the reply
     * @param command as the client sends it
     * @param reply what the server answers, a line each; empty: what it does as a rule
     */
    public static List<Consequence> of(Situation situation, FtpLine command, List<FtpLine> reply) {
        return new Rehearsal(situation).consequences(command, reply);
    }

    // ---- To where the command comes ----

    private void lead() {
        var ends = situation.ends();
        session.offer(new Input.ServerConnected(ends.seen(), ends.server()));
        said(Side.SERVER, "220 Ready.");
        if (situation.tls() == TlsState.CLEARED) {
            said(Side.CLIENT, "AUTH TLS");
            said(Side.SERVER, "234 Begin TLS.");
            sent(Side.CLIENT, TLS_ENDS);
            sent(Side.SERVER, TLS_ENDS);
        } else if (situation.tls() == TlsState.ENCRYPTED) {
            said(Side.CLIENT, "AUTH TLS");
        }
        if (situation.tls() != TlsState.CLEARED && !situation.user().isEmpty()) {
            said(Side.CLIENT, "USER " + situation.user());
            said(Side.SERVER, "331 Password required.");
            if (situation.loggedIn()) {
                said(Side.CLIENT, "PASS secret");
                said(Side.SERVER, "230 Logged in.");
            }
        }
        var directory = situation.directory();
        if (directory != null) {
            said(Side.CLIENT, "PWD");
            sent(Side.SERVER, UsualReplies.directory(directory).wire());
        }
        var mode = situation.mode();
        if (mode != null && mode != DataMode.NONE) {
            setUp(mode);
        }
        unanswered.clear();
        passedOn.clear();
        consequences.clear();
    }

    private void setUp(DataMode mode) {
        var data = situation.ends().client().withPort(CLIENT_DATA);
        var setup = switch (mode) {
            case PORT -> DataAddress.portCommand(data);
            case EPRT -> DataAddress.eprtCommand(data);
            case LPRT -> FtpLine.of("LPRT " + DataAddress.longPassiveReply(data).text().replaceAll(".*\\(|\\).*", ""));
            case PASV, EPSV, LPSV, NONE -> FtpLine.of(mode.name());
        };
        unanswered.clear();
        sent(Side.CLIENT, setup.wire());
        for (var line = unanswered.poll(); line != null; line = unanswered.poll()) {
            for (var answer : usualReply(line)) {
                sent(Side.SERVER, answer.wire());
            }
        }
        for (var each : consequences) {
            if (each instanceof Consequence.ToClient(var lines, var words) && words == Words.GATEWAY) {
                throw new IllegalArgumentException(lines.getFirst().toString());
            }
        }
    }

    private void said(Side side, String line) {
        sent(side, FtpLine.of(line).wire());
    }

    private void sent(Side side, byte[] bytes) {
        session.receive(side, bytes);
        session.run();
    }

    // ---- The command ----

    private List<Consequence> consequences(FtpLine line, List<FtpLine> reply) {
        command = line;
        sent(Side.CLIENT, line.wire());
        for (var asked = unanswered.poll(); asked != null; asked = unanswered.poll()) {
            var given = !reply.isEmpty() && !asksOnItsOwn(asked);
            answer = given ? reply : usualReply(asked);
            consequences.add(new Consequence.ServerAnswers(answer, !given));
            answer.forEach(each -> sent(Side.SERVER, each.wire()));
            tellPassedOn();
        }
        return consequences;
    }

    private void tellPassedOn() {
        if (!passedOn.isEmpty()) {
            consequences.add(new Consequence.ToClient(passedOn, passedOn.equals(answer) ? Words.SAME : Words.REWRITTEN));
            passedOn.clear();
        }
    }

    private List<FtpLine> usualReply(FtpLine asked) {
        var verb = verb(asked);
        var directory = situation.directory();
        if (verb == Verb.PWD || verb == Verb.XPWD) {
            var guessed = directory == null && !situation.policy().rules().current().rules().asksForPaths() ? "/" : directory;
            return List.of(guessed == null ? FtpLine.of("550 Nobody has said where.") : UsualReplies.directory(guessed));
        }
        return UsualReplies.to(verb, situation.ends().server());
    }

    /** Whether the client's command is not what a line goes to the server for. */
    private boolean asksOnItsOwn(FtpLine line) {
        var client = verb(command == null ? line : command);
        var server = verb(line);
        var translated = client.role() == server.role() && (client.role() == Verb.Role.PASSIVE || client.role() == Verb.Role.ACTIVE);
        return client != server && !translated;
    }

    private static Verb verb(FtpLine line) {
        return Command.parseAny(line) instanceof Parsed.Value<Command>(var command) ? command.verb() : Verb.UNKNOWN;
    }

    // ---- What comes of it ----

    @Override
    public void effect(Effect effect) {
        switch (effect) {
            case Effect.ForwardToServer(var line) -> {
                unanswered.add(line);
                consequences.add(new Consequence.ToServer(line, asksOnItsOwn(line) ? Words.GATEWAY
                        : command != null && Arrays.equals(line.wire(), command.wire()) ? Words.SAME : Words.REWRITTEN));
            }
            case Effect.ForwardToClient(var line) -> passedOn.add(line);
            case Effect.ReplyToClient(var line) -> {
                tellPassedOn();
                consequences.add(new Consequence.ToClient(List.of(line), Words.GATEWAY));
            }
            case Effect.OpenPinhole(var request) -> session.offer(command == null || situation.ports().opens(request)
                    ? new Input.PinholeOpened(request.id(), situation.ports().port(request))
                    : new Input.PinholeRefused(request.id(), PinholeRefusal.DATA_PATH_FAILED));
            case Effect.OpenRange(var request) -> session.offer(new Input.RangeOpened(request.id()));
            case Effect.Secure(var side) -> session.offer(new Input.Secured(
                    side, new TlsPeer("TLSv1.3", "TLS_AES_128_GCM_SHA256", null, situation.subject())));
            case Effect.Unsecure(var side) -> session.offer(new Input.Unsecured(side));
            case Effect.CloseRange(var id, _) -> session.offer(new Input.RangeEnded(id));
            case Effect.Publish(var event) -> event(event);
            case Effect.AnswerTelnet _, Effect.ClosePinhole _, Effect.CutData _, Effect.SecureData _, Effect.SetDeadline _, Effect.BecomeOpaque _,
                    Effect.EndOutput _, Effect.Close _ -> {}
        }
    }

    private void event(SessionEvent event) {
        switch (event) {
            case SessionEvent.PinholeOpened(var request, var mode, var told, _) ->
                consequences.add(new Consequence.PinholeOpens(request, mode, told, situation.ports().drawnFrom(request)));
            case SessionEvent.PinholeRefused(_, var reason) -> consequences.add(new Consequence.PinholeRefused(reason));
            case SessionEvent.RangeOpened(var request) -> consequences.add(new Consequence.RangeOpens(request));
            case SessionEvent.FaultSeen(var side, var fault, var detail, var enforced) ->
                consequences.add(new Consequence.AtFault(side, fault, detail, enforced));
            case SessionEvent.BecameOpaque() -> {
                tellPassedOn();
                consequences.add(new Consequence.BecomesOpaque());
            }
            case SessionEvent.Ended ended -> consequences.add(new Consequence.SessionEnds(ended.reason(), ended.detail()));
            default -> {}
        }
    }

    @Override
    public void unseen(Side from, byte[] bytes) {}
}
