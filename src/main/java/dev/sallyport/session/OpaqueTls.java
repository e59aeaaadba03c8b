package dev.sallyport.session;

import static dev.sallyport.session.Conversation.reply;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.ftp.Side;
import dev.sallyport.rules.Forbidden;
import dev.sallyport.session.SessionEvent.Unused;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The time in which a control connection is opaque: from the server's 234 to CCC, or to the end.
 *
 * <p>What is not seen can open no pinhole. In their place the server's declared passive range opens, to this client alone and
 * while it lasts; the 234 is held until it has. When no range can be opened the session ends, because the server has gone over
 * to TLS and cannot be told.
 */
final class OpaqueTls {

    private final Conversation conversation;
    private int count;
    /** The range that is open; null for none. */
    private @Nullable RangeId open;
    /** Ranges that are closed, whose data may still move. */
    private final Set<RangeId> closing = new HashSet<>();

    OpaqueTls(Conversation conversation) {
        this.conversation = conversation;
    }

    /** The server agrees to TLS. @param line its 234 */
    void granted(FtpLine line) {
        var ports = conversation.policy.passivePorts(conversation.server().address());
        if (ports == null) {
            begin(line);
            return;
        }
        var request = request(ports);
        var forbidden = forbidden(request);
        if (forbidden != null) {
            conversation.publishFault(Side.SERVER, Fault.ADDRESS_FORBIDDEN, Addresses.text(forbidden, false), true);
            refused(Fault.ADDRESS_FORBIDDEN.text());
            return;
        }
        var dueNanos = conversation.clocks.nowNanos() + conversation.policy.timeouts().pinhole().toNanos();
        conversation.state = new State.AwaitingRange(request, line, dueNanos);
        conversation.effects.add(new Effect.OpenRange(request));
    }

    private RangeRequest request(PortRange ports) {
        var context = conversation.context;
        return new RangeRequest(
                new RangeId(context.id(), ++count), context.client().address(), context.gateway().address(),
                conversation.server().address(), conversation.gatewayToServer().address(), ports,
                conversation.policy.limits().dataConnections());
    }

    private @Nullable InetAddress forbidden(RangeRequest request) {
        var own = conversation.gatekeeper.ownAddresses();
        return Forbidden.contains(request.client(), request.client(), own) ? request.client()
                : Forbidden.contains(request.server(), request.server(), own) ? request.server() : null;
    }

    void opened(RangeId id) {
        if (conversation.state instanceof State.AwaitingRange(var request, var line, _) && request.id().equals(id)) {
            open = id;
            conversation.publish(new SessionEvent.RangeOpened(request));
            begin(line);
        }
    }

    /** One that was closed while it was opening is refused too: there is no data of it. */
    void refused(RangeId id, PinholeRefusal reason) {
        closing.remove(id);
        if (conversation.state instanceof State.AwaitingRange(var request, _, _) && request.id().equals(id)) {
            conversation.state = State.CONVERSING;
            notOpened(request, reason);
        }
    }

    private void notOpened(RangeRequest request, PinholeRefusal reason) {
        conversation.publish(new SessionEvent.RangeRefused(request, reason));
        refused(reason.text());
    }

    private void refused(String why) {
        conversation.finish(EndReason.RANGE_REFUSED, "", reply(421, "Cannot open the data ports: " + why), true);
    }

    /** A range that did not open in time will not; as the session ends it is closed, in case that it does after all. */
    void expireOpening() {
        if (conversation.state instanceof State.AwaitingRange(var request, _, var dueNanos)
                && dueNanos <= conversation.clocks.nowNanos()) {
            notOpened(request, PinholeRefusal.DATA_PATH_FAILED);
        }
    }

    private void begin(FtpLine line) {
        conversation.effects.add(new Effect.ForwardToClient(line));
        conversation.data.closeAllUnused(Unused.SESSION_ENDED);
        conversation.state = new State.Opaque();
        conversation.clocks.active();
        conversation.effects.add(new Effect.BecomeOpaque());
        conversation.publish(new SessionEvent.BecameOpaque());
    }

    /**
     * Both sides have left TLS, and lines come again. Who has logged in, and where the session is, was not seen: rules that
     * need to know refuse. That somebody has is taken for granted, for the server still decides about each command.
     */
    void cleared() {
        if (!(conversation.state instanceof State.Opaque)) {
            return;
        }
        close(false);
        conversation.state = State.CONVERSING;
        // What was asked before TLS nobody answers any more.
        conversation.outstanding.abandon(conversation.data);
        conversation.login.unseen();
        conversation.gatekeeper.cleared();
        conversation.clocks.active();
        conversation.publish(new SessionEvent.Cleared());
    }

    /** What the server names may be somebody else's now, and nobody can keep the client from it while the session lasts. */
    void lost(RangeId id) {
        if (id.equals(open)) {
            conversation.finish(EndReason.RANGE_LOST, "", null, false);
        }
    }

    /** No data of a closed range moves any more. */
    void ended(RangeId id) {
        closing.remove(id);
    }

    /** Whether data still moves of which the session is to be told. */
    boolean endAwaited() {
        return !closing.isEmpty();
    }

    /** The session ends, or has ended but for data. @param cut whether data that still moves is cut, or may finish */
    void end(boolean cut) {
        if (cut) {
            closing.forEach(id -> conversation.effects.add(new Effect.CloseRange(id, true)));
        }
        if (conversation.state instanceof State.AwaitingRange(var request, _, _)) {
            close(request.id(), cut);
        }
        close(cut);
    }

    private void close(boolean cut) {
        if (open != null) {
            close(open, cut);
            conversation.publish(new SessionEvent.RangeClosed(open));
            open = null;
        }
    }

    private void close(RangeId id, boolean cut) {
        conversation.effects.add(new Effect.CloseRange(id, cut));
        closing.add(id);
    }
}
