package dev.sallyport.peers;

/** The IP version of a control connection. */
public enum Family {
    IPV4("127.0.0.1"),
    IPV6("::1");

    private final String loopback;

    Family(String loopback) {
        this.loopback = loopback;
    }

    public String loopback() {
        return loopback;
    }
}
