package dev.sallyport.datapath.kernel;

import dev.sallyport.datapath.DataPath;
import dev.sallyport.datapath.PinholeOwner;
import dev.sallyport.datapath.RestingPorts;
import dev.sallyport.datapath.SharedPorts;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.ftp.Side;
import dev.sallyport.netlink.NftOutcome;
import dev.sallyport.netlink.NftOutcome.Reason;
import dev.sallyport.session.Input;
import dev.sallyport.session.Moved;
import dev.sallyport.session.PinholeId;
import dev.sallyport.session.PinholeRefusal;
import dev.sallyport.session.PinholeRequest;
import dev.sallyport.session.RangeId;
import dev.sallyport.session.RangeRequest;
import java.net.InetAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One gateway's pinholes in the kernel: which port the peer is told, and the elements that open and close it. A relay may stand beside
 * it, at the same ports.
 */
public final class KernelDataPath implements DataPath, SharedPorts {

    private static final Logger LOG = LoggerFactory.getLogger(KernelDataPath.class);

    /** How often a request that waits for a free port looks again. */
    private static final long LOOK_AGAIN_MILLIS = 20;

    /** Most ports that are looked at for one request: in a range this full a port is soon given back. */
    private static final int MOST_LOOKS = 4_096;

    private final KernelSettings settings;
    private final Ledger ledger;
    private final TableWriter table;
    private final Flows flows;
    private final RepeatedCalls calls;
    private final KernelRanges ranges;
    private final RestingPorts resting = new RestingPorts(RestingPorts.TIME_WAIT);
    private final LongAdder waits = new LongAdder();
    /** Requests that wait for a port. */
    private final Set<PinholeId> waiting = ConcurrentHashMap.newKeySet();
    private final Map<PinholeId, KernelPinhole> pinholes = new ConcurrentHashMap<>();

    KernelDataPath(
            KernelSettings settings, Ledger ledger, TableWriter table, Flows flows, RepeatedCalls calls, KernelRanges ranges) {
        this.settings = settings;
        this.ledger = ledger;
        this.table = table;
        this.flows = flows;
        this.calls = calls;
        this.ranges = ranges;
    }

    @Override
    public Map<PinholeId, Moved> moving() {
        var moving = ranges.moving(settings);
        var connected = pinholes.values().stream().filter(pinhole -> pinhole.state() == KernelPinhole.State.CONNECTED).toList();
        if (moving.isEmpty() && connected.isEmpty()) {
            return Map.of();
        }
        // One listing is for both.
        return Flows.moving(connected, ranges.count(moving));
    }

    @Override
    public long waits() {
        return waits.sum();
    }

    @Override
    public int open() {
        return pinholes.size() + waiting.size();
    }

    @Override
    public void open(PinholeRequest request, PinholeOwner owner) {
        var family = request.expected().getClass();
        if (request.listen().getClass() != family || request.target().address().getClass() != family
                || request.dialFrom().getClass() != family) {
            LOG.debug("pinhole {}: the kernel does not translate between IPv4 and IPv6: {}", request.id(), request);
            owner.deliver(new Input.PinholeRefused(request.id(), PinholeRefusal.DATA_PATH_FAILED));
            return;
        }
        var portWait = settings.portWait().toNanos();
        if (!placed(request, owner)) {
            waits.increment();
            await(request, owner, System.nanoTime() + portWait);
        }
    }

    private boolean placed(PinholeRequest request, PinholeOwner owner) {
        var pinhole = take(request, owner);
        if (pinhole != null) {
            pinholes.put(pinhole.id(), pinhole);
            flows.watch(pinhole, settings.idle(), () -> gone(pinhole));
            calls.whenClear(pinhole, owner.eventLoop(), () -> {
                if (pinhole.state() == KernelPinhole.State.OPENING) {
                    submit(pinhole, !pinhole.takesOver);
                }
            });
        }
        return pinhole != null;
    }

    private void await(PinholeRequest request, PinholeOwner owner, long untilNanos) {
        if (System.nanoTime() >= untilNanos) {
            owner.deliver(new Input.PinholeRefused(request.id(), PinholeRefusal.NO_FREE_PORT));
            return;
        }
        waiting.add(request.id());
        owner.eventLoop().schedule(() -> {
            if (waiting.remove(request.id()) && !placed(request, owner)) {
                await(request, owner, untilNanos);
            }
        }, LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Whether the peer is told the target itself, port and all: nothing can be chosen. */
    private static boolean fixed(PinholeRequest request) {
        return request.listen().equals(request.target().address());
    }

    private @Nullable KernelPinhole take(PinholeRequest request, PinholeOwner owner) {
        if (fixed(request)) {
            return ledger.takeOver(request, owner, request.target().port());
        }
        var toServer = request.connects() == Side.SERVER;
        var range = toServer ? settings.serverDataPorts() : settings.dataPorts();
        if (!toServer && range.contains(request.target().port())) {
            // The server's own port, where it may be told and the client has not got it: easier to read in a capture.
            var same = ledger.take(request, owner, request.target().port());
            if (same != null) {
                return same;
            }
        }
        return draw(request, owner, range, toServer);
    }

    /** From a random place upwards; a port that rests only when all others do too. */
    private @Nullable KernelPinhole draw(PinholeRequest request, PinholeOwner owner, PortRange range, boolean mayRest) {
        var first = ThreadLocalRandom.current().nextInt(range.size());
        var looks = Math.min(range.size(), MOST_LOOKS);
        for (var choosy = mayRest; ; choosy = false) {
            for (var i = 0; i < looks; i++) {
                var port = range.at((first + i) % range.size());
                if (choosy && resting.rests(told(request, port))) {
                    continue;
                }
                var pinhole = ledger.take(request, owner, port);
                if (pinhole != null) {
                    return pinhole;
                }
            }
            if (!choosy) {
                return null;
            }
        }
    }

    private static Endpoint told(PinholeRequest request, Port port) {
        return new Endpoint(request.listen(), port);
    }

    /**
     * @param first whether no element of an earlier pinhole should be in the way; where one is, it is deleted at a second attempt,
     *     for the first costs the kernel, which takes a whole batch back, milliseconds
     */
    private void submit(KernelPinhole pinhole, boolean first) {
        table.submit(first ? Elements.opening(pinhole) : Elements.reopening(pinhole), outcome -> {
            switch (outcome) {
                case NftOutcome.Committed _ -> pinhole.committed();
                case NftOutcome.Refused(var reason, _, _) when reason == Reason.EXISTS && first -> submit(pinhole, false);
                case NftOutcome.Refused refused -> {
                    var refusal = table.refused("pinhole " + pinhole.id() + " could not be opened", refused);
                    flows.forget(pinhole);
                    pinhole.refused(refusal);
                }
            }
        });
    }

    @Override
    public void close(PinholeId id, boolean presumedUsed) {
        if (waiting.remove(id)) {
            return;
        }
        var pinhole = pinholes.get(id);
        if (pinhole != null && pinhole.close(presumedUsed)) {
            flows.shut(pinhole, presumedUsed);
        }
    }

    @Override
    public void cut(PinholeId id) {
        var pinhole = pinholes.get(id);
        if (pinhole != null) {
            flows.cut(pinhole);
        }
    }

    @Override
    public RestingPorts resting() {
        return resting;
    }

    @Override
    public boolean claim(InetAddress from, Endpoint told) {
        return ledger.lend(new KernelPinhole.Key(from, told));
    }

    @Override
    public void release(InetAddress from, Endpoint told) {
        ledger.takeBack(new KernelPinhole.Key(from, told));
    }

    @Override
    public void secure(PinholeId id) {
        throw new IllegalStateException("no data that is to have TLS comes here");
    }

    @Override
    public void openRange(RangeRequest request, PinholeOwner owner) {
        ranges.open(request, owner, settings);
    }

    @Override
    public void closeRange(RangeId range, boolean cut) {
        ranges.close(range, cut);
    }

    /** Its sessions have ended: what is left belongs to nobody. */
    @Override
    public void shutDown() {
        pinholes.keySet().forEach(id -> {
            cut(id);
            close(id, false);
        });
        ranges.closeAll(settings);
    }

    private void gone(KernelPinhole pinhole) {
        pinholes.remove(pinhole.id());
        calls.gone(pinhole);
        if (pinhole.request.connects() == Side.SERVER && pinhole.translatesDestination() && pinhole.flow() != null) {
            resting.ended(pinhole.key.told());
        }
    }
}
