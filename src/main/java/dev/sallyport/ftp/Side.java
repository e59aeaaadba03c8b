package dev.sallyport.ftp;

/** One of the two peers of a control session. */
public enum Side {
    CLIENT,
    SERVER;

    public Side other() {
        return this == CLIENT ? SERVER : CLIENT;
    }
}
