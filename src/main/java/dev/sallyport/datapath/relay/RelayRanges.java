package dev.sallyport.datapath.relay;

import dev.sallyport.datapath.PinholeOwner;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.session.Input;
import dev.sallyport.session.PinholeRefusal;
import dev.sallyport.session.RangeId;
import dev.sallyport.session.RangeRequest;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The passive ranges that are open to clients whose sessions are opaque.
 *
 * <p>A range is open when each of its ports is listened on. The listeners are those of {@link DataPorts}: one serves all
 * clients, and whoever it does not expect is reset. Few ports at a time are bound, so that the sessions of an event loop do not
 * wait for a thousand.
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

    /** Whether any of those that are shut has data connections. */
    synchronized boolean ebb() {
        return moving.stream().anyMatch(RelayRange::abandoned);
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
        if (range != null && range.leave(id, cut)) {
            shut(range);
            if (range.toCut()) {
                range.cut();
            }
        }
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
        var all = range.key.ports();
        var until = Math.min(all.size(), range.claimed() + BINDS_AT_A_TIME);
        while (!range.abandoned() && range.claimed() < until) {
            var local = new Endpoint(range.key.place(), all.at(range.claimed()));
            // On any event loop: who accepts there is not who carries the data.
            var listener = ports.listener(local, range.loop.parent().next());
            if (range.claim(listener)) {
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

    private synchronized void bound(RelayRange range, DataListener listener, Future<?> bound) {
        if (range.abandoned()) {
            return;
        }
        if (!bound.isSuccess()) {
            LOG.warn("cannot listen on {}, a port of a server's passive range: {}", listener.local, bound.cause().toString());
            refuse(range);
        } else if (range.bound()) {
            claim(range, MOST_LOOKS);
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
        var wasMoving = range.moving();
        var relay = new DataRelay(near, settings.idle(), (relayed, _) -> ended(range, relayed));
        range.began(relay);
        moving.add(range);
        connections++;
        if (!wasMoving) {
            tellLater(range);
        }
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
        range.loop.schedule(() -> tell(range), TELL_MILLIS, TimeUnit.MILLISECONDS);
    }

    private synchronized void tell(RelayRange range) {
        if (range.moving() && !range.abandoned()) {
            range.tellMoved();
            tellLater(range);
        }
    }
}
