package dev.sallyport.session;

import static dev.sallyport.session.Conversation.reply;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Side;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
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
 *                                            ├─▶ AwaitingRange ─▶ Opaque   a 234 to AUTH before it is told; CCC leads back
 *                                            ├─▶ AwaitingTls ─▶ back       TLS of our own begins, or ends
 *                                            ▼
 *                                     AwaitingDataEnd ─▶ Ended             the control connections are closed
 * </pre>
 *
 * Three waits keep order under pipelining. While a command that decides who is logged in awaits its reply, or its turn (see
 * {@link Turns}), the client's next line waits too: what is allowed next depends on it. So it does behind a command that is held
 * because something has to be known first (see {@link Gatekeeper}). And a reply of our own takes its place in the queue of
 * outstanding commands, so that the client can match replies to commands by their order (RFC 959 §5.4).
 *
 * <p>Not thread-safe. The list that {@link #handle} returns is valid until the next call.
 */
public final class SessionEngine {

    private final Conversation conversation;
    private final ClientCommands client;
    private final ServerReplies server;
    private final PinholeSetup pinholes;

    private boolean stopping;
    private boolean clientEnded;
    /** The end of the client's output has been passed on. */
    private boolean outputEnded;

    private long deadlineNanos = Long.MAX_VALUE;

    /** A session that shares nothing with others; see the other constructor. */
    public SessionEngine(SessionContext context, SessionPolicy policy, long nowNanos) {
        this(context, policy, SessionHost.alone(), Tally.NONE, nowNanos);
    }

    /**
     * @param tally told of each command and reply
     * @param nowNanos the time on the clock that {@link #handle} is given too, in nanoseconds from any origin
     */
    public SessionEngine(SessionContext context, SessionPolicy policy, SessionHost host, Tally tally, long nowNanos) {
        conversation = new Conversation(context, policy, host, tally, nowNanos);
        pinholes = new PinholeSetup(conversation);
        client = new ClientCommands(conversation, pinholes);
        server = new ServerReplies(conversation, pinholes, client);
    }

    /** Whether a line from this side can be handled now. */
    public boolean accepts(Side side) {
        return conversation.legs.stages.hears(side) && switch (conversation.state) {
            case State.Conversing _ -> side == Side.SERVER ? !server.waits()
                    : conversation.outstanding.size() < conversation.policy.limits().outstandingCommands()
                            && !conversation.outstanding.awaitingLogin()
                            && !conversation.turns.waiting()
                            && !conversation.gatekeeper.holds()
                            && !conversation.legs.holds()
                            && !conversation.data.endWouldMakeRoom(mostDataConnections());
            case State.AwaitingGreeting _, State.AwaitingOwnSetup _ -> side == Side.SERVER;
            case State.AwaitingServer _, State.AwaitingPinhole _, State.AwaitingRange _, State.AwaitingTls _, State.Opaque _,
                    State.AwaitingDataEnd _, State.Ended _ -> false;
        };
    }

    private int mostDataConnections() {
        return conversation.policy.limits().dataConnections() - conversation.outstanding.passives();
    }

    /** Whether the last effect of the session has been given. */
    public boolean ended() {
        return conversation.state instanceof State.Ended;
    }

    /** What is to be done before anything has happened. Called once, before {@link #handle}. */
    public List<Effect> begin() {
        conversation.effects.clear();
        conversation.legs.stages.clientConnected();
        return conversation.effects;
    }

    /**
     * Handles what happened.
     *
     * @param nowNanos the time, in nanoseconds, never less than at the call before
     * @return what is to be done, in order; valid until the next call
     */
    public List<Effect> handle(Input input, long nowNanos) {
        conversation.clocks.now(nowNanos);
        conversation.data.now(nowNanos);
        conversation.effects.clear();
        if (!ended()) {
            dispatch(input);
            settle();
        }
        return conversation.effects;
    }

    private void dispatch(Input input) {
        var data = conversation.data;
        switch (input) {
            case Input.ClientLine(var line) -> line(Side.CLIENT, line);
            case Input.ServerLine(var line) -> line(Side.SERVER, line);
            case Input.TelnetOption(var side, var answer) -> {
                if (!conversation.finishing() && !conversation.conduct.floods(side) && answer.length > 0
                        && !conversation.conduct.stops(side, Fault.TELNET_OPTION, "")) {
                    conversation.effects.add(new Effect.AnswerTelnet(side, answer));
                }
            }
            case Input.LineFault(var side, var faults, var line) -> faulty(side, faults, line);
            case Input.ClearBytesDiscarded(var side) -> conversation.conduct.stops(
                    side, conversation.legs.stages.unsecuring() ? Fault.BYTES_BEHIND_CCC : Fault.BYTES_BEHIND_AUTH, "");
            case Input.ServerConnected(var gateway, var connected) -> serverConnected(gateway, connected);
            case Input.ServerUnreachable(var reason) -> conversation.finish(
                    EndReason.SERVER_UNREACHABLE, reason, reply(421, "The server cannot be reached: " + reason), false);
            case Input.NotFtp(var pass) -> notFtp(pass);
            case Input.OpaqueMoved() -> conversation.clocks.active();
            case Input.InputEnded(var side, var reset) -> inputEnded(side, reset);
            case Input.PinholeOpened(var pinhole, var port, var dialed) -> pinholes.opened(pinhole, port, dialed);
            case Input.PinholeRefused(var pinhole, var reason) -> pinholes.refused(pinhole, reason);
            case Input.DataOpened(var pinhole, var from) -> {
                var connection = data.find(pinhole);
                if (connection != null) {
                    data.used(connection);
                    pinholes.connected(connection.request, from);
                }
            }
            case Input.DataReached(var pinhole) -> {
                var connection = data.find(pinhole);
                if (connection != null) {
                    connection.reached = true;
                    server.dataMoved();
                }
            }
            case Input.DataRefused(var pinhole, var from, var fault) -> {
                var connection = data.find(pinhole);
                var side = connection == null ? Side.CLIENT : connection.request.connects();
                conversation.conduct.forbids(side, fault, "pinhole " + pinhole + " from " + from);
            }
            case Input.DataWhole(var pinhole) -> {
                var connection = data.find(pinhole);
                if (connection != null) {
                    connection.whole = true;
                    server.dataMoved();
                }
            }
            case Input.DataClosed closed -> {
                var connection = data.find(closed.pinhole());
                if (connection != null) {
                    data.closed(connection, closed);
                    var fault = closed.end().fault();
                    if (fault != null) {
                        conversation.publishFault(closed.end().side(), fault, "pinhole " + closed.pinhole(), true);
                    }
                    conversation.clocks.active();
                    conversation.clocks.awaitReply();
                    server.dataMoved();
                }
            }
            case Input.RangeOpened(var range) -> conversation.tls.opened(range);
            case Input.RangeRefused(var range, var reason) -> conversation.tls.refused(range, reason);
            case Input.RangeLost(var range) -> conversation.tls.lost(range);
            case Input.RangeMoved(var range, var moved, var came, var standing) -> {
                data.moved(moved);
                conversation.publish(new SessionEvent.RangeMoved(range, moved, came, standing));
            }
            case Input.RangeEnded(var range) -> conversation.tls.ended(range);
            case Input.Cleared() -> conversation.tls.cleared();
            case Input.Secured(var side, var peer) -> conversation.legs.stages.secured(side, peer);
            case Input.SecureFailed(var side, var reason, var detail) -> conversation.legs.stages.failed(side, reason, detail);
            case Input.Unsecured(var side) -> conversation.legs.stages.unsecured(side);
            case Input.DeadlineReached() -> deadlineReached();
            case Input.StopRequested() -> stopping = true;
            case Input.KillRequested(var reason) -> conversation.finish(
                    reason, "", reply(421, "Session ended: " + reason.text() + "."), true);
        }
    }

    private void line(Side side, FtpLine line) {
        if (!conversation.conduct.floods(side)) {
            handle(side, line);
        }
    }

    private void faulty(Side side, Set<Fault> faults, @Nullable FtpLine line) {
        if (line == null) {
            // No level makes a line of it.
            faults.forEach(fault -> conversation.fault(side, fault, ""));
        } else if (!conversation.conduct.floods(side)
                && faults.stream().noneMatch(fault -> conversation.conduct.stops(side, fault, ""))) {
            handle(side, line);
        }
    }

    private void handle(Side side, FtpLine line) {
        if (side == Side.CLIENT) {
            client.handle(line);
        } else {
            server.handle(line);
        }
    }

    private void serverConnected(Endpoint gateway, Endpoint connected) {
        if (conversation.state instanceof State.AwaitingServer) {
            conversation.serverConnected(gateway, connected);
            conversation.state = new State.AwaitingGreeting();
            conversation.legs.stages.serverConnected();
            conversation.publish(new SessionEvent.Started(conversation.context.client(), connected));
        }
    }

    private void notFtp(boolean pass) {
        var begun = conversation.state instanceof State.AwaitingGreeting
                || conversation.state instanceof State.Conversing && client.count() == 0;
        if (pass && begun) {
            conversation.state = new State.Opaque();
            conversation.clocks.active();
            conversation.publish(new SessionEvent.BecameOpaque());
        } else {
            conversation.finish(EndReason.NOT_FTP, "", null, false);
        }
    }

    private void inputEnded(Side side, boolean reset) {
        if (side == Side.CLIENT) {
            if (reset || conversation.state instanceof State.AwaitingServer) {
                conversation.finish(reset ? EndReason.CLIENT_RESET : EndReason.CLIENT_CLOSED, "", null, false);
            } else {
                clientEnded = true;
            }
            return;
        }
        var reason = reset ? EndReason.SERVER_RESET
                : conversation.farewell == 221 ? EndReason.QUIT
                : clientEnded ? EndReason.CLIENT_CLOSED : EndReason.SERVER_CLOSED;
        var announced = conversation.farewell != 0 || clientEnded;
        conversation.finish(reason, "", announced ? null : reply(421, "The server closed the control connection."), false);
    }

    /** What follows from any input: a transfer that has waited, the end of a stopping or draining session, and the next deadline. */
    private void settle() {
        if (conversation.state instanceof State.Conversing) {
            var transfer = conversation.gatekeeper.setupsAnswered();
            if (transfer != null) {
                client.resume(transfer);
            }
            var secured = conversation.legs.next();
            if (secured != null) {
                client.resume(secured);
            }
        }
        if (stopping && quiet()) {
            conversation.finish(EndReason.GATEWAY_STOPPED, "", reply(421, "The gateway is shutting down."), false);
        }
        if (clientEnded && !outputEnded && !conversation.finishing() && !holdsClientLine()) {
            outputEnded = true;
            conversation.effects.add(new Effect.EndOutput(Side.SERVER));
        }
        if (conversation.state instanceof State.AwaitingDataEnd && !conversation.data.endAwaited() && !conversation.tls.endAwaited()) {
            conversation.state = new State.Ended();
            conversation.publish(new SessionEvent.Ended(
                    conversation.endReason, conversation.endDetail, conversation.clocks.age(), client.count(),
                    conversation.data.transfers(), conversation.data.bytesToClient(), conversation.data.bytesToServer()));
            return;
        }
        var due = dueNanos();
        if (due < deadlineNanos) {
            deadlineNanos = due;
            conversation.effects.add(
                    new Effect.SetDeadline(Duration.ofNanos(Math.max(0, due - conversation.clocks.nowNanos()))));
        }
    }

    /** Whether a line of the client may still have to be forwarded. */
    private boolean holdsClientLine() {
        return conversation.state instanceof State.AwaitingPinhole || conversation.state instanceof State.AwaitingOwnSetup
                || conversation.gatekeeper.holds() || conversation.turns.waiting() || conversation.legs.holds();
    }

    private boolean quiet() {
        return switch (conversation.state) {
            case State.Conversing _ -> !conversation.outstanding.awaitsReply()
                    && !conversation.replies.within()
                    && !conversation.data.connected();
            case State.AwaitingServer _, State.AwaitingGreeting _ -> true;
            case State.Opaque _, State.AwaitingRange _, State.AwaitingPinhole _, State.AwaitingOwnSetup _, State.AwaitingTls _,
                    State.AwaitingDataEnd _, State.Ended _ -> false;
        };
    }

    // ---- Time ----

    private void deadlineReached() {
        deadlineNanos = Long.MAX_VALUE;
        pinholes.expireOpening();
        conversation.data.expire();
        server.dataMoved();
        switch (conversation.state) {
            case State.AwaitingServer _, State.AwaitingGreeting _ -> {
                if (conversation.clocks.nowNanos() >= conversation.clocks.greetingDueNanos()
                        && !conversation.legs.stages.serverTimedOut()) {
                    timeOut(EndReason.GREETING_TIMEOUT);
                }
            }
            case State.Conversing _, State.AwaitingPinhole _, State.AwaitingOwnSetup _, State.AwaitingTls _ -> {
                var held = conversation.turns.due();
                if (held != null) {
                    conversation.clocks.active();
                    conversation.clocks.awaitLogin();
                    client.login(held);
                }
                var overdue = overdue();
                if (overdue != null) {
                    timeOut(overdue);
                }
            }
            case State.AwaitingRange _ -> conversation.tls.expireOpening();
            case State.Opaque _ -> {
                if (conversation.clocks.nowNanos() >= conversation.clocks.idleDueNanos()) {
                    timeOut(EndReason.IDLE_TIMEOUT);
                }
            }
            case State.AwaitingDataEnd _, State.Ended _ -> {}
        }
    }

    /** What a conversation waits for in vain; a login that waits for its turn has the time that it needs. */
    private @Nullable EndReason overdue() {
        return conversation.data.connected() || conversation.turns.waiting() ? null
                : conversation.clocks.overdue(conversation.login.complete(), conversation.outstanding.awaitsReply());
    }

    private void timeOut(EndReason reason) {
        var text = reason.text();
        conversation.finish(reason, "", reply(421, text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + "."), false);
    }

    /** The earliest time at which something is overdue. It may be late in coming, then nothing was. */
    private long dueNanos() {
        return switch (conversation.state) {
            case State.AwaitingServer _, State.AwaitingGreeting _ -> conversation.clocks.greetingDueNanos();
            case State.Conversing _, State.AwaitingPinhole _, State.AwaitingOwnSetup _, State.AwaitingTls _ -> {
                var expiry = Math.min(
                        Math.min(conversation.data.nextExpiryNanos(), server.waitsUntilNanos()),
                        conversation.data.waitForRoomOverNanos(mostDataConnections()));
                if (conversation.turns.waiting()) {
                    yield Math.min(expiry, conversation.turns.dueNanos());
                }
                // While data moves the control connection may be silent for as long as it takes.
                yield conversation.data.connected() ? expiry : Math.min(expiry, conversation.clocks.conversationDueNanos(
                        conversation.login.complete(), conversation.outstanding.awaitsReply()));
            }
            case State.AwaitingRange(_, _, var dueNanos) -> dueNanos;
            case State.Opaque _ -> conversation.clocks.idleDueNanos();
            case State.AwaitingDataEnd _ -> conversation.data.nextExpiryNanos();
            case State.Ended _ -> Long.MAX_VALUE;
        };
    }
}
