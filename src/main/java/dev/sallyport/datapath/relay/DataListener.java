package dev.sallyport.datapath.relay;

import dev.sallyport.datapath.SharedPorts;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One listening data port, shared by all who were told it: a pinhole's key holds the address that will connect, so that one
 * port serves any number of clients at once, one pinhole for each client address, or one range that stays.
 *
 * <p>Thread-safe: pinholes of all event loops meet here. Taking a pinhole out of the map is what admits a connection, and
 * only one taker succeeds.
 */
final class DataListener {

    final Endpoint local;
    /** The event loop that accepts here. */
    final EventLoop loop;
    /** Done when the port is bound; failed when it cannot be. */
    final Promise<Channel> bound;

    private final SharedPorts shared;
    private final ConcurrentHashMap<InetAddress, RelayPinhole> waiting = new ConcurrentHashMap<>(4);
    private final ConcurrentHashMap<InetAddress, RelayRange> ranges = new ConcurrentHashMap<>(1);
    /** The last that left its place. It may be over. */
    private volatile @Nullable RelayPinhole last;

    private boolean closed;
    private long idleSinceNanos;

    DataListener(Endpoint local, EventLoop loop, SharedPorts shared) {
        this.local = local;
        this.loop = loop;
        this.shared = shared;
        this.bound = loop.newPromise();
    }

    Port port() {
        return local.port();
    }

    /** Puts the pinhole here. @return false when its client address has one here already, or the listener is closed */
    synchronized boolean claim(RelayPinhole pinhole) {
        // A connection to both could be meant for either.
        var from = pinhole.request.expected();
        if (closed || ranges.containsKey(from) || waiting.containsKey(from) || !shared.claim(from, pinhole.told(port()))) {
            return false;
        }
        waiting.put(from, pinhole);
        return true;
    }

    /** Opens the port to the range's client. @return false when another range has it already, or the listener is closed */
    synchronized boolean claim(RelayRange range) {
        return !closed && ranges.putIfAbsent(range.key.client(), range) == null;
    }

    void leave(RelayRange range) {
        if (ranges.remove(range.key.client(), range) && idle()) {
            idleSince(System.nanoTime());
        }
    }

    private boolean idle() {
        return waiting.isEmpty() && ranges.isEmpty();
    }

    /** The range that is open, or being opened, to an address; null for none. */
    @Nullable RelayRange range(InetAddress from) {
        return ranges.get(from);
    }

    /** Takes the pinhole out. @return false when it is not here (any more) */
    boolean take(RelayPinhole pinhole) {
        var taken = waiting.remove(pinhole.request.expected(), pinhole);
        if (taken) {
            shared.release(pinhole.request.expected(), pinhole.told(port()));
            last = pinhole;
            if (idle()) {
                idleSince(System.nanoTime());
            }
        }
        return taken;
    }

    /** The pinhole that waits for a connection from an address; it stays. */
    @Nullable RelayPinhole expecting(InetAddress from) {
        return waiting.get(from);
    }

    /** Whose data a stranger here may have been after: of one that waits, or of the last that did. Null when none ever has. */
    @Nullable RelayPinhole coveted() {
        var waits = waiting.values().iterator();
        return waits.hasNext() ? waits.next() : last;
    }

    private synchronized void idleSince(long nanos) {
        idleSinceNanos = nanos;
    }

    /** Closes the listener when nothing has waited here for a time. @return whether it is closed now */
    synchronized boolean closeIfIdle(long nowNanos, long idleNanos) {
        if (!closed && idle() && bound.isDone() && nowNanos - idleSinceNanos >= idleNanos) {
            close();
        }
        return closed;
    }

    /** The port is bound. */
    void opened(Channel channel) {
        bound.setSuccess(channel);
        synchronized (this) {
            if (closed) {
                channel.close();
            }
        }
    }

    /** Connections are accepted elsewhere: there is nothing to bind. */
    void openedElsewhere() {
        bound.setSuccess(null);
    }

    synchronized void close() {
        closed = true;
        if (bound.isSuccess() && bound.getNow() instanceof Channel channel) {
            channel.close();
        }
    }
}
