package dev.sallyport.ftp;

import java.util.Locale;

/** One of the two peers of a control session. */
public enum Side {
    CLIENT,
    SERVER;

    public Side other() {
        return this == CLIENT ? SERVER : CLIENT;
    }

    /** In lower case, for messages. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
