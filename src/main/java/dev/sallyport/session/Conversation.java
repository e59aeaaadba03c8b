package dev.sallyport.session;

import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.ReplyReader;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.Verb;
import dev.sallyport.rules.DataMode;
import dev.sallyport.session.SessionEvent.Unused;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of the engine share: the state, the commands that await replies, the data connections, and the ways to
 * say something. Mutable; the engine's own.
 */
final class Conversation {

    final SessionContext context;
    final SessionPolicy policy;
    final Tally tally;
    final Clocks clocks;
    final ReplyReader replies;
    final List<Effect> effects = new ArrayList<>(4);
    final Outstanding outstanding = new Outstanding();
    final DataConnections data = new DataConnections(effects);
    final Login login = new Login();
    final Conduct conduct = new Conduct(this);
    final Gatekeeper gatekeeper;
    final Turns turns;
    final Masking masking = new Masking(this);
    final OpaqueTls tls = new OpaqueTls(this);
    final TlsLegs legs;

    State state = new State.AwaitingServer();
    /** EPSV ALL has been sent, and the server has not refused it. */
    boolean epsvAll;
    /** EPSV ALL has been granted; a later one that is refused takes nothing back. */
    boolean epsvAllGranted;
    /** The code with which the server announced its leaving, 221 or 421; 0 until then. */
    int farewell;

    EndReason endReason = EndReason.KILLED;
    String endDetail = "";

    private @Nullable Endpoint gatewayToServer;
    private @Nullable Endpoint server;

    Conversation(SessionContext context, SessionPolicy policy, SessionHost host, Tally tally, long nowNanos) {
        this.context = context;
        this.policy = policy;
        this.tally = tally;
        this.clocks = new Clocks(policy.timeouts(), nowNanos);
        this.gatekeeper = new Gatekeeper(this, host);
        this.turns = new Turns(this, host.limits());
        this.legs = new TlsLegs(this);
        this.replies = new ReplyReader(SessionPolicy.MOST_REPLY_LINES);
    }

    void serverConnected(Endpoint gateway, Endpoint connected) {
        gatewayToServer = gateway;
        server = connected;
    }

    Endpoint server() {
        return Objects.requireNonNull(server, "before the server is connected");
    }

    Endpoint gatewayToServer() {
        return Objects.requireNonNull(gatewayToServer, "before the server is connected");
    }

    /** Whether the control connections are closed or about to be. */
    boolean finishing() {
        return state instanceof State.AwaitingDataEnd || state instanceof State.Ended;
    }

    /** How the data connection of a transfer is set up that comes now, when all setup commands before it are answered. */
    DataMode dataMode() {
        var setup = data.currentMode();
        var mode = setup == null ? null : DataMode.of(setup);
        return mode == null ? DataMode.NONE : mode;
    }

    // ---- Saying something ----

    static FtpLine reply(int code, String text) {
        return FtpLine.of(code + " " + text);
    }

    void publish(SessionEvent event) {
        effects.add(new Effect.Publish(event));
    }

    /** Sends the client a reply of our own, of one line. */
    void tell(FtpLine reply) {
        effects.add(new Effect.ReplyToClient(reply));
        tally.reply(ReplyReader.code(reply));
    }

    void forward(FtpLine line, Exchange exchange) {
        if (outstanding.isEmpty()) {
            clocks.awaitReply();
        }
        outstanding.add(exchange);
        effects.add(new Effect.ForwardToServer(line));
    }

    void forwardTransfer(Command command) {
        var exchange = Exchange.forwarded(command.verb(), command.argument());
        exchange.transfer = data.begin(command.verb(), command.argument(), gatekeeper.permit());
        forward(command.line(), exchange);
        publish(new SessionEvent.TransferBegan(command.verb(), command.argument()));
    }

    /** Answers the exchange at the head of the queue in the server's place. */
    void answer(Exchange exchange, FtpLine answer) {
        outstanding.remove(exchange);
        tell(answer);
        answerLocals();
    }

    /** Answers a command ourselves, when the commands before it are answered. */
    void local(Verb verb, FtpLine answer) {
        outstanding.add(Exchange.local(verb, answer));
        answerLocals();
    }

    /** Sends our own answers that have reached the head of the queue, but not into the middle of the server's reply. */
    void answerLocals() {
        if (!replies.within()) {
            flushLocals();
        }
    }

    /** The same, before the first line of a reply of the server has been passed on. */
    void flushLocals() {
        for (var first = outstanding.first(); first != null && first.answer != null; first = outstanding.first()) {
            outstanding.remove(first);
            tell(first.answer);
        }
    }

    // ---- Faults ----

    /** A client's command is at fault. */
    void fault(Fault fault, Command command) {
        fault(Side.CLIENT, fault, command.toString(), command.verb());
    }

    void fault(Side side, Fault fault, String detail) {
        fault(side, fault, detail, Verb.UNKNOWN);
    }

    private void fault(Side side, Fault fault, String detail, Verb verb) {
        publishFault(side, fault, detail, true);
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

    void publishFault(Side side, Fault fault, String detail, boolean enforced) {
        publish(new SessionEvent.FaultSeen(side, fault, detail, enforced));
    }

    // ---- The end ----

    /**
     * Closes the control connections and every pinhole that nothing has used.
     *
     * @param lastReply what the client is told; null for nothing
     * @param cut whether data that still moves is cut, or may finish
     */
    void finish(EndReason reason, String detail, @Nullable FtpLine lastReply, boolean cut) {
        if (finishing()) {
            if (cut) {
                data.closeAllUnused(Unused.SESSION_ENDED);
                data.cutAll();
                tls.end(true);
            }
            return;
        }
        endReason = reason;
        endDetail = detail;
        var deaf = state instanceof State.Opaque || legs.stages.clientLost();
        tls.end(cut);
        state = new State.AwaitingDataEnd();
        if (lastReply != null && !deaf) {
            tell(lastReply);
        }
        if (outstanding.awaitsSecret() && !login.complete() && refuses(reason)) {
            turns.refused(0);
        }
        turns.over();
        outstanding.abandon(data);
        if (cut) {
            data.closeAllUnused(Unused.SESSION_ENDED);
            data.cutAll();
        } else {
            data.closeAtEnd();
        }
        effects.add(new Effect.Close(reason == EndReason.CLIENT_RESET));
    }

    /** Whether a password that is not answered has failed: who does not wait for the refusal, or is hung up on, has failed too. */
    private static boolean refuses(EndReason reason) {
        return switch (reason) {
            case CLIENT_RESET, SERVER_CLOSED, SERVER_RESET -> true;
            default -> false;
        };
    }
}
