package dev.sallyport.rules;

import java.net.InetAddress;

/**
 * What rules ask of a session; it changes seldom.
 *
 * @param client the client's address; an IPv4-mapped one as IPv4
 * @param server the server's end of the control connection, likewise
 * @param gateway the gateway's name
 * @param user the pending or last accepted USER's argument, one character for each byte; empty when nobody is named. Blanks at
 *     its ends are dropped
 * @param userKnown whether that is so: after CCC the login was not seen
 * @param loggedIn whether a login is complete; after CCC, yes
 */
public record SessionFacts(InetAddress client, InetAddress server, String gateway, String user, boolean userKnown,
        boolean loggedIn, TlsState tls) {

    public SessionFacts {
        user = stripped(user);
    }

    /** Without the blanks that separate words in a command. */
    static String stripped(String text) {
        var start = 0;
        var end = text.length();
        while (start < end && PathText.blank(text.charAt(start))) {
            start++;
        }
        while (end > start && PathText.blank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }
}
