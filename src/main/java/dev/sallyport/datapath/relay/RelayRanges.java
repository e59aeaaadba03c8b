package dev.sallyport.datapath.relay;

import dev.sallyport.datapath.PinholeOwner;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.session.Input;
import dev.sallyport.session.PinholeRefusal;
import dev.sallyport.session.RangeId;
import dev.sallyport.session.RangeRequest;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.BindException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The passive ranges that are open to clients whose sessions are opaque.
 *
 * <p>A range is open when its ports are listened on. The listeners are those of {@link DataPorts}: one serves all
 * clients, and whoever it does not expect is reset. Few ports at a time are bound, so that the sessions of an event loop do not
 * wait for a thousand.
 *
 * <p>Which of its ports the server names nobody sees, so what becomes of one that cannot be had is decided beforehand, by who has it:
 *
 * <ul>
 *   <li>A program that listens there: the range is refused whole, for the client would be led to that program, with what it sends.
 *   <li>A connection of this host, which was given the port for its own end: the kernel refuses whoever calls it, and the client
 *       learns at once that this transfer fails. For one port of many to be missing for a while is less than to serve nobody, so the
 *       range opens without it; the port is tried again each second, and had when that connection has ended. Where a program
 *       listens there by then, the range is shut and its sessions end, for the same reason as above.
 * </ul>
 *
 * <p>A range of which no port at all can be had is refused. The log names the ports.
 *
 * <p>Thread-safe: sessions of all event loops open and close, listeners of all admit.
 */
final class RelayRanges {

    private static final Logger LOG = LoggerFactory.getLogger(RelayRanges.class);

    /** How many ports are bound before others have their turn. */
    private static final int BINDS_AT_A_TIME = 32;

    /** How often and when to look again at a port whose listener is just closing. */
    private static final int MOST_LOOKS = 50;

    private static final long LOOK_AGAIN_MILLIS = 10;

    /** How often missing ports are tried again. */
    private static final long RETRY_MILLIS = 1_000;

    /** How often the sessions of a range in use are told that data moves; their idle times are longer. */
    private static final long TELL_MILLIS = 1_000;

    private final DataPorts ports;
    private final DataDialer dialer;
    private final RelaySettings settings;
    private final Map<RelayRange.Key, RelayRange> ranges = new HashMap<>();
    private final Map<RangeId, RelayRange> byId = new HashMap<>();
    /** Those with data connections, shut ones too. */
    private final Set<RelayRange> moving = new HashSet<>();
    private int connections;

    RelayRanges(DataPorts ports, DataDialer dialer, RelaySettings settings) {
        this.ports = ports;
        this.dialer = dialer;
        this.settings = settings;
    }

    /** Data connections that have not ended. */
    synchronized int connections() {
        return connections;
    }

    /** Runs on the owner's event loop. */
    synchronized void open(RangeRequest request, PinholeOwner owner) {
        var key = new RelayRange.Key(request.client(), ports.place(request.listen()), request.ports());
        var known = ranges.get(key);
        if (known != null && !known.leadsAs(request)) {
            // The client's connections to both would look the same.
            owner.deliver(new Input.RangeRefused(request.id(), PinholeRefusal.NO_FREE_PORT));
            return;
        }
        var range = known == null ? new RelayRange(key, request, owner.eventLoop()) : known;
        byId.put(request.id(), range);
        range.join(request, owner);
        if (known == null) {
            ranges.put(key, range);
            claim(range, MOST_LOOKS);
        }
    }

    /** Runs on the owner's event loop. */
    synchronized void close(RangeId id, boolean cut) {
        var range = byId.remove(id);
        if (range == null) {
            if (cut) {
                moving.stream().filter(shut -> shut.leftLastBy(id)).forEach(RelayRange::cut);
            }
        } else if (range.leave(id, cut)) {
            shut(range);
            range.ebb();
        }
    }

    /** Has sessions told what has gone through so far. */
    synchronized void count() {
        moving.forEach(RelayRange::count);
    }

    /** Cuts what still moves, of ranges that are shut too. */
    synchronized void shutDown() {
        moving.forEach(RelayRange::cut);
    }

    private void shut(RelayRange range) {
        ranges.remove(range.key, range);
        range.leaveListeners();
    }

    // ---- Opening ----

    /** Claims some of the ports that are left. */
    private synchronized void claim(RelayRange range, int looksLeft) {
        range.looking = false;
        for (var binds = 0; binds < BINDS_AT_A_TIME && !range.abandoned() && range.claimsMore(); binds++) {
            var listener = listener(range, range.next());
            if (range.claim(listener)) {
                range.claimed();
                listener.bound.addListener(bound -> range.loop.execute(() -> bound(range, listener, bound)));
            } else if (looksLeft == 0) {
                refuse(range);
            } else {
                range.looking = true;
                range.loop.schedule(() -> claim(range, looksLeft - 1), LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
                return;
            }
        }
    }

    private DataListener listener(RelayRange range, Port port) {
        // On any event loop: who accepts there is not who carries the data.
        return ports.listener(new Endpoint(range.key.place(), port), range.loop.parent().next());
    }

    private synchronized void bound(RelayRange range, DataListener listener, Future<?> bound) {
        if (range.abandoned()) {
            return;
        }
        if (!bound.isSuccess()) {
            if (!taken(bound.cause())) {
                LOG.warn("cannot listen on {}, a port of a server's passive range: {}", listener.local, bound.cause().toString());
                refuse(range);
                return;
            }
            range.lacks(listener);
        }
        if (range.answered()) {
            if (range.claimsMore()) {
                claim(range, MOST_LOOKS);
            } else {
                open(range);
            }
        }
    }

    private static boolean taken(Throwable cause) {
        return cause instanceof BindException || String.valueOf(cause.getMessage()).contains("in use");
    }

    private void open(RelayRange range) {
        var missing = range.missing();
        if (!missing.isEmpty()) {
            var refusal = refusal(range, missing);
            if (!refusal.isEmpty()) {
                LOG.warn("the passive range {} cannot be listened on at {}: {}",
                        range.key.ports(), range.key.place().getHostAddress(), refusal);
                refuse(range);
                return;
            }
            LOG.warn("the passive range {} is open at {} but for ports that connections of this host have, {}: they are tried again. "
                    + "The host does not draw them where net.ipv4.ip_local_reserved_ports names them",
                    range.key.ports(), range.key.place().getHostAddress(), PortsInUse.text(missing));
            retryLater(range);
        }
        range.open();
    }

    /** Why the range is not opened without these; empty when it is. */
    private static String refusal(RelayRange range, List<Port> missing) {
        try {
            var listened = PortsInUse.listened(range.key.place(), missing);
            return !listened.isEmpty() ? "another program listens on " + PortsInUse.text(listened)
                    : missing.size() == range.key.ports().size() ? "connections of this host have all of its ports" : "";
        } catch (IOException unknown) {
            return PortsInUse.text(missing) + " are taken, and who has them cannot be known: " + unknown;
        }
    }

    private void retryLater(RelayRange range) {
        if (!range.retrying) {
            range.retrying = true;
            range.loop.schedule(() -> retry(range), RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void retry(RelayRange range) {
        range.retrying = false;
        if (range.abandoned()) {
            return;
        }
        var missing = range.missing(BINDS_AT_A_TIME);
        var listened = listened(range, missing);
        if (!listened.isEmpty()) {
            LOG.warn("the passive range {} is shut at {}, and its sessions end: another program listens on {} now, and would have clients "
                    + "led to it", range.key.ports(), range.key.place().getHostAddress(), PortsInUse.text(listened));
            shut(range);
            range.lose();
            return;
        }
        for (var port : missing) {
            var listener = listener(range, port);
            if (range.claim(listener)) {
                listener.bound.addListener(bound -> range.loop.execute(() -> retried(range, listener, bound)));
            } else {
                range.lacks(port);
                retryLater(range);
            }
        }
    }

    /** Those of its ports that another program listens on now; the next time, when that cannot be known. */
    private List<Port> listened(RelayRange range, List<Port> missing) {
        try {
            // Meanwhile one may be listened on for another client: then it is had at once.
            return PortsInUse.listened(range.key.place(), missing).stream()
                    .filter(port -> ports.at(new Endpoint(range.key.place(), port)) == null).toList();
        } catch (IOException unknown) {
            LOG.warn("cannot look who has ports of the passive range {}: {}", range.key.ports(), unknown.toString());
            return List.of();
        }
    }

    private synchronized void retried(RelayRange range, DataListener listener, Future<?> bound) {
        if (bound.isSuccess()) {
            LOG.info("port {} of a passive range is listened on now", listener.local);
        } else if (!range.abandoned()) {
            range.lacks(listener);
            retryLater(range);
        }
    }

    private void refuse(RelayRange range) {
        byId.values().removeIf(range::equals);
        shut(range);
        range.refused(PinholeRefusal.NO_FREE_PORT);
    }

    // ---- Data ----

    /** Takes a connection from the range's client. @return false when it has too many, or comes too early; it is untouched then */
    synchronized boolean admit(RelayRange range, DataListener listener, Channel near) {
        if (!range.isOpen() || range.abandoned() || range.full()) {
            return false;
        }
        near.config().setAutoRead(false);
        DataDialer.configure(near);
        var relay = new DataRelay(near, settings.idle(), null, (relayed, _) -> ended(range, relayed));
        range.began(relay);
        moving.add(range);
        connections++;
        tellLater(range);
        range.loop.execute(() -> dialer.dial(range.call(listener), null, range.loop, relay));
        return true;
    }

    private synchronized void ended(RelayRange range, DataRelay relay) {
        range.ended(relay);
        if (!range.moving()) {
            moving.remove(range);
        }
        connections--;
    }

    private void tellLater(RelayRange range) {
        if (!range.telling) {
            range.telling = true;
            range.loop.schedule(() -> tell(range), TELL_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void tell(RelayRange range) {
        range.telling = false;
        if (range.moving()) {
            range.count();
            range.tellAlive();
            tellLater(range);
        }
    }
}
