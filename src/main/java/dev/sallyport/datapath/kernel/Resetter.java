package dev.sallyport.datapath.kernel;

import dev.sallyport.datapath.Transport;
import dev.sallyport.netlink.Flow;
import dev.sallyport.netlink.FlowTuple;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Resets both ends of a forwarded connection, an idle end too.
 *
 * <p>It connects to each end from the address and port of the other, as a transparent socket may. The end answers a SYN inside
 * of a connection with an acknowledgement of what it expects next (RFC 9293 §3.10.7.4), and whoever gets that, our socket or
 * the rule for cut flows, answers with a reset that the end must believe.
 */
final class Resetter {

    private static final int LIMIT_MILLIS = 1_000;

    /** More knocks at a time are not begun: each has a socket, and where nobody answers has it for as long as the limit. */
    private static final int MOST = 512;

    private final Transport transport;
    private final EventLoopGroup loops;
    private final int ownMark;
    private final AtomicInteger underWay = new AtomicInteger();

    Resetter(Transport transport, EventLoopGroup loops, int ownMark) {
        this.transport = transport;
        this.loops = loops;
        this.ownMark = ownMark;
    }

    /** Whether to wait before the next. */
    boolean busy() {
        return underWay.get() >= MOST;
    }

    void reset(Flow flow) {
        knock(flow.original());
        knock(flow.reply());
    }

    /** Knocks at the source of packets, as their destination. */
    private void knock(FlowTuple packets) {
        var bootstrap = new Bootstrap()
                .group(loops)
                .channelFactory(transport.clients())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, LIMIT_MILLIS)
                .option(ChannelOption.SO_REUSEADDR, true)
                .handler(new ChannelInboundHandlerAdapter())
                .localAddress(address(packets.destination(), packets.destinationPort()))
                .remoteAddress(address(packets.source(), packets.sourcePort()));
        Transport.set(bootstrap, transport.transparent(ownMark));
        underWay.incrementAndGet();
        bootstrap.connect().addListener(done -> {
            underWay.decrementAndGet();
            reset(((ChannelFuture) done).channel());
        });
    }

    private static void reset(Channel channel) {
        if (channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            channel.close();
        }
    }

    private static InetSocketAddress address(InetAddress address, int port) {
        return new InetSocketAddress(address, port);
    }
}
