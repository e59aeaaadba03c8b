package dev.sallyport.datapath.relay;

import dev.sallyport.datapath.DataPath;
import dev.sallyport.datapath.PinholeOwner;
import dev.sallyport.datapath.Transport;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.Side;
import dev.sallyport.datapath.relay.RelaySettings.Placement;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.Input;
import dev.sallyport.session.PinholeId;
import dev.sallyport.session.PinholeRequest;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import java.net.ConnectException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries data connections in user space.
 *
 * <h2>Theory of operation</h2>
 *
 * A pinhole waits at a listening port (see {@link DataPorts}). An accepted connection is looked up by its source address;
 * whoever is expected is admitted once, dialed through, and relayed on the session's event loop (see {@link DataRelay});
 * anyone else is reset and counted.
 */
public final class RelayDataPath implements DataPath {

    private static final Logger LOG = LoggerFactory.getLogger(RelayDataPath.class);

    /** Larger reads cost fewer system calls; what one connection can hold back stays below a mebibyte. */
    private static final int LARGEST_READ_BYTES = 256 * 1024;

    /** How long to wait before the next try when no descriptor is left for a data connection. */
    private static final long ACCEPT_PAUSE_SECONDS = 1;

    /** How long a connection that has presumably come may wait to be accepted: less than the session waits for the word on it. */
    private static final long ACCEPT_MILLIS = 500;

    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(128 * 1024, 512 * 1024);

    private final Transport transport;
    private final RelaySettings settings;
    private final Map<PinholeId, RelayPinhole> pinholes = new ConcurrentHashMap<>();
    private final AtomicLong strangers = new AtomicLong();
    private final DataPorts ports;

    public RelayDataPath(Transport transport, RelaySettings settings) {
        this.transport = transport;
        this.settings = settings;
        this.ports = new DataPorts(transport, settings, Admission::new, pinhole -> pinholes.remove(pinhole.id()));
    }

    /** Data ports that are listened on now. */
    public int listening() {
        return ports.listening();
    }

    @Override
    public int open() {
        return pinholes.size();
    }

    /** Data connections that were refused because nobody expected them. */
    public long strangers() {
        return strangers.get();
    }

    @Override
    public void open(PinholeRequest request, PinholeOwner owner) {
        var pinhole = new RelayPinhole(request, owner);
        pinholes.put(request.id(), pinhole);
        ports.draw(pinhole);
    }

    @Override
    public void close(PinholeId id, boolean presumedUsed) {
        var pinhole = pinholes.get(id);
        if (pinhole == null || pinhole.relay != null) {
            return;
        }
        if (presumedUsed) {
            // Its connection waits to be accepted: a quick server has sent all and said so before.
            pinhole.owner.eventLoop().schedule(() -> close(id, false), ACCEPT_MILLIS, TimeUnit.MILLISECONDS);
            return;
        }
        pinhole.closed = true;
        pinholes.remove(id);
        ports.giveBack(pinhole);
    }

    @Override
    public void cut(PinholeId id) {
        var pinhole = pinholes.get(id);
        if (pinhole != null && pinhole.relay != null) {
            pinhole.relay.abort(DataEnd.CUT);
        }
    }

    @Override
    public void shutDown() {
        ports.shutDown();
    }

    // ---- Connections ----

    /** Decides about each connection that a listening port accepted, before anything of it is read. */
    private final class Admission extends ChannelInboundHandlerAdapter {

        private final DataListener listener;

        Admission(DataListener listener) {
            this.listener = listener;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            var near = (SocketChannel) message;
            var remote = near.remoteAddress();
            if (remote == null) {
                DataRelay.reset(near);
                return;
            }
            if (!admitted(listener, near, Endpoint.of(remote))) {
                stranger(near, Endpoint.of(remote));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.warn("cannot accept data connections on {}: {}", listener.local, cause.toString());
            var port = context.channel();
            port.config().setAutoRead(false);
            port.eventLoop().schedule(() -> port.config().setAutoRead(true), ACCEPT_PAUSE_SECONDS, TimeUnit.SECONDS);
        }

        private void stranger(Channel near, Endpoint from) {
            strangers.incrementAndGet();
            LOG.debug("refused a data connection from {} to port {}: nobody expected it", from, listener.port());
            DataRelay.reset(near);
            // One session is told, however many share the port: a stranger shall not make work for all of them.
            var coveted = listener.coveted();
            if (coveted != null) {
                coveted.tell(new Input.DataRefused(coveted.id(), from, Fault.DATA_FROM_STRANGER));
            }
        }
    }

    /**
     * Takes a connection that was accepted elsewhere, when it is a data connection that a pinhole waits for.
     *
     * @param called whom it meant to reach
     * @return false when nobody expects it here; then it is still the caller's
     */
    public boolean handOver(SocketChannel near, Endpoint from, Endpoint called) {
        var listener = ports.at(called);
        return listener != null && admitted(listener, near, from);
    }

    /** @return false when nobody expects the connection; it is untouched then */
    private boolean admitted(DataListener listener, SocketChannel near, Endpoint from) {
        var pinhole = listener.expecting(from.address());
        if (pinhole == null) {
            return false;
        }
        if (!sourcePortFits(pinhole.request, from)) {
            strangers.incrementAndGet();
            pinhole.tell(new Input.DataRefused(pinhole.id(), from, Fault.DATA_FROM_OTHER_PORT));
            DataRelay.reset(near);
            return true;
        }
        if (!listener.take(pinhole)) {
            return false;
        }
        if (pinhole.request.connects() == Side.SERVER) {
            ports.resting().used(listener.local);
        }
        ports.vacated(listener, pinhole);
        var loop = pinhole.owner.eventLoop();
        if (loop.inEventLoop()) {
            admit(pinhole, listener.local, near, from);
        } else {
            loop.execute(() -> admit(pinhole, listener.local, near, from));
        }
        return true;
    }

    private static boolean sourcePortFits(PinholeRequest request, Endpoint from) {
        return request.expectedPort() == null || request.expectedPort().equals(from.port());
    }

    private void admit(RelayPinhole pinhole, Endpoint local, Channel near, Endpoint from) {
        if (pinhole.closed) {
            DataRelay.reset(near);
            rest(pinhole, local);
            return;
        }
        near.config().setAutoRead(false);
        configure(near);
        var relay = new DataRelay(pinhole, near, settings.idle(), () -> {
            pinholes.remove(pinhole.id());
            rest(pinhole, local);
        });
        pinhole.relay = relay;
        pinhole.listener = null;
        pinhole.tell(new Input.DataOpened(pinhole.id(), from));
        dial(pinhole, relay, pinhole.request.dialFromPort());
    }

    private void rest(RelayPinhole pinhole, Endpoint local) {
        if (pinhole.request.connects() == Side.SERVER) {
            ports.resting().ended(local);
        }
    }

    private void dial(RelayPinhole pinhole, DataRelay relay, @Nullable Port fromPort) {
        var request = pinhole.request;
        var bootstrap = new Bootstrap()
                .group(pinhole.owner.eventLoop())
                .channelFactory(transport.clients())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Transport.millis(settings.connect()))
                .option(ChannelOption.AUTO_READ, false)
                .remoteAddress(request.target().toSocketAddress())
                .handler(new ChannelInboundHandlerAdapter());
        if (request.dialFrom().getClass() == request.target().address().getClass()) {
            Transport.set(bootstrap, transport.dialOptions());
            var port = fromPort == null ? 0 : fromPort.number();
            if (ofThisHost(request)) {
                // A program here would answer the server's address over the network, and not us: so it sees our own.
                bootstrap.localAddress(request.target().address(), port);
            } else {
                if (settings.placement() != Placement.HERE) {
                    Transport.set(bootstrap, transport.transparent(settings.ownMark()));
                }
                bootstrap.localAddress(request.dialFrom(), port);
            }
        }
        if (fromPort != null) {
            // Many connections from one port, to different targets.
            bootstrap.option(ChannelOption.SO_REUSEADDR, true);
        }
        bootstrap.connect().addListener(dialed -> {
            var loop = pinhole.owner.eventLoop();
            if (loop.inEventLoop()) {
                dialed(pinhole, relay, fromPort, (ChannelFuture) dialed);
            } else {
                // Without a descriptor there is no channel, and the failure comes from a thread of Netty's own.
                loop.execute(() -> dialed(pinhole, relay, fromPort, (ChannelFuture) dialed));
            }
        });
    }

    /** Whether it is a client on this host that is to be connected to, where such clients are intercepted. */
    private boolean ofThisHost(PinholeRequest request) {
        if (settings.placement() != Placement.REDIRECTED || request.connects() == Side.CLIENT) {
            return false;
        }
        try {
            return NetworkInterface.getByInetAddress(request.target().address()) != null;
        } catch (SocketException unknown) {
            return false;
        }
    }

    private void dialed(RelayPinhole pinhole, DataRelay relay, @Nullable Port fromPort, ChannelFuture dialed) {
        var target = pinhole.request.target();
        if (dialed.isSuccess()) {
            configure(dialed.channel());
            relay.connected(dialed.channel());
        } else if (fromPort != null && !refusedByTarget(dialed.cause())) {
            LOG.debug("cannot connect from port {} to {}: {}", fromPort, target, dialed.cause().toString());
            dial(pinhole, relay, null);
        } else {
            LOG.debug("pinhole {}: no connection to {}: {}", pinhole.id(), target, dialed.cause().toString());
            relay.abort(DataEnd.TARGET_REFUSED);
        }
    }

    /** Whether the target itself said no, so that another source port would change nothing. */
    private static boolean refusedByTarget(Throwable cause) {
        return cause instanceof ConnectTimeoutException
                || cause instanceof ConnectException && String.valueOf(cause.getMessage()).contains("refused");
    }

    /** Netty turns Nagle's algorithm off by itself. */
    private static void configure(Channel channel) {
        var config = channel.config();
        config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        config.setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
        config.setOption(ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(512, 16 * 1024, LARGEST_READ_BYTES));
    }
}
