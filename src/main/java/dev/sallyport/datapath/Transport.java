package dev.sallyport.datapath;

import dev.sallyport.ftp.Addresses;
import io.netty.bootstrap.AbstractBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The kind of sockets in use: Linux epoll where its native library is there, the JDK's NIO elsewhere. */
public enum Transport {
    EPOLL {
        @Override
        public IoHandlerFactory ioHandlers() {
            return RenewingEpollHandler.newFactory();
        }

        @Override
        public ChannelFactory<ServerChannel> servers(InetAddress local) {
            return () -> new EpollServerSocketChannel(family(local));
        }

        @Override
        public ChannelFactory<SocketChannel> clients() {
            return EpollSocketChannel::new;
        }

        @Override
        public Map<ChannelOption<?>, Object> dialOptions() {
            // The source port is then chosen at connect, so that one port can serve connections to different targets.
            return Map.of(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
        }

        @Override
        public Map<ChannelOption<?>, Object> transparent(int mark) {
            return Map.of(
                    EpollChannelOption.IP_TRANSPARENT, true,
                    new IntegerUnixChannelOption("SO_MARK", SOL_SOCKET, SO_MARK), mark);
        }

        @Override
        public Map<ChannelOption<?>, Object> urgentInline() {
            return Map.of(new IntegerUnixChannelOption("SO_OOBINLINE", SOL_SOCKET, SO_OOBINLINE), 1);
        }
    },
    NIO {
        @Override
        public IoHandlerFactory ioHandlers() {
            return NioIoHandler.newFactory();
        }

        @Override
        public ChannelFactory<ServerChannel> servers(InetAddress local) {
            return () -> new UrgentInlineServerSocketChannel(family(local));
        }

        @Override
        public ChannelFactory<SocketChannel> clients() {
            return UrgentSocketChannel::new;
        }

        @Override
        public Map<ChannelOption<?>, Object> dialOptions() {
            return Map.of();
        }

        @Override
        public Map<ChannelOption<?>, Object> transparent(int mark) {
            throw new UnsupportedOperationException("transparent sockets need Netty's epoll transport");
        }

        @Override
        public Map<ChannelOption<?>, Object> urgentInline() {
            return Map.of();
        }
    };

    /** From asm-generic/socket.h. */
    private static final int SOL_SOCKET = 1;

    /** From asm-generic/socket.h: the mark of the packets that a socket sends. */
    private static final int SO_MARK = 36;

    /** From asm-generic/socket.h: an urgent byte stays in the stream. */
    private static final int SO_OOBINLINE = 10;

    /** The best kind that works here. */
    public static Transport best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    /** A time limit for a socket option, which holds milliseconds in an int: 24 days at most. */
    public static int millis(Duration limit) {
        return (int) Math.min(Integer.MAX_VALUE, limit.toMillis());
    }

    /** Sets options of different types. */
    @SuppressWarnings("unchecked")
    public static void set(AbstractBootstrap<?, ?> bootstrap, Map<ChannelOption<?>, Object> options) {
        options.forEach((option, value) -> bootstrap.option((ChannelOption<Object>) option, value));
    }

    public abstract IoHandlerFactory ioHandlers();

    /** Listeners on an address. Those on {@code ::} take IPv4 too, those on 0.0.0.0 take IPv4 alone. */
    public abstract ChannelFactory<ServerChannel> servers(InetAddress local);

    /** The widest wildcard of this host: {@code ::}, or 0.0.0.0 where there is no IPv6. */
    public static InetAddress anywhere() {
        return Addresses.of(new byte[Socket.isIPv6Preferred() ? 16 : 4]);
    }

    private static SocketProtocolFamily family(InetAddress address) {
        return address instanceof Inet4Address ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
    }

    public abstract ChannelFactory<SocketChannel> clients();

    /**
     * Sends a byte as TCP urgent data (RFC 9293 §3.8.5), past Netty's own queue: it must be empty. On the channel's loop.
     *
     * @param channel one of {@link #clients()}
     * @return whether it was sent; not when the socket's buffer is full
     */
    public static boolean sendUrgent(Channel channel, byte urgent) {
        return switch (channel) {
            case EpollSocketChannel epoll -> UrgentByte.send(epoll.fd().intValue(), urgent);
            case UrgentSocketChannel nio -> nio.sendUrgent(urgent);
            default -> false;
        };
    }

    /** Options of sockets that connect from a given address. */
    public abstract Map<ChannelOption<?>, Object> dialOptions();

    /**
     * Options of sockets that have addresses of other hosts (IP_TRANSPARENT of linux/in.h; needs CAP_NET_ADMIN).
     *
     * @param mark SO_MARK, by which the packet filter knows them; accepted sockets inherit it
     * @throws UnsupportedOperationException for {@link #NIO}
     */
    public abstract Map<ChannelOption<?>, Object> transparent(int mark);

    /** Options that keep urgent bytes (the Synch before ABOR, RFC 959 §4.1.3) in the stream of an accepted connection. */
    public abstract Map<ChannelOption<?>, Object> urgentInline();

    /** NIO sends urgent data only through the JDK's own socket. */
    private static final class UrgentSocketChannel extends NioSocketChannel {

        boolean sendUrgent(byte urgent) {
            try {
                javaChannel().socket().sendUrgentData(urgent);
                return true;
            } catch (IOException notNow) {
                return false;
            }
        }
    }

    /** NIO knows SO_OOBINLINE only on the JDK's own socket, which is at hand when it is accepted. */
    private static final class UrgentInlineServerSocketChannel extends NioServerSocketChannel {

        UrgentInlineServerSocketChannel(SocketProtocolFamily family) {
            super(SelectorProvider.provider(), family);
        }

        @Override
        protected int doReadMessages(List<Object> accepted) throws Exception {
            var channel = javaChannel().accept();
            if (channel == null) {
                return 0;
            }
            channel.socket().setOOBInline(true);
            accepted.add(new NioSocketChannel(this, channel));
            return 1;
        }
    }
}
