package dev.sallyport.netlink;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the connection tracking table, as a message of the kernel gives it: what the message has not is null.
 *
 * @param original of the first packet
 * @param reply of the answers, as they arrive: before translation back
 * @param mark the ct mark; 0 is none
 * @param zone 0 to 65535; 0 is the default
 * @param id the kernel's number of the entry, made of its tuple and its place in memory: one of the same tuple that came later has
 *     another nearly always, but may have been given the same place; 0 when not told
 * @param status bits of enum ip_conntrack_status
 * @param tcpState null for other protocols, and at the end
 * @param sent what {@code original} counts; null unless net.netfilter.nf_conntrack_acct is set, and in events before the end
 * @param received what {@code reply} counts
 * @param start null unless net.netfilter.nf_conntrack_timestamp is set
 * @param stop null before the end
 * @param timeout after which the entry goes; null at the end
 */
public record Flow(
        FlowTuple original,
        FlowTuple reply,
        int mark,
        int zone,
        int id,
        int status,
        @Nullable TcpState tcpState,
        @Nullable Count sent,
        @Nullable Count received,
        @Nullable Instant start,
        @Nullable Instant stop,
        @Nullable Duration timeout) {

    /** IPS_ASSURED (linux/netfilter/nf_conntrack_common.h): for TCP, the three packets of its beginning passed. */
    private static final int ASSURED = 1 << 2;

    /** Whether the connection was established once. */
    public boolean established() {
        return (status & ASSURED) != 0;
    }

    /** Whether both sides are done. */
    public boolean over() {
        return tcpState != null && TcpState.OVER.contains(tcpState);
    }

    /** What it has moved in both directions, with headers; 0 where that is not known. */
    public long bytes() {
        return (sent == null ? 0 : sent.bytes()) + (received == null ? 0 : received.bytes());
    }

    /**
     * Packets, and their bytes with IP and TCP headers. What is sent again counts again. With segmentation offload a packet
     * is what passed the gateway in one piece, and one that IPv6 sent with a jumbo header (RFC 2675) counts 8 bytes more.
     */
    public record Count(long packets, long bytes) {}
}
