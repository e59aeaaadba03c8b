package dev.sallyport.netlink;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Connection tracking's states of a TCP connection, in the order of linux/netfilter/nf_conntrack_tcp.h. */
public enum TcpState {
    NONE,
    SYN_SENT,
    SYN_RECV,
    ESTABLISHED,
    FIN_WAIT,
    CLOSE_WAIT,
    LAST_ACK,
    TIME_WAIT,
    CLOSE,
    /** Both sides sent a SYN. */
    SYN_SENT2;

    /** Both sides are done: there will be no more data. */
    public static final Set<TcpState> OVER = Collections.unmodifiableSet(EnumSet.of(TIME_WAIT, CLOSE));

    private static final TcpState[] BY_NUMBER = values();

    static @Nullable TcpState of(int number) {
        return number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    }
}
