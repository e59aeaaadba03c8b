package dev.sallyport.netlink;

import java.io.IOException;

/** The kernel refused a system call or a request. */
public final class NetlinkException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient KernelError error;

    NetlinkException(KernelError error) {
        super(error.toString());
        this.error = error;
    }

    NetlinkException(String operation, int errno) {
        this(new KernelError(operation, errno));
    }

    /** What was refused, and how. */
    public KernelError error() {
        return error;
    }
}
