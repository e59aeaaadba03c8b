package dev.sallyport.session;

import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Side;
import org.jspecify.annotations.Nullable;

/** How a data connection ended. */
public enum DataEnd {
    /** Both directions were closed in order. */
    CLOSED,
    /** One side reset it. */
    RESET,
    /** The target refused the connection or could not be reached. */
    TARGET_REFUSED,
    /** Nothing moved for longer than the limit. */
    IDLE,
    /** The gateway cut it. */
    CUT,
    /** The client, which has TLS, closed it without saying that this was the end (close_notify, RFC 8446 §6.1). */
    CLIENT_TRUNCATED,
    /** The server did so. */
    SERVER_TRUNCATED,
    /** TLS could not be agreed on with the client, or was broken. */
    CLIENT_TLS_FAILED,
    /** Nor with the server; or it is not the one of the control connection. */
    SERVER_TLS_FAILED,
    /** The client did not resume its control connection's TLS, as it must. */
    NOT_RESUMED;

    /** What it is counted as, where what has moved may not be all of it; null where the peers themselves tell. */
    public @Nullable Fault fault() {
        return switch (this) {
            case CLIENT_TRUNCATED, SERVER_TRUNCATED -> Fault.DATA_TRUNCATED;
            case CLIENT_TLS_FAILED, SERVER_TLS_FAILED -> Fault.DATA_TLS_FAILED;
            case NOT_RESUMED -> Fault.DATA_NOT_RESUMED;
            case CLOSED, RESET, TARGET_REFUSED, IDLE, CUT -> null;
        };
    }

    /** Whose fault it is; the client's where it is nobody's. */
    public Side side() {
        return this == SERVER_TRUNCATED || this == SERVER_TLS_FAILED ? Side.SERVER : Side.CLIENT;
    }
}
