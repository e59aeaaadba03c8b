package dev.sallyport.telemetry;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.Verb;
import dev.sallyport.session.Moved;
import dev.sallyport.session.SessionId;
import dev.sallyport.session.TlsPeer;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A session as it was when somebody asked. User, path and what TLS tells of a peer are as they were sent: whoever shows them must
 * escape them.
 *
 * @param id the session
 * @param gateway the gateway's name
 * @param client the client's end of its control connection
 * @param address the address and port that the client connected to
 * @param server the server's end of the other control connection; null before it is connected
 * @param user who is logged in; empty before
 * @param tls of each side with which the gateway itself has TLS now, what the last handshake on the control connection has agreed on
 * @param state what it is doing
 * @param transfer the transfer that runs, or the last that did; null before the first
 * @param lastCommand the last command; null before the first
 * @param silence since the last command; since the client connected before the first
 * @param age since the client connected
 * @param transfers transfers that have ended
 * @param bytesToClient payload bytes of data connections that have ended, and of those through passive ranges so far
 * @param bytesToServer likewise
 * @param pinholes how many pinholes and data connections are open; of a passive range its data connections
 * @param running what had gone through the data connections of pinholes when somebody looked last
 */
public record LiveSession(
        SessionId id,
        String gateway,
        Endpoint client,
        Endpoint address,
        @Nullable Endpoint server,
        String user,
        Map<Side, TlsPeer> tls,
        State state,
        LiveSession.@Nullable Command transfer,
        @Nullable Verb lastCommand,
        Duration silence,
        Duration age,
        int transfers,
        long bytesToClient,
        long bytesToServer,
        int pinholes,
        Moved running) {

    /** What a session is doing, as far as its events tell. */
    public enum State {
        /** The server is not connected yet. */
        CONNECTING,
        /** Nobody is logged in. */
        LOGIN,
        /** Logged in, no transfer runs. */
        READY,
        /** A transfer command awaits its end. */
        TRANSFER,
        /** The control connection is encrypted: nothing more can be told. */
        OPAQUE
    }

    /** A transfer command. @param argument may be empty */
    public record Command(Verb verb, String argument) {}
}
