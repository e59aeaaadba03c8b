package dev.sallyport.proxy;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import io.netty.channel.ChannelException;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Whom a client called whose connection was intercepted. */
final class OriginalDestination {

    /** SOL_IP of linux/in.h, SOL_IPV6 of linux/in6.h. */
    private static final int IPV4_LEVEL = 0;

    private static final int IPV6_LEVEL = 41;

    /** SO_ORIGINAL_DST of linux/netfilter_ipv4.h, IP6T_SO_ORIGINAL_DST of linux/netfilter_ipv6/ip6_tables.h. */
    private static final int SO_ORIGINAL_DST = 80;

    /** A sockaddr_in: family, port, address and padding. */
    private static final RawUnixChannelOption IPV4 =
            new RawUnixChannelOption("SO_ORIGINAL_DST", IPV4_LEVEL, SO_ORIGINAL_DST, 16);

    /** A sockaddr_in6: family, port, flow, address and scope. */
    private static final RawUnixChannelOption IPV6 =
            new RawUnixChannelOption("IP6T_SO_ORIGINAL_DST", IPV6_LEVEL, SO_ORIGINAL_DST, 28);

    private static final int PORT_OFFSET = 2;
    private static final int IPV4_OFFSET = 4;
    private static final int IPV6_OFFSET = 8;

    private OriginalDestination() {}

    /** @return null when it cannot be told, which no intercepted connection brings about */
    static @Nullable Endpoint of(SocketChannel accepted, Interception.Kind kind) {
        var local = Endpoint.of(accepted.localAddress());
        // Under tproxy the socket has the address that was called.
        return kind == Interception.Kind.REDIRECT ? translated(accepted, local.ipv4()) : local;
    }

    private static @Nullable Endpoint translated(SocketChannel accepted, boolean ipv4) {
        try {
            var address = accepted.config().getOption(ipv4 ? IPV4 : IPV6);
            return address == null ? null : read(address, ipv4);
        } catch (ChannelException notTracked) {
            return null;
        }
    }

    private static Endpoint read(ByteBuffer address, boolean ipv4) {
        // The port's two octets are in network order, whatever the order of the host.
        var port = (address.get(PORT_OFFSET) & 0xff) << Byte.SIZE | address.get(PORT_OFFSET + 1) & 0xff;
        var bytes = new byte[ipv4 ? 4 : 16];
        address.get(ipv4 ? IPV4_OFFSET : IPV6_OFFSET, bytes);
        return new Endpoint(Addresses.of(bytes), new Port(port));
    }

    /** Whether it is the listener itself that was called: directly, or by a connection of the gateway's own that came back. */
    static boolean isListener(Endpoint called, Endpoint listener) {
        return called.port().equals(listener.port())
                && (called.address().equals(listener.address()) || ofThisHost(called.address()));
    }

    private static boolean ofThisHost(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException unknown) {
            // Refused, when in doubt.
            return true;
        }
    }
}
