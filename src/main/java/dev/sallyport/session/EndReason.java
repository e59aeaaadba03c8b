package dev.sallyport.session;

/** Why a session ended. */
public enum EndReason {
    QUIT("the client quit"),
    CLIENT_CLOSED("the client closed the connection"),
    CLIENT_RESET("the client reset the connection"),
    SERVER_CLOSED("the server closed the connection"),
    SERVER_RESET("the server reset the connection"),
    SERVER_UNREACHABLE("the server could not be reached"),
    PEER_FAULT("a peer broke the protocol"),
    NOT_FTP("it was no FTP connection"),
    GREETING_TIMEOUT("the server sent no greeting in time"),
    LOGIN_TIMEOUT("no login in time"),
    REPLY_TIMEOUT("the server left a command unanswered for too long"),
    IDLE_TIMEOUT("idle for too long"),
    GATEWAY_STOPPED("the gateway stopped"),
    RANGE_REFUSED("no data ports could be opened for TLS"),
    RANGE_LOST("another program has a data port that was opened for TLS"),
    DENIED_BY_RULE("a rule closed it"),
    OUT_OF_SIGHT("its packets were not seen any more"),
    KILLED("ended by the operator"),
    INTERNAL_ERROR("an error in the gateway");

    private final String text;

    EndReason(String text) {
        this.text = text;
    }

    /** Part of a sentence for the log. */
    public String text() {
        return text;
    }
}
