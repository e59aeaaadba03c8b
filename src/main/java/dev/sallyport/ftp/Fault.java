package dev.sallyport.ftp;

/**
 * Something that a peer did and should not have done. Each maps to one reply to the client, one log line and one metric;
 * the set is closed, so that a fault's name can be a metric's tag.
 *
 * <p>The reply codes are those of RFC 959 §4.2, RFC 1639 §4 (521) and RFC 2428 §2 (522).
 */
public enum Fault {
    // Framing (either side).
    LINE_TOO_LONG(Severity.ENDS_SESSION, 500, "Line too long."),
    NUL_IN_LINE(Severity.REFUSES_LINE, 501, "A line may not hold a NUL."),
    BARE_CARRIAGE_RETURN(Severity.REFUSES_LINE, 501, "A line may not hold a bare CR."),
    BARE_LINE_FEED(Severity.REFUSES_LINE, 501, "A line ends with CR and LF."),
    TELNET_OPTION(Severity.ENDS_SESSION, 500, "Telnet options are not negotiated here."),
    TELNET_SUBNEGOTIATION_TOO_LONG(Severity.ENDS_SESSION, 500, "Telnet subnegotiation too long."),
    UNTERMINATED_LINE(Severity.NOTED, 500, "Connection ended in the middle of a line."),
    TOO_MANY_LINES(Severity.ENDS_SESSION, 421, "Too many lines in a second."),

    // Commands.
    COMMAND_MALFORMED(Severity.REFUSES_LINE, 500, "Not a command."),
    COMMAND_UNSUPPORTED(Severity.REFUSES_LINE, 502, "Command not supported by this gateway."),
    REPLY_FROM_CLIENT(Severity.ENDS_SESSION, 500, "A client sends commands, not replies."),
    ARGUMENT_TOO_LONG(Severity.REFUSES_LINE, 501, "Argument too long."),
    BINARY_IN_COMMAND(Severity.REFUSES_LINE, 501, "A command may not hold such bytes."),
    COMMAND_AHEAD_OF_REPLY(Severity.REFUSES_LINE, 503, "Wait for the reply to your last command."),
    HTTP_ON_CONTROL_PORT(Severity.ENDS_SESSION, 500, "This is FTP, not HTTP."),
    SSH_ON_CONTROL_PORT(Severity.ENDS_SESSION, 500, "This is FTP; SFTP and SSH are other protocols, on port 22."),
    TLS_ON_PLAIN_PORT(Severity.ENDS_SESSION, 500, "This port speaks plain FTP first; TLS from the first byte is not FTP."),
    LOGIN_FLOOD(Severity.ENDS_SESSION, 421, "Too many failed logins from your address, try again later."),
    COMMAND_BEFORE_LOGIN(Severity.REFUSES_LINE, 530, "Log in first."),
    LOGIN_UNSEEN(Severity.REFUSES_LINE, 503, "Nobody here has seen you log in: log in, or send PWD first."),
    AUTH_REFUSED(Severity.REFUSES_LINE, 534, "TLS is refused by policy."),
    AUTH_MECHANISM_UNKNOWN(Severity.REFUSES_LINE, 504, "Only TLS is known here."),
    BYTES_BEHIND_AUTH(Severity.ENDS_SESSION, 503, "Bytes sent behind AUTH before its reply were discarded."),
    BYTES_BEHIND_CCC(Severity.ENDS_SESSION, 503, "Bytes sent behind CCC before its reply were discarded."),
    TLS_REQUIRED(Severity.REFUSES_LINE, 530, "Use AUTH TLS first."),
    AUTH_AFTER_LOGIN(Severity.REFUSES_LINE, 503, "AUTH comes before the login."),
    TLS_MISSING(Severity.ENDS_SESSION, 421, "TLS was agreed on, and something else came."),
    TLS_HANDSHAKE_FAILED(Severity.ENDS_SESSION, 421, "TLS could not be agreed on."),
    TLS_CERTIFICATE_REFUSED(Severity.ENDS_SESSION, 421, "The server's certificate is not accepted."),
    TLS_REFUSED_BY_SERVER(Severity.ENDS_SESSION, 421, "The server does not offer the TLS that is required."),
    CLEAR_TEXT_IN_TLS(Severity.ENDS_SESSION, 421, "Clear text came where TLS was agreed on."),
    TOO_MANY_TRANSFERS(Severity.REFUSES_LINE, 425, "No more transfers in this session."),

    TOO_MANY_DATA_CONNECTIONS(Severity.REFUSES_LINE, 425, "Too many data connections in this session."),

    // Data addresses from the client.
    PORT_MALFORMED(Severity.REFUSES_LINE, 501, "PORT takes six numbers 0 to 255: h1,h2,h3,h4,p1,p2."),
    PORT_TRUNCATED(Severity.ENDS_SESSION, 501, "PORT takes six numbers, this one breaks off."),
    TEXT_BEHIND_NUMBERS(Severity.ENDS_SESSION, 501, "Nothing belongs behind the six numbers of a data address."),
    EPRT_MALFORMED(Severity.REFUSES_LINE, 501, "EPRT takes |family|address|port|."),
    LPRT_MALFORMED(Severity.REFUSES_LINE, 501, "LPRT takes af,hal,h1,...,pal,p1,p2."),
    EPSV_MALFORMED(Severity.REFUSES_LINE, 501, "EPSV takes nothing, a family number or ALL."),
    PORT_ZERO(Severity.REFUSES_LINE, 501, "Port 0 cannot be connected to."),
    PORT_BELOW_1024(Severity.REFUSES_LINE, 501, "A data port must be 1024 or above."),
    ADDRESS_NOT_PEER(Severity.REFUSES_LINE, 501, "The data address must be your own."),
    ADDRESS_FORBIDDEN(Severity.REFUSES_LINE, 501, "No data connection leads to or from this address."),
    FAMILY_UNSUPPORTED(Severity.REFUSES_LINE, 522, "Network protocol not supported, use (%s)."),
    LONG_FAMILY_UNSUPPORTED(Severity.REFUSES_LINE, 521, "Supported address families are (%s)."),
    PASV_ON_IPV6(Severity.REFUSES_LINE, 425, "PASV cannot name an IPv6 address; use EPSV."),
    SETUP_AFTER_EPSV_ALL(Severity.REFUSES_LINE, 501, "Only EPSV is allowed after EPSV ALL."),
    TRANSFER_WITHOUT_DATA_PORT(Severity.REFUSES_LINE, 425, "Use PASV, EPSV, PORT or EPRT first."),

    // Replies.
    REPLY_MALFORMED(Severity.ENDS_SESSION, 421, "The server's answer is not an FTP reply."),
    COMMAND_FROM_SERVER(Severity.ENDS_SESSION, 421, "A server sends replies, not commands."),
    REPLY_TOO_LONG(Severity.ENDS_SESSION, 421, "The server's reply has too many lines."),
    REPLY_WITHOUT_COMMAND(Severity.ENDS_SESSION, 421, "The server replied to nothing."),
    PASSIVE_REPLY_WITHOUT_COMMAND(Severity.REFUSES_LINE, 421, "The server opened a data port that nobody asked for."),
    PASSIVE_REPLY_MALFORMED(Severity.REFUSES_LINE, 425, "The server's passive reply names no usable address."),
    PASSIVE_PORT_ZERO(Severity.REFUSES_LINE, 425, "The server's passive reply names port 0."),
    PASSIVE_PORT_BELOW_1024(Severity.REFUSES_LINE, 425, "The server's passive reply names a port below 1024."),
    PASSIVE_ADDRESS_NOT_PEER(Severity.REFUSES_LINE, 425, "The server's passive reply names another host."),
    PASSIVE_ADDRESS_REPLACED(Severity.NOTED, 425, "The server's passive reply named another host; the server's own was used."),
    EXTENDED_ADDRESS_NOT_PEER(Severity.REFUSES_LINE, 425, "The server's extended passive reply names another host."),

    // Data connections.
    DATA_FROM_STRANGER(Severity.NOTED, 425, "A data connection came from an unexpected address."),
    DATA_TRUNCATED(Severity.NOTED, 426, "The data connection ended without close_notify: it may be incomplete."),
    DATA_TLS_FAILED(Severity.NOTED, 522, "TLS could not be agreed on for the data connection."),
    DATA_NOT_RESUMED(Severity.NOTED, 522, "The data connection must resume the control connection's TLS session."),
    DATA_NOT_PRIVATE(Severity.REFUSES_LINE, 521, "Data connections need PROT P."),
    DATA_FROM_OTHER_PORT(Severity.NOTED, 425, "A data connection came from an unexpected source port.");

    /** What a fault does to the line and the session that it is in. */
    public enum Severity {
        /** It is counted and logged; the line goes on. */
        NOTED,
        /** The line goes no further; the client is told. */
        REFUSES_LINE,
        /** The session ends; the client is told why. */
        ENDS_SESSION
    }

    private final Severity severity;
    private final int replyCode;
    private final String text;

    Fault(Severity severity, int replyCode, String text) {
        this.severity = severity;
        this.replyCode = replyCode;
        this.text = text;
    }

    public Severity severity() {
        return severity;
    }

    /** The code of the reply that tells the client, 400 to 599. */
    public int replyCode() {
        return replyCode;
    }

    /** The text of the reply that tells the client; {@code %s} in it takes the fault's detail. */
    public String text() {
        return text;
    }
}
