package dev.sallyport.netlink;

import org.jspecify.annotations.Nullable;

/**
 * The kernel's refusal of one operation.
 *
 * @param operation what was asked for, as words that follow "cannot": "add 192.0.2.1 … to set pin4"
 * @param errno the positive error number; 0 where the kernel was not asked
 * @param message the kernel's own sentence (extended acknowledgement, NLMSGERR_ATTR_MSG), where it gave one
 * @param offset bytes from the request's beginning to the attribute at fault (NLMSGERR_ATTR_OFFS); -1 where not told
 */
public record KernelError(String operation, int errno, @Nullable String message, int offset) {

    KernelError(String operation, int errno) {
        this(operation, errno, null, -1);
    }

    /** The number's name in errno.h, as ENOENT. */
    public String errnoName() {
        return Errno.name(errno);
    }

    /** One line for a log. */
    @Override
    public String toString() {
        return "Cannot " + operation + (errno == 0 ? "" : ": " + errnoName()) + (message == null ? "" : " (" + message + ")");
    }
}
