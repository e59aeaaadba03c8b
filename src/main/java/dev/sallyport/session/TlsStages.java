package dev.sallyport.session;

import dev.sallyport.ftp.Side;
import dev.sallyport.session.TlsPolicy.Ended.Client;
import dev.sallyport.session.TlsPolicy.Ended.Server;
import org.jspecify.annotations.Nullable;

/** How far TLS that the gateway ends itself is on each of the two control connections: whether it stands, begins or ends. */
final class TlsStages {

    private enum Stage {
        CLEAR,
        /** A handshake is under way. */
        SECURING,
        SECURE,
        /** TLS ends, and the connection stays. */
        UNSECURING,
        /** There is nothing to be said any more. */
        BROKEN
    }

    private final Conversation conversation;
    private final TlsPolicy.@Nullable Ended policy;
    private Stage client = Stage.CLEAR;
    private Stage server = Stage.CLEAR;

    /** @param policy null where no TLS is ended */
    TlsStages(Conversation conversation, TlsPolicy.@Nullable Ended policy) {
        this.conversation = conversation;
        this.policy = policy;
    }

    private Stage of(Side side) {
        return side == Side.CLIENT ? client : server;
    }

    boolean clear(Side side) {
        return of(side) == Stage.CLEAR;
    }

    boolean secure(Side side) {
        return of(side) == Stage.SECURE;
    }

    /** Whether a line of this side can be what it has agreed to: none is while TLS begins or ends, nor when that has failed. */
    boolean hears(Side side) {
        return clear(side) || secure(side);
    }

    /** Whether TLS with the client ends now. */
    boolean unsecuring() {
        return client == Stage.UNSECURING;
    }

    /** Whether nothing can be said to the client any more. */
    boolean clientLost() {
        return client == Stage.BROKEN;
    }

    /** A handshake with the server under way has taken too long. @return false when there is none */
    boolean serverTimedOut() {
        if (server != Stage.SECURING) {
            return false;
        }
        failed(Side.SERVER, TlsFailure.TIMED_OUT, "no handshake in time");
        return true;
    }

    /** The client is connected. */
    void clientConnected() {
        if (policy != null && policy.client() == Client.IMPLICIT) {
            begin(Side.CLIENT);
        }
    }

    /** The server is connected; it has not said anything yet. */
    void serverConnected() {
        if (policy != null && policy.server() == Server.IMPLICIT) {
            begin(Side.SERVER);
        }
    }

    /** A side that was in clear so far has agreed to TLS: nothing is said until it stands. */
    void agreed(Side side) {
        begin(side);
        conversation.state = new State.AwaitingTls(side);
    }

    private void begin(Side side) {
        become(side, Stage.SECURING);
        conversation.effects.add(new Effect.Secure(side));
    }

    /** TLS with the client is to end, and its connection stays. */
    void leave() {
        become(Side.CLIENT, Stage.UNSECURING);
        conversation.effects.add(new Effect.Unsecure(Side.CLIENT));
        conversation.state = new State.AwaitingTls(Side.CLIENT);
    }

    private void become(Side side, Stage stage) {
        if (side == Side.CLIENT) {
            client = stage;
        } else {
            server = stage;
        }
    }

    /** TLS with one side stands. */
    void secured(Side side, TlsPeer peer) {
        if (!conversation.finishing()) {
            become(side, Stage.SECURE);
            if (side == Side.CLIENT) {
                conversation.gatekeeper.encrypted(peer);
            }
            conversation.clocks.active();
            conversation.publish(new SessionEvent.Secured(side, peer));
            converse(side);
        }
    }

    /** TLS with one side has ended, and its connection stays. */
    void unsecured(Side side) {
        if (!conversation.finishing()) {
            become(side, Stage.CLEAR);
            conversation.gatekeeper.unencrypted();
            conversation.publish(new SessionEvent.Unsecured(side));
            converse(side);
        }
    }

    private void converse(Side side) {
        if (conversation.state instanceof State.AwaitingTls(var awaited) && awaited == side) {
            conversation.state = State.CONVERSING;
        }
    }

    /** There is no TLS with one side, or no longer. */
    void failed(Side side, TlsFailure reason, String detail) {
        become(side, Stage.BROKEN);
        if (!conversation.finishing()) {
            conversation.fault(side, reason.fault(), detail);
        }
    }
}
