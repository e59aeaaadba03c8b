package dev.sallyport.datapath.kernel;

import dev.sallyport.netlink.Flow;
import dev.sallyport.session.Moved;
import java.net.Inet4Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The payload of a flow, told from what connection tracking counts: packets, and their bytes with headers.
 *
 * <p>Exact where each packet carries the TCP timestamps that Linux and its like negotiate (RFC 7323 §3.2) and nothing was sent
 * twice; where not, each packet is taken for one without options. Retransmissions count each time. A reset has no timestamps
 * on any connection: of one or two that follow nothing but headers nothing is concluded.
 */
final class Payload {

    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int TCP_HEADER = 20;
    /** RFC 7323 §3.2, padded. */
    private static final int TIMESTAMPS = 12;
    /** What a SYN has beyond that: maximum segment size, window scale, selective acknowledgements. */
    private static final int SYN_OPTIONS = 8;

    private static final int MOST_RESETS = 2;

    private Payload() {}

    /** What has gone through a flow. @param fromClient whether it is the client that has connected */
    static Moved moved(Flow flow, boolean fromClient) {
        var connected = flow.sent();
        var called = flow.received();
        var toServer = fromClient ? connected : called;
        var toClient = fromClient ? called : connected;
        var either = flow.original().source();
        return new Moved(bytes(toClient, either), bytes(toServer, either), packets(toClient), packets(toServer));
    }

    private static long packets(Flow.@Nullable Count count) {
        return count == null ? 0 : count.packets();
    }

    /** @param either address of the flow, for its family */
    static long bytes(Flow.@Nullable Count count, InetAddress either) {
        if (count == null || count.packets() == 0) {
            return 0;
        }
        var plain = (either instanceof Inet4Address ? IPV4_HEADER : IPV6_HEADER) + TCP_HEADER;
        var withTimestamps = count.bytes() - count.packets() * (plain + TIMESTAMPS) - SYN_OPTIONS;
        return withTimestamps >= -MOST_RESETS * TIMESTAMPS
                ? Math.max(0, withTimestamps)
                : Math.max(0, count.bytes() - count.packets() * plain);
    }
}
