package dev.sallyport.datapath.relay;

import dev.sallyport.datapath.DataPath;
import dev.sallyport.datapath.PinholeOwner;
import dev.sallyport.datapath.SharedPorts;
import dev.sallyport.datapath.Transport;
import dev.sallyport.datapath.relay.RelaySettings.Placement;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Side;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.Input;
import dev.sallyport.session.Moved;
import dev.sallyport.session.PinholeId;
import dev.sallyport.session.PinholeRequest;
import dev.sallyport.session.RangeId;
import dev.sallyport.session.RangeRequest;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
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
 * anyone else is reset and counted. Where the session is opaque, a range of such ports stands open to its client (see
 * {@link RelayRanges}).
 */
public final class RelayDataPath implements DataPath {

    private static final Logger LOG = LoggerFactory.getLogger(RelayDataPath.class);

    /** How long a connection that has presumably come may wait to be accepted: less than the session waits for the word on it. */
    private static final long ACCEPT_MILLIS = 500;

    /** How long to wait before the next try when no descriptor is left for a data connection: two tries while one waits so. */
    private static final long ACCEPT_PAUSE_MILLIS = ACCEPT_MILLIS / 2 - 50;

    private static final long WARN_EVERY_NANOS = 1_000_000_000;

    private final RelaySettings settings;
    private final Map<PinholeId, RelayPinhole> pinholes = new ConcurrentHashMap<>();
    private final AtomicLong strangers = new AtomicLong();
    private final DataPorts ports;
    private final DataDialer dialer;
    private final RelayRanges ranges;

    public RelayDataPath(Transport transport, RelaySettings settings) {
        this(transport, settings, SharedPorts.none());
    }

    /** @param shared what it agrees about with the gateway's other data path */
    public RelayDataPath(Transport transport, RelaySettings settings, SharedPorts shared) {
        this.settings = settings;
        this.ports = new DataPorts(transport, settings, shared, Admission::new, pinhole -> pinholes.remove(pinhole.id()));
        this.dialer = new DataDialer(transport, settings);
        this.ranges = new RelayRanges(ports, dialer, settings);
    }

    /** Data ports that are listened on now. */
    public int listening() {
        return ports.listening();
    }

    /** For tests: the channel that listens there. */
    Channel listening(Endpoint local) throws InterruptedException {
        return Objects.requireNonNull(ports.at(local), local::toString).bound.sync().getNow();
    }

    @Override
    public long waits() {
        return ports.waits();
    }

    @Override
    public int open() {
        return pinholes.size() + ranges.connections();
    }

    @Override
    public Map<PinholeId, Moved> moving() {
        ranges.count();
        var moving = new HashMap<PinholeId, Moved>();
        pinholes.forEach((id, pinhole) -> {
            var relay = pinhole.relay;
            if (relay != null) {
                moving.put(id, relay.moved(pinhole.request.connects() == Side.CLIENT));
            }
        });
        return moving;
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
    public void secure(PinholeId id) {
        var pinhole = pinholes.get(id);
        if (pinhole != null) {
            pinhole.secured = true;
            if (pinhole.relay != null) {
                pinhole.relay.secure();
            }
        }
    }

    @Override
    public void openRange(RangeRequest request, PinholeOwner owner) {
        ranges.open(request, owner);
    }

    @Override
    public void closeRange(RangeId range, boolean cut) {
        ranges.close(range, cut);
    }

    @Override
    public void shutDown() {
        ports.shutDown();
        ranges.shutDown();
    }

    // ---- Connections ----

    /** Decides about each connection that a listening port accepted, before anything of it is read. */
    private final class Admission extends ChannelInboundHandlerAdapter {

        private final DataListener listener;
        private long warnedNanos = System.nanoTime() - WARN_EVERY_NANOS;

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
                stranger(listener, near, Endpoint.of(remote));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var port = context.channel();
            var now = System.nanoTime();
            // While this process starts a program, epoll may tell of a closed connection under the number that the port has now, which
            // does not listen yet (epoll(7), questions 6 and 9; accept(2), EINVAL): nothing is amiss then, but to be asked again.
            if (port.isActive() && now - warnedNanos >= WARN_EVERY_NANOS) {
                warnedNanos = now;
                LOG.warn("cannot accept data connections on {}: {}", listener.local, cause.toString());
            }
            port.config().setAutoRead(false);
            port.eventLoop().schedule(() -> port.config().setAutoRead(true), ACCEPT_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void stranger(DataListener listener, Channel near, Endpoint from) {
        strangers.incrementAndGet();
        LOG.debug("refused a data connection from {} to port {}: nobody expected it", from, listener.port());
        DataRelay.reset(near);
        // One session is told, however many share the port: a stranger shall not make work for all of them.
        var coveted = listener.coveted();
        if (coveted != null) {
            coveted.tell(new Input.DataRefused(coveted.id(), from, Fault.DATA_FROM_STRANGER));
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
            var range = listener.range(from.address());
            if (range != null && !ranges.admit(range, listener, near)) {
                stranger(listener, near, from);
            }
            return range != null;
        }
        if (settings.placement() == Placement.EVERYWHERE
                && !Endpoint.of(near.localAddress()).equals(pinhole.told(listener.port()))) {
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
        var told = pinhole.told(listener.port());
        if (pinhole.request.connects() == Side.SERVER) {
            ports.resting().used(told);
        }
        ports.vacated(listener, pinhole);
        var loop = pinhole.owner.eventLoop();
        if (loop.inEventLoop()) {
            admit(pinhole, told, near, from);
        } else {
            loop.execute(() -> admit(pinhole, told, near, from));
        }
        return true;
    }

    private static boolean sourcePortFits(PinholeRequest request, Endpoint from) {
        return request.expectedPort() == null || request.expectedPort().equals(from.port());
    }

    private void admit(RelayPinhole pinhole, Endpoint told, Channel near, Endpoint from) {
        if (pinhole.closed) {
            DataRelay.reset(near);
            rest(pinhole, told);
            return;
        }
        near.config().setAutoRead(false);
        DataDialer.configure(near);
        var request = pinhole.request;
        var fromClient = request.connects() == Side.CLIENT;
        var relay = new DataRelay(near, settings.idle(), protection(pinhole), new DataRelay.Listener() {
            @Override
            public void reached() {
                if (!fromClient) {
                    pinhole.tell(new Input.DataReached(pinhole.id()));
                }
            }

            @Override
            public void ended(DataRelay ended, DataEnd end) {
                pinholes.remove(pinhole.id());
                rest(pinhole, told);
                pinhole.tell(new Input.DataClosed(pinhole.id(), ended.moved(fromClient), end, ended.resumed()));
            }
        });
        pinhole.relay = relay;
        if (pinhole.secured) {
            relay.secure();
        }
        pinhole.listener = null;
        pinhole.tell(new Input.DataOpened(pinhole.id(), from));
        dialer.dial(
                new DataDialer.Call("pinhole " + pinhole.id(), request.target(), request.dialFrom(), !fromClient),
                request.dialFromPort(), pinhole.owner.eventLoop(), relay);
    }

    private static DataRelay.@Nullable Protected protection(RelayPinhole pinhole) {
        var request = pinhole.request;
        if (!request.protection().any()) {
            return null;
        }
        var tls = Objects.requireNonNull(pinhole.owner.tls(), "who asks for protected data has TLS");
        return new DataRelay.Protected(
                tls, request.protection(), request.connects(), () -> pinhole.tell(new Input.DataWhole(pinhole.id())));
    }

    private void rest(RelayPinhole pinhole, Endpoint told) {
        if (pinhole.request.connects() == Side.SERVER) {
            ports.resting().ended(told);
        }
    }
}
