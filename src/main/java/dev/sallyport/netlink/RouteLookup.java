package dev.sallyport.netlink;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * Asks where the kernel would send a packet, routing rules and all (RTM_GETROUTE of rtnetlink(7)), in the network namespace of
 * the thread that constructs it. For one thread at a time; an answer costs microseconds, however many routes there are.
 */
public final class RouteLookup implements AutoCloseable {

    // linux/rtnetlink.h
    private static final int RTM_NEWROUTE = 24;
    private static final int RTM_GETROUTE = 26;
    private static final int RTA_DST = 1;
    private static final int RTA_MARK = 16;
    private static final int RTN_LOCAL = 2;

    // bits/socket.h
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;

    private final Requests requests;

    public RouteLookup() throws NetlinkException {
        requests = new Requests(NetlinkSocket.NETLINK_ROUTE);
    }

    /** Whether a packet to {@code destination} that carries {@code mark} is delivered to this host; not where no route is found. */
    public boolean delivered(InetAddress destination, int mark) throws NetlinkException, MalformedMessageException {
        var local = new boolean[1];
        requests.request(RTM_GETROUTE, 0, destination instanceof Inet4Address ? AF_INET : AF_INET6)
                .routeHeader()
                .bytes(RTA_DST, destination.getAddress())
                .hostInt(RTA_MARK, mark);
        try {
            requests.ask("look up the route to " + destination.getHostAddress(), 0, answer ->
                    local[0] = answer.type() == RTM_NEWROUTE && answer.routeType() == RTN_LOCAL);
        } catch (NetlinkException refused) {
            switch (refused.error().errno()) {
                // The socket's own troubles; all else is the kernel's word for nowhere, or for a family that it has not.
                case Errno.EBADF, Errno.ENOBUFS, Errno.ENOMEM, Errno.EPERM, Errno.ETIMEDOUT -> throw refused;
                default -> {}
            }
        }
        return local[0];
    }

    @Override
    public void close() {
        requests.close();
    }
}
