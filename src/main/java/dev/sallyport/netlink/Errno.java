package dev.sallyport.netlink;

import java.util.Map;

/** The error numbers of Linux (asm-generic/errno.h) that netlink answers with. */
final class Errno {
    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EBUSY = 16;
    static final int EEXIST = 17;
    static final int EINVAL = 22;
    static final int ENFILE = 23;
    static final int ENOSPC = 28;
    static final int ENOBUFS = 105;
    static final int ETIMEDOUT = 110;
    static final int EBADF = 9;

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(EPERM, "EPERM"), Map.entry(ENOENT, "ENOENT"), Map.entry(EINTR, "EINTR"), Map.entry(5, "EIO"),
            Map.entry(EBADF, "EBADF"), Map.entry(EAGAIN, "EAGAIN"), Map.entry(ENOMEM, "ENOMEM"), Map.entry(13, "EACCES"),
            Map.entry(EBUSY, "EBUSY"), Map.entry(EEXIST, "EEXIST"), Map.entry(EINVAL, "EINVAL"), Map.entry(ENFILE, "ENFILE"),
            Map.entry(24, "EMFILE"), Map.entry(27, "EFBIG"), Map.entry(ENOSPC, "ENOSPC"), Map.entry(31, "EMLINK"),
            Map.entry(34, "ERANGE"), Map.entry(71, "EPROTO"), Map.entry(75, "EOVERFLOW"), Map.entry(85, "ERESTART"),
            Map.entry(90, "EMSGSIZE"), Map.entry(93, "EPROTONOSUPPORT"), Map.entry(95, "EOPNOTSUPP"),
            Map.entry(97, "EAFNOSUPPORT"), Map.entry(ENOBUFS, "ENOBUFS"), Map.entry(ETIMEDOUT, "ETIMEDOUT"),
            Map.entry(111, "ECONNREFUSED"));

    private Errno() {}

    /** "ENOENT", or "errno 123" for one that has no business here. */
    static String name(int errno) {
        return NAMES.getOrDefault(errno, "errno " + errno);
    }
}
