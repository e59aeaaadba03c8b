package dev.sallyport.datapath.relay;

import dev.sallyport.datapath.RestingPorts;
import dev.sallyport.datapath.SharedPorts;
import dev.sallyport.datapath.Transport;
import dev.sallyport.datapath.relay.RelaySettings.Placement;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.ftp.Side;
import dev.sallyport.session.Input;
import dev.sallyport.session.PinholeRefusal;
import dev.sallyport.session.PinholeRequest;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Draws data ports for pinholes, and keeps the listeners of those drawn.
 *
 * <h2>Theory of operation</h2>
 *
 * A request draws a port at random and tries from there upwards for one where its client address has no pinhole yet; the
 * port's listener is shared by all clients (see {@link DataListener}). A request that finds no port waits for one to be given
 * back, then is refused.
 *
 * <p>Servers, which connect in active mode, have a range of their own, because one port does not serve them all (see
 * {@link RestingPorts}): a port that one has used rests, and is drawn again early only when all others rest too.
 *
 * <p>A listener stays for a moment after its last pinhole, because under load the next transfer draws the same port again.
 * Whoever connects to it meanwhile is a stranger.
 */
final class DataPorts {

    private static final Logger LOG = LoggerFactory.getLogger(DataPorts.class);

    /** Most ports that one request tries to bind: other programs may hold a few of the range. */
    private static final int MOST_BINDS = 64;

    private static final int BACKLOG = 1024;

    private static final long LOOK_AGAIN_MILLIS = 20;

    private final Transport transport;
    private final RelaySettings settings;
    private final SharedPorts shared;
    private final Function<DataListener, ChannelHandler> admission;
    private final Consumer<RelayPinhole> onRefused;
    private final SecureRandom random = new SecureRandom();
    private final Map<Endpoint, DataListener> listeners = new ConcurrentHashMap<>();
    private final Queue<RelayPinhole> waiting = new ArrayDeque<>();
    private final LongAdder waits = new LongAdder();
    private volatile boolean waiters;
    private boolean sweeping;

    /**
     * @param shared what is agreed about with another data path
     * @param admission makes the handler that decides about a listener's accepted connections
     * @param onRefused is told of a pinhole that gets no port, on its owner's event loop
     */
    DataPorts(
            Transport transport,
            RelaySettings settings,
            SharedPorts shared,
            Function<DataListener, ChannelHandler> admission,
            Consumer<RelayPinhole> onRefused) {
        this.transport = transport;
        this.settings = settings;
        this.shared = shared;
        this.admission = admission;
        this.onRefused = onRefused;
    }

    /** How many pinholes found no port free at once, so far. */
    long waits() {
        return waits.sum();
    }

    int listening() {
        return listeners.size();
    }

    RestingPorts resting() {
        return shared.resting();
    }

    /** Gives back what the pinhole has, a port or its turn. Runs on the owner's event loop. */
    void giveBack(RelayPinhole pinhole) {
        stopWaiting(pinhole);
        release(pinhole);
    }

    void shutDown() {
        listeners.values().forEach(DataListener::close);
        listeners.clear();
    }

    // ---- Drawing ----

    /** Finds a port for the pinhole; it is told {@code PinholeOpened} or, in the end, {@code PinholeRefused}. */
    void draw(RelayPinhole pinhole) {
        claim(pinhole, random.nextInt(range(pinhole).size()), 0, MOST_BINDS);
    }

    /** Where to listen for what the peer was told. */
    private InetAddress address(PinholeRequest request) {
        return request.connects() == Side.SERVER && settings.placement() != Placement.EVERYWHERE
                ? request.listen()
                : place(request.listen());
    }

    /** Where to listen for clients that were told an address. */
    InetAddress place(InetAddress told) {
        return switch (settings.placement()) {
            case HERE, TRANSPARENT -> told;
            case REDIRECTED -> settings.handedOver() ? told : Transport.anywhere();
            case EVERYWHERE -> Transport.anywhere();
        };
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
            var port = range.at((first + i) % range.size());
            if (choosy && resting().rests(pinhole.told(port))) {
                continue;
            }
            var local = new Endpoint(address(pinhole.request), port);
            var listener = listener(local, loop, pinhole.request.connects());
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
        pinhole.tell(new Input.PinholeOpened(pinhole.id(), listener.port(), true));
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

    /** The pinhole has left its place: the next who waits may have it. */
    void vacated(DataListener listener, RelayPinhole gone) {
        // Towards servers no two transfers share a port, and a listener that lingered would only hold a descriptor.
        if (gone.request.connects() == Side.SERVER) {
            retire(listener, 0);
        }
        wake(waiter -> waiter.request.expected().equals(gone.request.expected()));
    }

    /** The listener where clients come, its port bound or being bound. */
    DataListener listener(Endpoint local, EventLoop loop) {
        return listener(local, loop, Side.CLIENT);
    }

    private DataListener listener(Endpoint local, EventLoop loop, Side side) {
        var known = listeners.get(local);
        if (known != null) {
            return known;
        }
        var fresh = new DataListener(local, loop, shared);
        var raced = listeners.putIfAbsent(local, fresh);
        if (raced != null) {
            return raced;
        }
        if (settings.handedOver() && side == Side.CLIENT) {
            fresh.openedElsewhere();
            sweepLater(loop);
        } else {
            bind(fresh, loop);
        }
        return fresh;
    }

    /** Where a connection to this endpoint waits to be taken; null when none does. */
    @Nullable DataListener at(Endpoint local) {
        return listeners.get(local);
    }

    private void bind(DataListener listener, EventLoop loop) {
        try {
            var bootstrap = new ServerBootstrap()
                    .group(loop)
                    .channelFactory(transport.servers(listener.local.address()))
                    .option(ChannelOption.SO_BACKLOG, BACKLOG)
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .handler(admission.apply(listener))
                    .childHandler(new ChannelInboundHandlerAdapter());
            if (settings.placement() == Placement.TRANSPARENT || settings.placement() == Placement.EVERYWHERE) {
                Transport.set(bootstrap, transport.transparent(settings.ownMark()));
            }
            bootstrap.bind(listener.local.toSocketAddress()).addListener(bound -> {
                if (bound.isSuccess()) {
                    listener.opened(((ChannelFuture) bound).channel());
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
            loop.schedule(() -> sweep(loop), settings.portLinger().toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void sweep(EventLoop loop) {
        listeners.values().forEach(listener -> retire(listener, settings.portLinger().toNanos()));
        synchronized (this) {
            sweeping = false;
        }
        if (!listeners.isEmpty()) {
            sweepLater(loop);
        }
    }

    /**
     * Closes the listener when nothing has waited there for a time. On its own event loop, where the port is free when
     * {@code close} returns: whoever finds the listener gone can bind the port.
     */
    private void retire(DataListener listener, long idleNanos) {
        if (!listener.loop.inEventLoop()) {
            listener.loop.execute(() -> retire(listener, idleNanos));
        } else if (listener.closeIfIdle(System.nanoTime(), idleNanos) && listeners.remove(listener.local, listener)) {
            // Who came while it was closing took the port for taken.
            wake(_ -> true);
        }
    }

    // ---- Waiting for a port ----

    private void await(RelayPinhole pinhole) {
        if (pinhole.waitedEnough || settings.portWait().isZero()) {
            refuse(pinhole, PinholeRefusal.NO_FREE_PORT);
            return;
        }
        if (pinhole.wait == null) {
            pinhole.wait = pinhole.owner.eventLoop().schedule(
                    () -> waitedEnough(pinhole), settings.portWait().toNanos(), TimeUnit.NANOSECONDS);
            if (shared.shared()) {
                lookAgain(pinhole);
            }
        }
        synchronized (waiting) {
            if (waiting.contains(pinhole)) {
                return;
            }
            waiting.add(pinhole);
            waits.increment();
            waiters = true;
        }
        // A port may have been given back between the search and the line above, with nobody waiting yet.
        draw(pinhole);
    }

    /** From time to time while it waits: what another data path had may be free. */
    private void lookAgain(RelayPinhole pinhole) {
        pinhole.owner.eventLoop().schedule(() -> {
            if (pinhole.wait != null) {
                if (pinhole.listener == null) {
                    draw(pinhole);
                }
                lookAgain(pinhole);
            }
        }, LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void waitedEnough(RelayPinhole pinhole) {
        pinhole.waitedEnough = true;
        // A port that it is just binding may still be the one; if it is not, the search ends there.
        refuse(pinhole, PinholeRefusal.NO_FREE_PORT);
    }

    private void refuse(RelayPinhole pinhole, PinholeRefusal reason) {
        if (pinhole.closed || pinhole.listener != null) {
            return;
        }
        stopWaiting(pinhole);
        pinhole.closed = true;
        onRefused.accept(pinhole);
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

    /** A place was given back: the longest waiting of those that it may suit has it. */
    private void wake(Predicate<RelayPinhole> suits) {
        if (!waiters) {
            return;
        }
        var next = longestWaiting(suits);
        if (next != null) {
            next.owner.eventLoop().execute(() -> {
                if (!next.closed && next.listener == null) {
                    draw(next);
                } else {
                    // It needs the place no more; the one behind it may.
                    wake(suits);
                }
            });
        }
    }

    private @Nullable RelayPinhole longestWaiting(Predicate<RelayPinhole> suits) {
        synchronized (waiting) {
            for (Iterator<RelayPinhole> all = waiting.iterator(); all.hasNext(); ) {
                var pinhole = all.next();
                if (suits.test(pinhole)) {
                    all.remove();
                    waiters = !waiting.isEmpty();
                    return pinhole;
                }
            }
            return null;
        }
    }
}
