package dev.sallyport.session;

import dev.sallyport.ftp.Endpoint;

/**
 * What is known of a session when its client has connected.
 *
 * @param id the session
 * @param client the client's end of its control connection
 * @param gateway the gateway's end of it: the address and port that the client connected to
 * @param gatewayName the gateway's name in the configuration; empty where there is none
 */
public record SessionContext(SessionId id, Endpoint client, Endpoint gateway, String gatewayName) {

    /** A session of a gateway without a name. */
    public SessionContext(SessionId id, Endpoint client, Endpoint gateway) {
        this(id, client, gateway, "");
    }
}
