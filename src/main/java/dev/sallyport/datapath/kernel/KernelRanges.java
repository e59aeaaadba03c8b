package dev.sallyport.datapath.kernel;

import dev.sallyport.datapath.PinholeOwner;
import dev.sallyport.netlink.NftOutcome;
import dev.sallyport.netlink.NftOutcome.Reason;
import dev.sallyport.session.Input;
import dev.sallyport.session.PinholeRefusal;
import dev.sallyport.session.RangeId;
import dev.sallyport.session.RangeRequest;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The passive ranges that are open in the kernel, of all gateways.
 *
 * <h2>Theory of operation</h2>
 *
 * <p>The table has a map and a rule for each range that the configuration declares; a range is open to a client while the map
 * has an element of the client and the address that it calls. Sessions of one client at one server share it: the first opens
 * it, the last closes it. An element lives for a minute and is renewed three times in that time; so nothing is open for longer
 * when there is nobody left to close it. All flows of a range have its mark, by which they are looked at and cut.
 *
 * <p>What is asked of the kernel is handed over under this object's lock, and so takes effect in the order of the states here.
 */
final class KernelRanges {

    private static final Logger LOG = LoggerFactory.getLogger(KernelRanges.class);

    private static final long TICK_MILLIS = 1_000;

    /**
     * @param life after which an element is gone unless it is renewed
     * @param renewal how often it is
     * @param look the longest time between two looks whether anything moves
     */
    record Tuning(Duration life, Duration renewal, Duration look) {
        static final Tuning USUAL = new Tuning(Duration.ofSeconds(60), Duration.ofSeconds(20), Duration.ofSeconds(20));
    }

    /** What ranges are found by where one may stand in another's way. */
    private record Pair(InetAddress client, InetAddress listen) {}

    private final Ledger ledger;
    private final TableWriter table;
    private final RangeFlows flows;
    private final Tuning tuning;
    private final Map<Pair, List<KernelRange>> byPair = new HashMap<>();
    private final Map<RangeId, KernelRange> byId = new HashMap<>();

    /** @param maintenance where what may wait for the kernel is done */
    KernelRanges(Ledger ledger, TableWriter table, RangeFlows flows, ScheduledExecutorService maintenance, Tuning tuning) {
        this.ledger = ledger;
        this.table = table;
        this.flows = flows;
        this.tuning = tuning;
        maintenance.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Opens a range for a session. @param gateway whose it is */
    synchronized void open(RangeRequest request, PinholeOwner owner, KernelSettings gateway) {
        var way = KernelRange.Way.of(request);
        var near = byPair.getOrDefault(pair(way), List.of());
        if (!way.ofOneFamily() || near.stream().anyMatch(other -> other.way.collides(way))) {
            LOG.debug("range {} cannot be opened, {}: {}", request.id(), way.ofOneFamily()
                    ? "its client has another of the same ports there, which leads elsewhere"
                    : "the kernel does not translate between IPv4 and IPv6", request);
            owner.deliver(new Input.RangeRefused(request.id(), PinholeRefusal.DATA_PATH_FAILED));
            return;
        }
        var shared = near.stream().filter(other -> other.way.equals(way)).findFirst().orElse(null);
        var range = shared != null ? shared : add(way);
        range.members.join(request.id(), owner, gateway);
        byId.put(request.id(), range);
        if (range.open) {
            range.members.tell(request.id(), new Input.RangeOpened(request.id()));
        } else if (shared == null) {
            table.submit(RangeElements.opening(range, tuning.life), outcome -> answered(range, outcome, true));
        }
    }

    private KernelRange add(KernelRange.Way way) {
        var range = ledger.markRange(mark -> new KernelRange(way, mark, tuning.look, System.nanoTime()));
        byPair.computeIfAbsent(pair(way), none -> new ArrayList<>(1)).add(range);
        return range;
    }

    /** @param first whether nothing of an earlier range should have been in the way */
    private synchronized void answered(KernelRange range, NftOutcome outcome, boolean first) {
        if (range.members.isEmpty()) {
            return;
        }
        switch (outcome) {
            case NftOutcome.Committed _ -> {
                if (!range.open) {
                    range.open = true;
                    range.members.tell(Input.RangeOpened::new);
                }
            }
            case NftOutcome.Refused(var reason, _, _) when reason == Reason.EXISTS && first -> renew(range);
            case NftOutcome.Refused refused -> {
                var refusal = table.refused("the range from " + range + " could not be " + (range.open ? "renewed" : "opened"), refused);
                if (!range.open) {
                    range.members.tell(id -> new Input.RangeRefused(id, refusal));
                    range.members.clear();
                    byId.values().removeIf(range::equals);
                    drop(range, () -> {});
                    ledger.forgetRange(range);
                }
            }
        }
    }

    private void renew(KernelRange range) {
        range.renewedNanos = System.nanoTime();
        table.submit(RangeElements.renewing(range, tuning.life), outcome -> answered(range, outcome, false));
    }

    /**
     * Closes a session's range; for its client once no other session of the two has it.
     *
     * @param cut whether its flows are cut, when the last session of the two leaves; otherwise they may finish, and may be cut later
     */
    synchronized void close(RangeId id, boolean cut) {
        var range = byId.remove(id);
        if (range == null) {
            if (cut) {
                flows.cut(id);
            }
        } else if (range.members.leave(id, cut)) {
            if (range.members.toCut()) {
                drop(range, () -> {});
                flows.cut(range);
            } else {
                flows.letGoOn(range);
                drop(range, () -> flows.settle(range));
            }
        }
    }

    /** Counts what has gone through these so far, and has their sessions told. For other threads than theirs. @return all flows */
    OwnFlows.Found count(List<KernelRange> moving) {
        return flows.count(moving);
    }

    /** Those of a gateway's through which data goes. */
    synchronized List<KernelRange> moving(KernelSettings gateway) {
        return ledger.ranges().stream()
                .filter(range -> range.members.account().standing() > 0 && range.of(gateway)).toList();
    }

    /** Closes what is left of a gateway's. */
    synchronized void closeAll(KernelSettings gateway) {
        byId.entrySet().stream().filter(each -> each.getValue().members.own(each.getKey()) == gateway).map(Map.Entry::getKey).toList()
                .forEach(id -> close(id, true));
        flows.cutAll(gateway);
    }

    /** @param shut done when the kernel lets nothing more in */
    private void drop(KernelRange range, Runnable shut) {
        byPair.computeIfPresent(pair(range.way), (pair, near) -> {
            near.remove(range);
            return near.isEmpty() ? null : near;
        });
        table.submit(RangeElements.closing(range), _ -> shut.run());
    }

    /** The table is a new one. */
    synchronized void reopen() {
        byPair.values().forEach(near -> near.forEach(this::renew));
    }

    private static Pair pair(KernelRange.Way way) {
        return new Pair(way.client(), way.listen());
    }

    // ---- From time to time ----

    private void tick() {
        try {
            var nowNanos = System.nanoTime();
            var due = due(nowNanos);
            if (!due.isEmpty() || flows.due(nowNanos)) {
                tell(due, flows.look(nowNanos), nowNanos);
            }
        } catch (RuntimeException bug) {
            LOG.error("error while looking after passive ranges", bug);
        }
    }

    /** Renews what is to be renewed. @return those to look at */
    private synchronized List<KernelRange> due(long nowNanos) {
        var looks = new ArrayList<KernelRange>();
        for (var near : byPair.values()) {
            for (var range : near) {
                if (range.open && nowNanos - range.renewedNanos >= tuning.renewal.toNanos()) {
                    renew(range);
                }
                if (range.due(nowNanos)) {
                    range.looked(nowNanos);
                    looks.add(range);
                }
            }
        }
        return looks;
    }

    private synchronized void tell(List<KernelRange> ranges, OwnFlows.Found found, long nowNanos) {
        for (var range : ranges) {
            var standing = found.standing(range.mark);
            if (!standing.isEmpty()) {
                range.moved(RangeFlows.bytes(standing), nowNanos);
                range.members.tell(gateway -> range.moves(gateway, nowNanos), _ -> Input.OpaqueMoved.MOVED);
            }
        }
    }
}
