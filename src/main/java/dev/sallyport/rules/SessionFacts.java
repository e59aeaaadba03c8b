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
 * @param userKnown whether that is so: not after CCC, when the login was not seen, nor where servers read the name in more
 *     than one way
 * @param loggedIn whether a login is complete; after CCC, yes
 * @param subject whom the client has proved to be with a certificate, as in RFC 2253; empty when it has shown none
 */
public record SessionFacts(InetAddress client, InetAddress server, String gateway, String user, boolean userKnown,
        boolean loggedIn, TlsState tls, String subject) {

    public SessionFacts {
        user = stripped(user);
        userKnown &= clear(user);
    }

    /** Of a client that has shown no certificate. */
    public SessionFacts(
            InetAddress client, InetAddress server, String gateway, String user, boolean userKnown, boolean loggedIn, TlsState tls) {
        this(client, server, gateway, user, userKnown, loggedIn, tls, "");
    }

    /** Whether every server reads a name the same. */
    static boolean clear(String name) {
        return name.chars().allMatch(Question::clear);
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
