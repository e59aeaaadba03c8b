package dev.sallyport.lab.transcript;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.session.SessionPolicy;

/**
 * What a transcript takes as given.
 *
 * @param client the client's end of its control connection
 * @param gateway the gateway's end of it
 * @param gatewayToServer the gateway's end of its control connection to the server
 * @param server the server's end of it
 * @param start where the conversation begins
 * @param policy what the configuration decides
 */
public record Scenario(
        Endpoint client, Endpoint gateway, Endpoint gatewayToServer, Endpoint server, Start start, SessionPolicy policy) {

    /** Where a conversation begins; what comes before goes without saying. */
    public enum Start {
        /** The client has connected. */
        CLIENT_CONNECTED,
        /** The gateway has connected to the server too. */
        SERVER_CONNECTED,
        /** The server has said 220. */
        GREETED,
        /** The user {@code demo} has logged in. */
        LOGGED_IN
    }
}
