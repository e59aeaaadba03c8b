package dev.sallyport.session;

import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Parsed;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.ReplyReader;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.Verb;
import dev.sallyport.session.SessionEvent.Unused;
import dev.sallyport.session.SessionPolicy.Auth;
import dev.sallyport.session.SessionPolicy.ClientSourcePort;
import dev.sallyport.session.SessionPolicy.DefaultDataPort;
import dev.sallyport.session.SessionPolicy.ServerSourcePort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One control session as a state machine.
 *
 * <h2>Theory of operation</h2>
 *
 * Every input yields the effects to be carried out, in order. The runner offers lines one at a time, from a side that
 * {@link #accepts} them at that moment; what is not accepted stays unread, and so a slow or flooding peer is slowed by TCP
 * and the session's memory stays bounded.
 *
 * <pre>
 *  AwaitingServer ─▶ AwaitingGreeting ─▶ Conversing ⇄ AwaitingPinhole      a PORT before it is forwarded,
 *                                            │  ▲            │             a 227 before it is told
 *                                            │  └─ AwaitingOwnSetup        the reply to a PORT of our own
 *                                            ├─▶ Opaque                    234 to AUTH
 *                                            ▼
 *                                     AwaitingDataEnd ─▶ Ended             the control connections are closed
 * </pre>
 *
 * Two waits keep order under pipelining. While a command that decides who is logged in awaits its reply, the client's next
 * line waits too: what is allowed next depends on it. And a reply of our own takes its place in the queue of outstanding
 * commands, so that the client can match replies to commands by their order (RFC 959 §5.4).
 *
 * <p>Not thread-safe. The list that {@link #handle} returns is valid until the next call.
 */
public final class SessionEngine {

    /** AUTH mechanisms that make the connection opaque and nothing more (RFC 4217 §4; SSL and TLS-P by custom). */
    private static final Set<String> TLS_MECHANISMS = Set.of("TLS", "TLS-C", "SSL", "TLS-P");

    private sealed interface State {
        record AwaitingServer() implements State {}

        record AwaitingGreeting() implements State {}

        record Conversing() implements State {}

        /** @param data the pinhole that the data path is opening @param held what waits for it */
        record AwaitingPinhole(DataConnection data, Held held) implements State {}

        /** @param transfer the transfer command that waits for the reply to our own PORT */
        record AwaitingOwnSetup(Command transfer) implements State {}

        record Opaque() implements State {}

        record AwaitingDataEnd() implements State {}

        record Ended() implements State {}
    }

    /** What waits for a pinhole. */
    private sealed interface Held {
        /** A client's PORT, EPRT or LPRT. */
        record ActiveCommand(Verb verb) implements Held {}

        /** The server's 227, 228 or 229 to this exchange. */
        record PassiveReply(Exchange exchange) implements Held {}

        /** A transfer to the default data port, for which we shall send PORT ourselves. */
        record DefaultPortTransfer(Command command) implements Held {}
    }

    private static final State CONVERSING = new State.Conversing();

    private final SessionContext context;
    private final SessionPolicy policy;
    private final long startNanos;
    private final ReplyReader replies;
    private final List<Effect> effects = new ArrayList<>(4);
    private final Outstanding outstanding = new Outstanding();
    private final DataConnections data = new DataConnections(effects);

    private State state = new State.AwaitingServer();
    private @Nullable Endpoint gatewayToServer;
    private @Nullable Endpoint server;
    private long nowNanos;

    private boolean loggedIn;
    private String user = "";
    /** EPSV ALL has been sent, and the server has not refused it. */
    private boolean epsvAll;
    /** EPSV ALL has been granted; a later one that is refused takes nothing back. */
    private boolean epsvAllGranted;
    private boolean stopping;
    private boolean clientEnded;
    /** The end of the client's output has been passed on. */
    private boolean outputEnded;
    /** The code with which the server announced its leaving, 221 or 421; 0 until then. */
    private int farewell;

    private int commands;
    private int pinholes;

    /** The exchange that the reply under way answers; null when it answers nothing. */
    private @Nullable Exchange answered;

    private boolean swallowing;
    private EndReason endReason = EndReason.KILLED;
    private String endDetail = "";

    private long activeNanos;
    private long replyClockNanos;
    private long loginClockNanos;
    private long deadlineNanos = Long.MAX_VALUE;

    /** @param nowNanos the time on the clock that {@link #handle} is given too, in nanoseconds from any origin */
    public SessionEngine(SessionContext context, SessionPolicy policy, long nowNanos) {
        this.context = context;
        this.policy = policy;
        this.startNanos = nowNanos;
        this.activeNanos = nowNanos;
        this.replyClockNanos = nowNanos;
        this.loginClockNanos = nowNanos;
        this.replies = new ReplyReader(policy.limits().replyLines());
    }

    /** Whether a line from this side can be handled now. */
    public boolean accepts(Side side) {
        return switch (state) {
            case State.Conversing _ -> side == Side.SERVER
                    || outstanding.size() < policy.limits().outstandingCommands() && !outstanding.awaitingLogin();
            case State.AwaitingGreeting _, State.AwaitingOwnSetup _ -> side == Side.SERVER;
            case State.AwaitingServer _, State.AwaitingPinhole _, State.Opaque _, State.AwaitingDataEnd _, State.Ended _ -> false;
        };
    }

    /** Whether the last effect of the session has been given. */
    public boolean ended() {
        return state instanceof State.Ended;
    }

    /**
     * Handles what happened.
     *
     * @param nowNanos the time, in nanoseconds, never less than at the call before
     * @return what is to be done, in order; valid until the next call
     */
    public List<Effect> handle(Input input, long nowNanos) {
        this.nowNanos = nowNanos;
        data.now(nowNanos);
        effects.clear();
        if (!ended()) {
            dispatch(input);
            settle();
        }
        return effects;
    }

    private void dispatch(Input input) {
        switch (input) {
            case Input.ClientLine(var line) -> clientLine(line);
            case Input.ServerLine(var line) -> serverLine(line);
            case Input.TelnetOption(var side, var answer) -> {
                if (!finishing()) {
                    effects.add(new Effect.AnswerTelnet(side, answer));
                }
            }
            case Input.LineFault(var side, var fault) -> fault(side, fault, "", Verb.UNKNOWN);
            case Input.ServerConnected(var gateway, var connected) -> serverConnected(gateway, connected);
            case Input.ServerUnreachable(var reason) -> finish(
                    EndReason.SERVER_UNREACHABLE, reason, reply(421, "The server cannot be reached: " + reason), false);
            case Input.InputEnded(var side, var reset) -> inputEnded(side, reset);
            case Input.PinholeOpened(var pinhole, var port) -> pinholeOpened(pinhole, port);
            case Input.PinholeRefused(var pinhole, var reason) -> pinholeRefused(pinhole, reason);
            case Input.DataOpened(var pinhole) -> {
                var connection = data.find(pinhole);
                if (connection != null) {
                    data.used(connection);
                }
            }
            case Input.DataRefused(var pinhole, var from, var fault) -> {
                var connection = data.find(pinhole);
                var side = connection == null ? Side.CLIENT : connection.request.connects();
                publishFault(side, fault, "pinhole " + pinhole + " from " + from);
            }
            case Input.DataClosed closed -> {
                var connection = data.find(closed.pinhole());
                if (connection != null) {
                    data.closed(connection, closed);
                    active();
                    replyClockNanos = nowNanos;
                }
            }
            case Input.DeadlineReached() -> deadlineReached();
            case Input.StopRequested() -> stopping = true;
            case Input.KillRequested(var reason) -> finish(
                    reason, "", reply(421, "Session ended: " + reason.text() + "."), true);
        }
    }

    /** What follows from any input: the end of a stopping or draining session, and the next deadline. */
    private void settle() {
        if (stopping && quiet()) {
            finish(EndReason.GATEWAY_STOPPED, "", reply(421, "The gateway is shutting down."), false);
        }
        if (clientEnded && !outputEnded && !finishing() && !holdsClientLine()) {
            outputEnded = true;
            effects.add(new Effect.EndOutput(Side.SERVER));
        }
        if (state instanceof State.AwaitingDataEnd && !data.connected()) {
            state = new State.Ended();
            effects.add(new Effect.Publish(new SessionEvent.Ended(
                    endReason, endDetail, Duration.ofNanos(nowNanos - startNanos), commands, data.transfers(),
                    data.bytesToClient(), data.bytesToServer())));
            return;
        }
        var due = dueNanos();
        if (due < deadlineNanos) {
            deadlineNanos = due;
            effects.add(new Effect.SetDeadline(Duration.ofNanos(Math.max(0, due - nowNanos))));
        }
    }

    /** Whether the control connections are closed or about to be. */
    private boolean finishing() {
        return state instanceof State.AwaitingDataEnd || ended();
    }

    /** Whether a line of the client may still have to be forwarded. */
    private boolean holdsClientLine() {
        return state instanceof State.AwaitingPinhole || state instanceof State.AwaitingOwnSetup;
    }

    private boolean quiet() {
        return switch (state) {
            case State.Conversing _ -> outstanding.isEmpty() && !replies.within() && !data.connected();
            case State.AwaitingServer _, State.AwaitingGreeting _ -> true;
            case State.Opaque _, State.AwaitingPinhole _, State.AwaitingOwnSetup _, State.AwaitingDataEnd _, State.Ended _ -> false;
        };
    }

    // ---- The client's lines ----

    private void clientLine(FtpLine line) {
        active();
        switch (Command.parse(line)) {
            case Parsed.Rejected<Command>(var fault) -> fault(Side.CLIENT, fault, line.toString(), Verb.UNKNOWN);
            case Parsed.Value<Command>(var command) -> {
                commands++;
                command(command);
            }
        }
    }

    private void command(Command command) {
        switch (command.verb().role()) {
            case PLAIN -> plain(command);
            case LOGIN -> forward(command.line(), Exchange.forwarded(command.verb(), userOf(command)));
            case SECURITY -> auth(command);
            case UNSUPPORTED -> fault(Side.CLIENT, Fault.COMMAND_UNSUPPORTED, command.toString(), command.verb());
            case PASSIVE, ACTIVE, DOWNLOAD, UPLOAD, LISTING -> {
                if (loggedIn) {
                    dataCommand(command);
                } else {
                    // Stricter than RFC 959: nothing opens before the login, whatever the server would allow.
                    fault(Side.CLIENT, Fault.COMMAND_BEFORE_LOGIN, command.toString(), command.verb());
                }
            }
        }
    }

    private void plain(Command command) {
        forward(command.line(), Exchange.forwarded(command.verb(), command.verb() == Verb.MODE ? command.argument() : ""));
    }

    private void auth(Command command) {
        if (policy.auth() == Auth.DENY) {
            fault(Side.CLIENT, Fault.AUTH_REFUSED, command.toString(), command.verb());
        } else if (!TLS_MECHANISMS.contains(command.argument().strip().toUpperCase(Locale.ROOT))) {
            fault(Side.CLIENT, Fault.AUTH_MECHANISM_UNKNOWN, command.toString(), command.verb());
        } else {
            forward(command.line(), Exchange.forwarded(command.verb(), ""));
        }
    }

    private void dataCommand(Command command) {
        if (command.verb().transfers()) {
            transfer(command);
            return;
        }
        var all = command.verb() == Verb.EPSV && DataSetup.epsvAll(command);
        if (epsvAll && command.verb() != Verb.EPSV) {
            // RFC 2428 §4: after EPSV ALL no other setup command is allowed.
            fault(Side.CLIENT, Fault.SETUP_AFTER_EPSV_ALL, command.toString(), command.verb());
        } else if (!all && tooManyDataConnections()) {
            fault(Side.CLIENT, Fault.TOO_MANY_DATA_CONNECTIONS, command.toString(), command.verb());
        } else if (command.verb().role() == Verb.Role.PASSIVE) {
            passive(command, all);
        } else {
            activeSetup(command);
        }
    }

    private boolean tooManyDataConnections() {
        return data.size() + outstanding.passives() >= policy.limits().dataConnections();
    }

    private void passive(Command command, boolean all) {
        var fault = DataSetup.passiveFault(command, context.client());
        if (fault != null) {
            fault(Side.CLIENT, fault, command.toString(), command.verb());
            return;
        }
        epsvAll |= all;
        if (all && context.client().ipv4() != server().ipv4()) {
            // The server is spoken to in PASV or EPSV as its family needs: ALL is a promise to us alone.
            epsvAllGranted = true;
            local(command.verb(), reply(200, "Only EPSV from here on."));
            return;
        }
        forward(DataSetup.passiveCommand(command, context.client(), server()), Exchange.forwarded(command.verb(), all ? "ALL" : ""));
    }

    private void activeSetup(Command command) {
        switch (DataSetup.active(command, context.client())) {
            case Parsed.Rejected<Endpoint>(var fault) -> fault(Side.CLIENT, fault, command.toString(), command.verb());
            case Parsed.Value<Endpoint>(var target) -> openActive(command.verb(), target, new Held.ActiveCommand(command.verb()));
        }
    }

    private void transfer(Command command) {
        var limit = policy.limits().transfers();
        if (limit > 0 && data.transfers() >= limit) {
            fault(Side.CLIENT, Fault.TOO_MANY_TRANSFERS, command.toString(), command.verb());
        } else if (data.ready() || outstanding.awaitsSetup()) {
            forwardTransfer(command);
        } else if (policy.defaultDataPort() == DefaultDataPort.ALLOW && !epsvAll) {
            // RFC 959 §3.2: the default data port is the client's own control port. The server is told with a PORT of ours.
            if (context.client().port().privileged()) {
                fault(Side.CLIENT, Fault.TRANSFER_WITHOUT_DATA_PORT, command.toString(), command.verb());
            } else if (tooManyDataConnections()) {
                fault(Side.CLIENT, Fault.TOO_MANY_DATA_CONNECTIONS, command.toString(), command.verb());
            } else {
                openActive(Verb.PORT, context.client(), new Held.DefaultPortTransfer(command));
            }
        } else {
            fault(Side.CLIENT, Fault.TRANSFER_WITHOUT_DATA_PORT, command.toString(), command.verb());
        }
    }

    private void forwardTransfer(Command command) {
        var exchange = Exchange.forwarded(command.verb(), command.argument());
        exchange.transfer = data.begin(command.verb(), command.argument());
        forward(command.line(), exchange);
    }

    private void forward(FtpLine line, Exchange exchange) {
        if (outstanding.isEmpty()) {
            replyClockNanos = nowNanos;
        }
        outstanding.add(exchange);
        effects.add(new Effect.ForwardToServer(line));
    }

    // ---- The server's lines ----

    private void serverLine(FtpLine line) {
        var part = replies.read(line);
        switch (part) {
            case MALFORMED -> fault(Side.SERVER, ReplyReader.whatItIs(line), line.toString(), Verb.UNKNOWN);
            case TOO_MANY -> fault(Side.SERVER, Fault.REPLY_TOO_LONG, line.toString(), Verb.UNKNOWN);
            case FIRST -> {
                beginReply(line);
                if (!finishing()) {
                    forwardUnlessSwallowed(line);
                }
            }
            case INNER -> forwardUnlessSwallowed(line);
            case LAST -> endReply(line);
            case WHOLE -> {
                beginReply(line);
                if (!finishing()) {
                    endReply(line);
                }
            }
        }
    }

    /** Finds the command that the reply answers, and whether the client shall see it as it is. */
    private void beginReply(FtpLine line) {
        var code = replies.code();
        swallowing = false;
        answered = null;
        if (state instanceof State.AwaitingGreeting) {
            if (code != 120 && code != 220 && code < 400 || code >= 600) {
                // RFC 959 §5.4. It is not shown either: a 227 here is no one's business.
                fault(Side.SERVER, Fault.REPLY_MALFORMED, line.toString(), Verb.UNKNOWN);
            }
            return;
        }
        for (var stale = outstanding.abandoned(code); stale != null; stale = outstanding.abandoned(code)) {
            outstanding.remove(stale);
            if (stale.transfer != null) {
                data.replied(stale.transfer, 0);
            }
            answerLocals();
        }
        answered = outstanding.match(code);
        var opens = Outstanding.opensPassive(code);
        if (answered == null || opens && !Outstanding.opens(answered)) {
            if (opens) {
                swallowing = true;
                publishFault(Side.SERVER, Fault.PASSIVE_REPLY_WITHOUT_COMMAND, line.toString());
            } else if (code != 421) {
                publishFault(Side.SERVER, Fault.REPLY_WITHOUT_COMMAND, line.toString());
            }
        } else {
            var opened = answered.pinhole;
            swallowing = opens || answered.kind == Exchange.Kind.OWN || opened != null && opened.expired() && code < 300;
        }
    }

    private void forwardUnlessSwallowed(FtpLine line) {
        if (!swallowing) {
            effects.add(new Effect.ForwardToClient(line));
        }
    }

    private void endReply(FtpLine line) {
        var code = replies.code();
        if (code == 221 || code == 421) {
            farewell = code;
        }
        if (state instanceof State.AwaitingGreeting) {
            effects.add(new Effect.ForwardToClient(line));
            if (code == 220) {
                state = CONVERSING;
            }
            return;
        }
        var exchange = answered;
        answered = null;
        if (exchange == null) {
            forwardUnlessSwallowed(line);
            answerLocals();
        } else if (code < 200) {
            exchange.preliminary = true;
            if (exchange.transfer != null) {
                data.bind(exchange.transfer);
            }
            forwardUnlessSwallowed(line);
        } else {
            active();
            replyClockNanos = nowNanos;
            finalReply(exchange, code, line);
        }
    }

    private void finalReply(Exchange exchange, int code, FtpLine line) {
        if (exchange.kind == Exchange.Kind.OWN) {
            ownSetupAnswered(exchange, code, line);
            return;
        }
        if (Outstanding.opensPassive(code) && Outstanding.opens(exchange)) {
            passiveReply(exchange, code, line);
            return;
        }
        outstanding.remove(exchange);
        var good = code < 300;
        switch (exchange.verb.role()) {
            case LOGIN -> login(exchange, code);
            case ACTIVE -> {
                var opened = exchange.pinhole;
                if (opened != null && opened.expired()) {
                    if (swallowing) {
                        // The server took longer than the pinhole's lifetime to agree.
                        effects.add(new Effect.ReplyToClient(
                                reply(425, "The data port expired before the server answered; send it again.")));
                    }
                } else if (opened != null && good) {
                    data.granted(opened);
                } else if (opened != null) {
                    data.closeUnused(opened, Unused.COMMAND_FAILED);
                }
            }
            case PASSIVE -> {
                if (exchange.argument.equals("ALL")) {
                    epsvAllGranted |= good && !swallowing;
                    epsvAll = epsvAllGranted;
                }
            }
            case PLAIN -> {
                if (exchange.verb == Verb.MODE && good) {
                    data.blockMode(exchange.argument.strip().toUpperCase(Locale.ROOT).equals("B"));
                }
            }
            case DOWNLOAD, UPLOAD, LISTING, SECURITY, UNSUPPORTED -> {}
        }
        if (Outstanding.opensPassive(code)) {
            // EPSV ALL was answered as if it were EPSV.
            effects.add(new Effect.ReplyToClient(reply(425, Fault.PASSIVE_REPLY_WITHOUT_COMMAND.text())));
        }
        forwardUnlessSwallowed(line);
        if (exchange.transfer != null) {
            data.replied(exchange.transfer, code);
        }
        if (exchange.verb == Verb.AUTH && code == 234) {
            data.closeAllUnused(Unused.SESSION_ENDED);
            state = new State.Opaque();
            effects.add(new Effect.BecomeOpaque());
            effects.add(new Effect.Publish(new SessionEvent.BecameOpaque()));
            return;
        }
        answerLocals();
    }

    /** RFC 959 §5.4, USER, PASS, ACCT, REIN; a refused USER of one who is logged in changes nothing. */
    private void login(Exchange exchange, int code) {
        if (exchange.verb == Verb.USER && code < 400) {
            user = exchange.argument;
        }
        if (exchange.verb == Verb.REIN) {
            if (code < 300) {
                loggedOut();
                user = "";
                epsvAll = false;
                epsvAllGranted = false;
                data.blockMode(false);
            }
        } else if (code == 230 || code == 232) {
            // Stricter than RFC 959 §5.4: 202 tells that the command was superfluous, and not who is there.
            loggedIn = true;
            effects.add(new Effect.Publish(new SessionEvent.LoggedIn(user)));
        } else if (code >= 300 && code < 400) {
            loggedOut();
        } else if (code >= 400 && !loggedIn) {
            effects.add(new Effect.Publish(new SessionEvent.LoginRefused(user, code)));
        }
    }

    private void loggedOut() {
        if (loggedIn) {
            loggedIn = false;
            loginClockNanos = nowNanos;
            // A door that is not used yet was for the one who has left.
            data.closeAllUnused(Unused.SUPERSEDED);
        }
    }

    private void passiveReply(Exchange exchange, int code, FtpLine line) {
        switch (DataSetup.passiveReply(code, line, server())) {
            case Parsed.Rejected<Endpoint>(var fault) -> refusePassive(exchange, fault, line);
            case Parsed.Value<Endpoint>(var told) -> {
                var foreign = DataSetup.foreign(told, server(), policy.foreignAddress());
                if (foreign == Fault.PASSIVE_ADDRESS_NOT_PEER) {
                    refusePassive(exchange, foreign, line);
                    return;
                }
                var target = told;
                if (foreign != null) {
                    publishFault(Side.SERVER, foreign, line.toString());
                    target = server().withPort(told.port());
                }
                open(
                        new PinholeRequest(
                                nextPinhole(), Side.CLIENT, context.client().address(), null, context.gateway().address(), target,
                                null, null, policy.timeouts().pinhole()),
                        exchange.verb,
                        new Held.PassiveReply(exchange));
            }
        }
    }

    private void refusePassive(Exchange exchange, Fault fault, FtpLine line) {
        publishFault(Side.SERVER, fault, line.toString());
        outstanding.remove(exchange);
        effects.add(new Effect.ReplyToClient(reply(fault.replyCode(), fault.text())));
        answerLocals();
    }

    private void ownSetupAnswered(Exchange exchange, int code, FtpLine line) {
        outstanding.remove(exchange);
        var opened = exchange.pinhole;
        if (!(state instanceof State.AwaitingOwnSetup(var command)) || opened == null) {
            throw new IllegalStateException("our own PORT was answered in state " + state);
        }
        state = CONVERSING;
        if (code < 300 && !opened.expired()) {
            data.granted(opened);
            forwardTransfer(command);
        } else {
            data.closeUnused(opened, Unused.COMMAND_FAILED);
            local(command.verb(), reply(425, "The server refused the default data port: " + line));
        }
    }

    // ---- Pinholes ----

    private void openActive(Verb mode, Endpoint target, Held held) {
        var strict = policy.serverSourcePort() == ServerSourcePort.STRICT;
        var lower = policy.clientSourcePort() == ClientSourcePort.LOWER;
        open(
                new PinholeRequest(
                        nextPinhole(), Side.SERVER, server().address(), strict ? below(server().port()) : null,
                        gatewayToServer().address(), target, context.gateway().address(),
                        lower ? below(context.gateway().port()) : null, policy.timeouts().pinhole()),
                mode,
                held);
    }

    /** The port L-1 of RFC 959 §3.2; null below port 1. */
    private static @Nullable Port below(Port control) {
        return control.number() > 1 ? new Port(control.number() - 1) : null;
    }

    private void open(PinholeRequest request, Verb mode, Held held) {
        state = new State.AwaitingPinhole(data.request(request, mode), held);
    }

    private PinholeId nextPinhole() {
        return new PinholeId(context.id(), ++pinholes);
    }

    private void pinholeOpened(PinholeId id, Port port) {
        if (!(state instanceof State.AwaitingPinhole(var opening, var held)) || !opening.id().equals(id)) {
            return;
        }
        state = CONVERSING;
        data.opened(opening);
        var request = opening.request;
        var configured = request.connects() == Side.CLIENT ? policy.advertisedToClients() : policy.advertisedToServers();
        var told = new Endpoint(DataSetup.advertised(configured, request.listen()), port);
        effects.add(new Effect.Publish(new SessionEvent.PinholeOpened(request, told)));
        switch (held) {
            case Held.PassiveReply(var exchange) -> {
                data.granted(opening);
                outstanding.remove(exchange);
                effects.add(new Effect.ForwardToClient(DataSetup.passiveReplyFor(exchange.verb, told)));
                answerLocals();
            }
            case Held.ActiveCommand(var verb) -> {
                var exchange = Exchange.forwarded(verb, "");
                exchange.pinhole = opening;
                forward(DataSetup.activeCommand(verb, context.client().ipv4(), told), exchange);
            }
            case Held.DefaultPortTransfer(var command) -> {
                var exchange = Exchange.own(Verb.PORT);
                exchange.pinhole = opening;
                forward(DataSetup.activeCommand(Verb.PORT, context.client().ipv4(), told), exchange);
                state = new State.AwaitingOwnSetup(command);
            }
        }
    }

    private void pinholeRefused(PinholeId id, PinholeRefusal reason) {
        if (!(state instanceof State.AwaitingPinhole(var opening, var held)) || !opening.id().equals(id)) {
            return;
        }
        state = CONVERSING;
        data.refused(opening);
        effects.add(new Effect.Publish(new SessionEvent.PinholeRefused(opening.request, reason)));
        var answer = reply(425, "Cannot open a data connection: " + reason.text());
        switch (held) {
            case Held.PassiveReply(var exchange) -> {
                outstanding.remove(exchange);
                effects.add(new Effect.ReplyToClient(answer));
                answerLocals();
            }
            case Held.ActiveCommand(var verb) -> local(verb, answer);
            case Held.DefaultPortTransfer(var command) -> local(command.verb(), answer);
        }
    }

    // ---- Faults and replies of our own ----

    private void fault(Side side, Fault fault, String detail, Verb verb) {
        publishFault(side, fault, detail);
        var text = fault.text().formatted(DataSetup.familyDetail(fault, context.client()));
        switch (fault.severity()) {
            case NOTED -> {}
            case REFUSES_LINE -> {
                if (side == Side.CLIENT) {
                    local(verb, reply(fault.replyCode(), text));
                } else {
                    finish(EndReason.PEER_FAULT, fault.name(), reply(421, "The server broke the protocol: " + text), true);
                }
            }
            case ENDS_SESSION -> finish(
                    EndReason.PEER_FAULT, fault.name(), reply(side == Side.CLIENT ? fault.replyCode() : 421, text), true);
        }
    }

    private void publishFault(Side side, Fault fault, String detail) {
        effects.add(new Effect.Publish(new SessionEvent.FaultSeen(side, fault, detail)));
    }

    /** Answers a command ourselves, when the commands before it are answered. */
    private void local(Verb verb, FtpLine answer) {
        outstanding.add(Exchange.local(verb, answer));
        answerLocals();
    }

    private void answerLocals() {
        if (replies.within()) {
            return;
        }
        for (var first = outstanding.first(); first != null && first.answer != null; first = outstanding.first()) {
            outstanding.remove(first);
            effects.add(new Effect.ReplyToClient(first.answer));
        }
    }

    private static FtpLine reply(int code, String text) {
        return FtpLine.of(code + " " + text);
    }

    // ---- The life of the session ----

    private void serverConnected(Endpoint gateway, Endpoint connected) {
        if (!(state instanceof State.AwaitingServer)) {
            return;
        }
        gatewayToServer = gateway;
        server = connected;
        state = new State.AwaitingGreeting();
        effects.add(new Effect.Publish(new SessionEvent.Started(context.client(), connected)));
    }

    private void inputEnded(Side side, boolean reset) {
        if (side == Side.CLIENT) {
            if (reset || state instanceof State.AwaitingServer) {
                finish(reset ? EndReason.CLIENT_RESET : EndReason.CLIENT_CLOSED, "", null, false);
            } else {
                clientEnded = true;
            }
            return;
        }
        var reason = reset ? EndReason.SERVER_RESET
                : farewell == 221 ? EndReason.QUIT
                : clientEnded ? EndReason.CLIENT_CLOSED : EndReason.SERVER_CLOSED;
        var announced = farewell != 0 || clientEnded;
        finish(reason, "", announced ? null : reply(421, "The server closed the control connection."), false);
    }

    private void finish(EndReason reason, String detail, @Nullable FtpLine lastReply, boolean cut) {
        if (finishing()) {
            if (cut) {
                data.cutAll();
            }
            return;
        }
        endReason = reason;
        endDetail = detail;
        var spoke = !(state instanceof State.Opaque);
        state = new State.AwaitingDataEnd();
        if (lastReply != null && spoke) {
            effects.add(new Effect.ReplyToClient(lastReply));
        }
        outstanding.abandon(data);
        data.closeAllUnused(Unused.SESSION_ENDED);
        if (cut) {
            data.cutAll();
        }
        effects.add(new Effect.Close(reason == EndReason.CLIENT_RESET));
    }

    private void active() {
        activeNanos = nowNanos;
    }

    private void deadlineReached() {
        deadlineNanos = Long.MAX_VALUE;
        if (state instanceof State.AwaitingPinhole(var opening, _) && opening.expiresNanos <= nowNanos) {
            // A pinhole that did not open within its lifetime will not; it is closed in case that it does after all.
            effects.add(new Effect.ClosePinhole(opening.id()));
            pinholeRefused(opening.id(), PinholeRefusal.DATA_PATH_FAILED);
        }
        data.expire();
        var timeouts = policy.timeouts();
        switch (state) {
            case State.AwaitingServer _, State.AwaitingGreeting _ -> {
                if (over(startNanos, timeouts.greeting())) {
                    finish(EndReason.GREETING_TIMEOUT, "", reply(421, "The server did not greet in time."), false);
                }
            }
            case State.Conversing _, State.AwaitingPinhole _, State.AwaitingOwnSetup _ -> {
                if (data.connected()) {
                    return;
                }
                if (!loggedIn && over(loginClockNanos, timeouts.login())) {
                    finish(EndReason.LOGIN_TIMEOUT, "", reply(421, "No login in time."), false);
                } else if (!outstanding.isEmpty() && over(replyClockNanos, timeouts.reply())) {
                    finish(EndReason.REPLY_TIMEOUT, "", reply(421, "The server did not answer in time."), false);
                } else if (outstanding.isEmpty() && over(activeNanos, timeouts.idle())) {
                    finish(EndReason.IDLE_TIMEOUT, "", reply(421, "Idle for too long."), false);
                }
            }
            case State.Opaque _, State.AwaitingDataEnd _, State.Ended _ -> {}
        }
    }

    private boolean over(long sinceNanos, Duration limit) {
        return nowNanos - sinceNanos >= limit.toNanos();
    }

    /** The earliest time at which something is overdue. It may be late in coming, then nothing was. */
    private long dueNanos() {
        var timeouts = policy.timeouts();
        var expiry = data.nextExpiryNanos();
        return switch (state) {
            case State.AwaitingServer _, State.AwaitingGreeting _ -> startNanos + timeouts.greeting().toNanos();
            case State.Conversing _, State.AwaitingPinhole _, State.AwaitingOwnSetup _ -> {
                if (data.connected()) {
                    yield expiry;
                }
                var due = outstanding.isEmpty()
                        ? activeNanos + timeouts.idle().toNanos()
                        : replyClockNanos + timeouts.reply().toNanos();
                if (!loggedIn) {
                    due = Math.min(due, loginClockNanos + timeouts.login().toNanos());
                }
                yield Math.min(due, expiry);
            }
            case State.Opaque _, State.AwaitingDataEnd _, State.Ended _ -> Long.MAX_VALUE;
        };
    }

    private static String userOf(Command command) {
        return command.verb() == Verb.USER ? FtpLine.escape(command.argument()) : "";
    }

    private Endpoint server() {
        return Objects.requireNonNull(server, "before the server is connected");
    }

    private Endpoint gatewayToServer() {
        return Objects.requireNonNull(gatewayToServer, "before the server is connected");
    }
}
