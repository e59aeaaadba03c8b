package dev.sallyport.lab.explain;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.rules.DataMode;
import dev.sallyport.rules.OwnAddresses;
import dev.sallyport.rules.TlsState;
import dev.sallyport.rules.WallClock;
import dev.sallyport.session.SessionPolicy;
import org.jspecify.annotations.Nullable;

/**
 * The session that a command comes in. What led to it is taken to have been allowed.
 *
 * @param gateway the gateway's name; empty where there is none
 * @param user who has logged in, one character for each byte
 * @param loggedIn whether that is so; otherwise USER has named them, or nobody where it is empty
 * @param directory the working directory, absolute, one character for each byte; null: nobody knows it
 * @param mode how the data connection for a transfer has been set up; null: the command is none
 * @param tls whether the command comes encrypted, to a gateway that ends that; or the session was encrypted, and nobody saw the login
 * @param subject whom the client has proved to be with a certificate, as in RFC 2253; null for none
 * @param policy what the gateway decides by
 * @param own the addresses of the gateway's host, as far as they are known
 */
public record Situation(
        Ends ends, String gateway, String user, boolean loggedIn, @Nullable String directory, @Nullable DataMode mode, TlsState tls,
        @Nullable String subject, SessionPolicy policy, DoorPorts ports, OwnAddresses own, WallClock clock) {

    /**
     * The ends of its control connections.
     *
     * @param called what the client has called: the gateway, or what stands behind it
     * @param seen where the server sees the gateway's connection come from
     */
    public record Ends(Endpoint client, Endpoint called, Endpoint seen, Endpoint server) {}
}
