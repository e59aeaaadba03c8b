package dev.sallyport.datapath;

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
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.io.IOException;
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
        public ChannelFactory<ServerChannel> servers() {
            return EpollServerSocketChannel::new;
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
        public ChannelFactory<ServerChannel> servers() {
            return UrgentInlineServerSocketChannel::new;
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
        public Map<ChannelOption<?>, Object> urgentInline() {
            return Map.of();
        }
    };

    /** From asm-generic/socket.h. */
    private static final int SOL_SOCKET = 1;

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

    public abstract IoHandlerFactory ioHandlers();

    public abstract ChannelFactory<ServerChannel> servers();

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
