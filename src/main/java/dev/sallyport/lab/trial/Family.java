package dev.sallyport.lab.trial;

/** The protocol below TCP. */
public enum Family {
    IPV4("IPv4"),
    IPV6("IPv6");

    private final String text;

    Family(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
