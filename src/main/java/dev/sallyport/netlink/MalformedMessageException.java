package dev.sallyport.netlink;

import java.io.IOException;

/** What came from the kernel is not a netlink message as this package knows it. Nothing of it was used. */
public final class MalformedMessageException extends IOException {
    private static final long serialVersionUID = 1;

    MalformedMessageException(String message) {
        super(message);
    }

    /** It is caught where it is thrown, message by message: the trace would say nothing. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
