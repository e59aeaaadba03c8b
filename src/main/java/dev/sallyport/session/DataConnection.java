package dev.sallyport.session;

import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.Verb;
import dev.sallyport.session.SessionEvent.Unused;
import org.jspecify.annotations.Nullable;

/** One negotiated data connection, from the pinhole's request to the end of its bytes. Mutable; the ledger's own. */
final class DataConnection {

    enum Stage {
        /** The data path has been asked. */
        OPENING,
        /** The pinhole waits for its connection. */
        OPEN,
        /** The connection came and used the pinhole up. */
        CONNECTED,
        /** No pinhole and no connection any more. */
        GONE
    }

    final PinholeRequest request;
    /** The command that the client set it up with. */
    final Verb mode;

    Stage stage = Stage.OPENING;
    /** When the pinhole closes if nothing has used it or it has not even opened, on the engine's clock. */
    long expiresNanos = Long.MAX_VALUE;
    /** Why the pinhole is closed, where only the data path's word on its connection is still to come; null otherwise. */
    @Nullable Unused closing;
    /** When the data path was asked, on the engine's clock. */
    long requestedNanos;
    /** Whether a transfer has used it. */
    boolean served;
    /** Whether TLS with the server may have begun. */
    boolean secured;
    /** Whether the server has sent all, and all has gone on. */
    boolean whole;
    /** Whether the data path makes the second half of an active connection: to the client, when the server has connected. */
    boolean dialed;
    /** Whether it has. */
    boolean reached;
    /** When a connection that the server says it has made is not expected any more, on the engine's clock. */
    private long comesByNanos = Long.MAX_VALUE;
    /** How it ended; null until then. */
    Input.@Nullable DataClosed closed;
    /** The transfer that uses it. */
    @Nullable RunningTransfer transfer;

    DataConnection(PinholeRequest request, Verb mode) {
        this.request = request;
        this.mode = mode;
    }

    PinholeId id() {
        return request.id();
    }

    /** Whether it was closed without a connection. */
    boolean expired() {
        return stage == Stage.GONE && closed == null;
    }

    /**
     * Whether its transfer had a connection and only the data path has not yet said so: the server's reply overtakes what a
     * kernel tells of its connections.
     */
    boolean presumed() {
        return stage == Stage.OPEN && transfer != null && transfer.hadConnection();
    }

    boolean wholeAwaited() {
        return stage == Stage.CONNECTED && request.protection().any() && !whole && (secured || !request.protection().of(Side.SERVER));
    }

    /** Whether the server has connected, or is about to, and the client does not have that connection yet. */
    boolean reachAwaited() {
        return dialed && !reached && (stage == Stage.CONNECTED || stage == Stage.OPEN);
    }

    /** The same when the server calls its transfer done: one that has not come by then is awaited for a moment more. */
    boolean awaitsReach(long nowNanos) {
        if (reachAwaited() && stage == Stage.OPEN && comesByNanos == Long.MAX_VALUE) {
            comesByNanos = nowNanos + DataConnections.OVERTAKEN_NANOS;
        }
        return reachAwaited() && nowNanos < awaitedUntilNanos();
    }

    /** Until when; {@code Long.MAX_VALUE} for as long as it takes. */
    long awaitedUntilNanos() {
        return stage == Stage.OPEN ? comesByNanos : Long.MAX_VALUE;
    }

    boolean waiting() {
        return stage == Stage.OPENING || stage == Stage.OPEN;
    }
}
