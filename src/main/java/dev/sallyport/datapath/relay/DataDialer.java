package dev.sallyport.datapath.relay;

import dev.sallyport.datapath.Transport;
import dev.sallyport.datapath.relay.RelaySettings.Placement;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.session.DataEnd;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connects to where a data connection leads. */
final class DataDialer {

    /**
     * Whom to connect to.
     *
     * @param name of the pinhole or range, for the log
     * @param from the address that the target is to see
     * @param toClient whether it is a client: one on this host may have to see another address
     */
    record Call(String name, Endpoint target, InetAddress from, boolean toClient) {}

    private static final Logger LOG = LoggerFactory.getLogger(DataDialer.class);

    /** Larger reads cost fewer system calls; what one connection can hold back stays below a mebibyte. */
    private static final int LARGEST_READ_BYTES = 256 * 1024;

    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(128 * 1024, 512 * 1024);

    private final Transport transport;
    private final RelaySettings settings;

    DataDialer(Transport transport, RelaySettings settings) {
        this.transport = transport;
        this.settings = settings;
    }

    /** Connects, and lets the relay go on with it. @param fromPort the source port, if it is to be had; null for any */
    void dial(Call call, @Nullable Port fromPort, EventLoop loop, DataRelay relay) {
        var bootstrap = new Bootstrap()
                .group(loop)
                .channelFactory(transport.clients())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Transport.millis(settings.connect()))
                .option(ChannelOption.AUTO_READ, false)
                .remoteAddress(call.target().toSocketAddress())
                .handler(new ChannelInboundHandlerAdapter());
        if (call.from().getClass() == call.target().address().getClass()) {
            Transport.set(bootstrap, transport.dialOptions());
            var port = fromPort == null ? 0 : fromPort.number();
            if (ofThisHost(call)) {
                // A program here would answer the server's address over the network, and not us: so it sees our own.
                bootstrap.localAddress(call.target().address(), port);
            } else {
                if (settings.placement() != Placement.HERE) {
                    Transport.set(bootstrap, transport.transparent(settings.ownMark()));
                }
                bootstrap.localAddress(call.from(), port);
            }
        }
        if (fromPort != null) {
            // Many connections from one port, to different targets.
            bootstrap.option(ChannelOption.SO_REUSEADDR, true);
        }
        bootstrap.connect().addListener(dialed -> {
            if (loop.inEventLoop()) {
                dialed(call, fromPort, loop, relay, (ChannelFuture) dialed);
            } else {
                // Without a descriptor there is no channel, and the failure comes from a thread of Netty's own.
                loop.execute(() -> dialed(call, fromPort, loop, relay, (ChannelFuture) dialed));
            }
        });
    }

    /** Whether it is a client on this host that is to be connected to, where such clients are intercepted. */
    private boolean ofThisHost(Call call) {
        if (settings.placement() != Placement.REDIRECTED || !call.toClient()) {
            return false;
        }
        try {
            return NetworkInterface.getByInetAddress(call.target().address()) != null;
        } catch (SocketException unknown) {
            return false;
        }
    }

    private void dialed(Call call, @Nullable Port fromPort, EventLoop loop, DataRelay relay, ChannelFuture dialed) {
        if (dialed.isSuccess()) {
            configure(dialed.channel());
            relay.connected(dialed.channel());
        } else if (fromPort != null && !refusedByTarget(dialed.cause())) {
            LOG.debug("cannot connect from port {} to {}: {}", fromPort, call.target(), dialed.cause().toString());
            dial(call, null, loop, relay);
        } else {
            LOG.debug("{}: no connection to {}: {}", call.name(), call.target(), dialed.cause().toString());
            relay.abort(DataEnd.TARGET_REFUSED);
        }
    }

    /** Whether the target itself said no, so that another source port would change nothing. */
    private static boolean refusedByTarget(Throwable cause) {
        return cause instanceof ConnectTimeoutException
                || cause instanceof ConnectException && String.valueOf(cause.getMessage()).contains("refused");
    }

    /** Netty turns Nagle's algorithm off by itself. */
    static void configure(Channel channel) {
        var config = channel.config();
        config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        config.setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
        config.setOption(ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(512, 16 * 1024, LARGEST_READ_BYTES));
    }
}
