package dev.sallyport.datapath.relay;

import dev.sallyport.datapath.DataPath;
import dev.sallyport.datapath.PinholeOwner;
import dev.sallyport.datapath.Transport;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.ftp.Side;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.Input;
import dev.sallyport.session.PinholeId;
import dev.sallyport.session.PinholeRefusal;
import dev.sallyport.session.PinholeRequest;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import java.net.ConnectException;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Map;
import java.util.Queue;
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
 * A request draws a port at random and tries from there upwards for one where its client address has no pinhole yet; the
 * port's listener is shared by all clients (see {@link DataListener}). An accepted connection is looked up by its source
 * address; whoever is expected is admitted once, dialed through, and relayed on the session's event loop; anyone else is
 * reset and counted. A request that finds no port waits for one to be given back, then is refused.
 *
 * <p>Servers, which connect in active mode, have a range of their own, because one port does not serve them all (see
 * {@link RestingPorts}): a port that one has used rests, and is drawn again early only when all others rest too.
 *
 * <p>A listener stays for a moment after its last pinhole, because under load the next transfer draws the same port again.
 * Whoever connects to it meanwhile is a stranger.
 */
public final class RelayDataPath implements DataPath {

    private static final Logger LOG = LoggerFactory.getLogger(RelayDataPath.class);

    /** How long a listener without a pinhole stays. */
    private static final long LISTENER_LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** Most ports that one request tries to bind: other programs may hold a few of the range. */
    private static final int MOST_BINDS = 64;

    private static final int BACKLOG = 1024;

    /** Larger reads cost fewer system calls; what one connection can hold back stays below a mebibyte. */
    private static final int LARGEST_READ_BYTES = 256 * 1024;

    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(128 * 1024, 512 * 1024);

    private final Transport transport;
    private final RelaySettings settings;
    private final SecureRandom random = new SecureRandom();
    private final Map<Endpoint, DataListener> listeners = new ConcurrentHashMap<>();
    private final Map<PinholeId, RelayPinhole> pinholes = new ConcurrentHashMap<>();
    private final RestingPorts resting = new RestingPorts();
    private final Queue<RelayPinhole> waiting = new ArrayDeque<>();
    private final AtomicLong strangers = new AtomicLong();
    private volatile boolean waiters;
    private boolean sweeping;

    public RelayDataPath(Transport transport, RelaySettings settings) {
        this.transport = transport;
        this.settings = settings;
    }

    /** Listening data ports now. */
    public int listening() {
        return listeners.size();
    }

    /** Pinholes asked for and data connections that have not ended. */
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
        draw(pinhole);
    }

    @Override
    public void close(PinholeId id) {
        var pinhole = pinholes.get(id);
        if (pinhole == null || pinhole.relay != null) {
            return;
        }
        pinhole.closed = true;
        pinholes.remove(id);
        stopWaiting(pinhole);
        release(pinhole);
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
        listeners.values().forEach(DataListener::close);
        listeners.clear();
    }

    // ---- Ports ----

    private void draw(RelayPinhole pinhole) {
        claim(pinhole, random.nextInt(range(pinhole).size()), 0, MOST_BINDS);
    }

    private PortRange range(RelayPinhole pinhole) {
        return pinhole.request.connects() == Side.SERVER ? settings.serverDataPorts() : settings.dataPorts();
    }

    /**
     * Tries the ports of the range from {@code first + tried} on: in a first round those that do not rest and that nobody
     * listens on or the owner's own event loop, whose connections need no change of thread; in a second round all.
     */
    private void claim(RelayPinhole pinhole, int first, int tried, int bindsLeft) {
        var range = range(pinhole);
        var loop = pinhole.owner.eventLoop();
        for (var i = tried; i < 2 * range.size() && bindsLeft > 0; i++) {
            var choosy = i < range.size();
            var local = new Endpoint(pinhole.request.listen(), range.at((first + i) % range.size()));
            if (choosy && resting.rests(local)) {
                continue;
            }
            var listener = listener(local, loop);
            if (choosy && listener.loop != loop || !listener.claim(pinhole)) {
                continue;
            }
            pinhole.listener = listener;
            if (listener.bound.isSuccess()) {
                opened(pinhole, listener);
            } else {
                var next = i + 1;
                listener.bound.addListener(bound -> loop.execute(() -> {
                    if (pinhole.closed) {
                        return;
                    }
                    if (bound.isSuccess()) {
                        opened(pinhole, listener);
                        return;
                    }
                    release(pinhole);
                    LOG.debug("cannot listen on {}: {}", local, bound.cause().toString());
                    if (bound.cause() instanceof ChannelException) {
                        // No socket was to be had at all: another port would not help.
                        refuse(pinhole, PinholeRefusal.DATA_PATH_FAILED);
                    } else {
                        claim(pinhole, first, next, bindsLeft - 1);
                    }
                }));
            }
            return;
        }
        await(pinhole);
    }

    private void opened(RelayPinhole pinhole, DataListener listener) {
        stopWaiting(pinhole);
        pinhole.tell(new Input.PinholeOpened(pinhole.id(), listener.port()));
    }

    /** Gives the pinhole's place at its listener back, and lets the next who waits have it. */
    private void release(RelayPinhole pinhole) {
        var listener = pinhole.listener;
        if (listener != null) {
            pinhole.listener = null;
            if (listener.take(pinhole)) {
                vacated(listener, pinhole);
            }
        }
    }

    private void vacated(DataListener listener, RelayPinhole gone) {
        // Towards servers no two transfers share a port, and a listener that lingered would only hold a descriptor.
        if (gone.request.connects() == Side.SERVER && listener.closeIfIdle(System.nanoTime(), 0)) {
            listeners.remove(listener.local, listener);
        }
        wakeFor(gone);
    }

    private DataListener listener(Endpoint local, EventLoop loop) {
        var known = listeners.get(local);
        if (known != null) {
            return known;
        }
        var fresh = new DataListener(local, loop);
        var raced = listeners.putIfAbsent(local, fresh);
        if (raced != null) {
            return raced;
        }
        bind(fresh, loop);
        return fresh;
    }

    private void bind(DataListener listener, EventLoop loop) {
        try {
            new ServerBootstrap()
                    .group(loop)
                    .channelFactory(transport.servers())
                    .option(ChannelOption.SO_BACKLOG, BACKLOG)
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .handler(new Admission(listener))
                    .childHandler(new ChannelInboundHandlerAdapter())
                    .bind(listener.local.toSocketAddress())
                    .addListener(bound -> {
                        if (bound.isSuccess()) {
                            listener.bound.setSuccess(((ChannelFuture) bound).channel());
                            sweepLater(loop);
                        } else {
                            failed(listener, bound.cause());
                        }
                    });
        } catch (ChannelException noSocket) {
            failed(listener, noSocket);
        }
    }

    private void failed(DataListener listener, Throwable cause) {
        listeners.remove(listener.local, listener);
        listener.bound.setFailure(cause);
    }

    private synchronized void sweepLater(EventLoop loop) {
        if (!sweeping) {
            sweeping = true;
            loop.schedule(() -> sweep(loop), LISTENER_LINGER_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    private void sweep(EventLoop loop) {
        var now = System.nanoTime();
        listeners.values().removeIf(listener -> listener.closeIfIdle(now, LISTENER_LINGER_NANOS));
        resting.forget(now);
        synchronized (this) {
            sweeping = false;
        }
        if (!listeners.isEmpty()) {
            sweepLater(loop);
        }
    }

    // ---- Waiting for a port ----

    private void await(RelayPinhole pinhole) {
        if (pinhole.wait == null) {
            pinhole.wait = pinhole.owner.eventLoop().schedule(
                    () -> refuse(pinhole, PinholeRefusal.NO_FREE_PORT), settings.portWait().toNanos(), TimeUnit.NANOSECONDS);
        }
        synchronized (waiting) {
            if (waiting.contains(pinhole)) {
                return;
            }
            waiting.add(pinhole);
            waiters = true;
        }
        // A port may have been given back between the search and the line above, with nobody waiting yet.
        draw(pinhole);
    }

    private void refuse(RelayPinhole pinhole, PinholeRefusal reason) {
        if (pinhole.closed || pinhole.listener != null) {
            return;
        }
        stopWaiting(pinhole);
        pinhole.closed = true;
        pinholes.remove(pinhole.id());
        pinhole.tell(new Input.PinholeRefused(pinhole.id(), reason));
    }

    private void stopWaiting(RelayPinhole pinhole) {
        if (pinhole.wait != null) {
            pinhole.wait.cancel(false);
            pinhole.wait = null;
            synchronized (waiting) {
                waiting.remove(pinhole);
                waiters = !waiting.isEmpty();
            }
        }
    }

    /** A place was given back: the longest waiting of the same client address may have it. */
    private void wakeFor(RelayPinhole gone) {
        if (!waiters) {
            return;
        }
        var next = longestWaiting(gone);
        if (next != null) {
            next.owner.eventLoop().execute(() -> {
                if (!next.closed && next.listener == null) {
                    draw(next);
                }
            });
        }
    }

    private @Nullable RelayPinhole longestWaiting(RelayPinhole gone) {
        synchronized (waiting) {
            for (Iterator<RelayPinhole> all = waiting.iterator(); all.hasNext(); ) {
                var pinhole = all.next();
                if (pinhole.request.expected().equals(gone.request.expected())) {
                    all.remove();
                    waiters = !waiting.isEmpty();
                    return pinhole;
                }
            }
            return null;
        }
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
            var from = Endpoint.of(remote);
            var pinhole = listener.expecting(from.address());
            if (pinhole == null) {
                stranger(near, from);
            } else if (!sourcePortFits(pinhole.request, from)) {
                strangers.incrementAndGet();
                pinhole.tell(new Input.DataRefused(pinhole.id(), from, Fault.DATA_FROM_OTHER_PORT));
                DataRelay.reset(near);
            } else if (listener.take(pinhole)) {
                if (pinhole.request.connects() == Side.SERVER) {
                    resting.used(listener.local);
                }
                vacated(listener, pinhole);
                var loop = pinhole.owner.eventLoop();
                if (loop.inEventLoop()) {
                    admit(pinhole, listener.local, near);
                } else {
                    loop.execute(() -> admit(pinhole, listener.local, near));
                }
            } else {
                stranger(near, from);
            }
        }

        private void stranger(Channel near, Endpoint from) {
            strangers.incrementAndGet();
            LOG.debug("refused a data connection from {} to port {}: nobody expected it", from, listener.port());
            DataRelay.reset(near);
        }
    }

    private static boolean sourcePortFits(PinholeRequest request, Endpoint from) {
        return request.expectedPort() == null || request.expectedPort().equals(from.port());
    }

    private void admit(RelayPinhole pinhole, Endpoint local, Channel near) {
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
        pinhole.tell(new Input.DataOpened(pinhole.id()));
        dial(pinhole, relay, pinhole.request.dialFromPort());
    }

    private void rest(RelayPinhole pinhole, Endpoint local) {
        if (pinhole.request.connects() == Side.SERVER) {
            resting.ended(local);
        }
    }

    private void dial(RelayPinhole pinhole, DataRelay relay, @Nullable Port fromPort) {
        var request = pinhole.request;
        var bootstrap = new Bootstrap()
                .group(pinhole.owner.eventLoop())
                .channelFactory(transport.clients())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) settings.connect().toMillis())
                .option(ChannelOption.AUTO_READ, false)
                .remoteAddress(request.target().toSocketAddress())
                .handler(relay.farHandler());
        if (request.dialFrom() != null) {
            transport.dialOptions().forEach((option, value) -> set(bootstrap, option, value));
            bootstrap.localAddress(request.dialFrom(), fromPort == null ? 0 : fromPort.number());
        }
        if (fromPort != null) {
            // Many connections from one port, to different targets.
            bootstrap.option(ChannelOption.SO_REUSEADDR, true);
        }
        try {
            bootstrap.connect().addListener(dialed -> {
                if (dialed.isSuccess()) {
                    var far = ((ChannelFuture) dialed).channel();
                    configure(far);
                    relay.connected(far);
                } else if (fromPort != null && !refusedByTarget(dialed.cause())) {
                    LOG.debug("cannot connect from port {} to {}: {}", fromPort, request.target(), dialed.cause().toString());
                    dial(pinhole, relay, null);
                } else {
                    LOG.debug("pinhole {}: no connection to {}: {}", pinhole.id(), request.target(), dialed.cause().toString());
                    relay.abort(DataEnd.TARGET_REFUSED);
                }
            });
        } catch (ChannelException noSocket) {
            LOG.warn("pinhole {}: no socket for the connection to {}: {}", pinhole.id(), request.target(), noSocket.toString());
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

    @SuppressWarnings("unchecked")
    private static void set(Bootstrap bootstrap, ChannelOption<?> option, Object value) {
        bootstrap.option((ChannelOption<Object>) option, value);
    }
}
