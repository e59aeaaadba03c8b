package dev.sallyport.lab.transcript;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.rules.Check;
import dev.sallyport.rules.Level;
import dev.sallyport.session.SessionPolicy;
import java.net.InetAddress;
import java.util.Map;
import java.util.Set;

/**
 * What a transcript takes as given.
 *
 * @param client the client's end of its control connection
 * @param gateway the gateway's end of it
 * @param gatewayToServer the gateway's end of its control connection to the server
 * @param server the server's end of it
 * @param gatewayName the gateway's name; may be empty
 * @param start where the conversation begins
 * @param user who has logged in then
 * @param minuteOfWeek when it begins; Monday, 00:00 is 0
 * @param ownAddresses the addresses of the gateway's host
 * @param checks levels that lie over those of whatever rules are in force
 * @param policy what the configuration decides
 */
public record Scenario(
        Endpoint client,
        Endpoint gateway,
        Endpoint gatewayToServer,
        Endpoint server,
        String gatewayName,
        Start start,
        String user,
        int minuteOfWeek,
        Set<InetAddress> ownAddresses,
        Map<Check, Level> checks,
        SessionPolicy policy) {

    /** Where a conversation begins; what comes before goes without saying. */
    public enum Start {
        /** The client has connected. */
        CLIENT_CONNECTED,
        /** The gateway has connected to the server too. */
        SERVER_CONNECTED,
        /** The server has said 220. */
        GREETED,
        /** The user has logged in. */
        LOGGED_IN
    }
}
