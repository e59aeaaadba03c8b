package dev.sallyport.session;

/** Why a gateway did not begin a session for a client that connected. */
public enum ClientRefusal {
    STOPPING("The gateway is shutting down."),
    TOO_MANY_SESSIONS("Too many sessions, try again later."),
    TOO_MANY_SESSIONS_OF_CLIENT("Too many sessions from your address, try again later."),
    TOO_MANY_FAILED_LOGINS("Too many failed logins from your address, try again later."),
    /** It called the listener itself, where only what is intercepted may come. */
    NOT_INTERCEPTED("This is no FTP server: connect to the server itself."),
    SERVER_NOT_ALLOWED("The gateway does not lead to this server."),
    NO_DESCRIPTORS("The gateway has no descriptors left, try again later.");

    private final String text;

    ClientRefusal(String text) {
        this.text = text;
    }

    /** A sentence for the client. */
    public String text() {
        return text;
    }
}
