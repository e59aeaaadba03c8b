package dev.sallyport.datapath.kernel;

import dev.sallyport.netlink.Conntrack;
import dev.sallyport.netlink.Flow;
import dev.sallyport.netlink.FlowEvent;
import dev.sallyport.netlink.FlowTuple;
import dev.sallyport.netlink.MalformedMessageException;
import dev.sallyport.netlink.NetlinkException;
import dev.sallyport.netlink.NftWriter;
import dev.sallyport.session.Moved;
import dev.sallyport.session.PinholeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the flows that came through pinholes, by their marks: says that a pinhole was used, counts its bytes, tells its end,
 * and ends it where that is wanted.
 *
 * <p>The kernel tells of a connection's last packet at once, without counters, and gives its entry up seconds later ({@code ct
 * timeout} in the table), because a peer may have missed that packet. So the counters are asked for when it is over.
 */
final class Flows {

    private static final Logger LOG = LoggerFactory.getLogger(Flows.class);

    /** How long to wait for the kernel's word on a connection that the server has spoken of already. */
    private static final long OVERTAKEN_NANOS = 2_000_000_000L;

    private static final long LOOK_FOR_IDLE_MILLIS = 1_000;

    /** A flow is looked at so often within the time after which it is idle, but not more often than above. */
    private static final int LOOKS_UNTIL_IDLE = 20;

    private static final long LOOK_FOR_PAST_MILLIS = 250;

    private static final long LOOK_AGAIN_MILLIS = 1_000;

    /** What is to be done besides for one pinhole. */
    private static final class Watched {
        final long idleNanos;
        final Runnable onEnd;
        /** When it was last looked at whether the flow is idle. */
        volatile long lookedNanos = System.nanoTime();
        /** Whether there was no flow then. */
        volatile boolean missed;

        Watched(long idleNanos, Runnable onEnd) {
            this.idleNanos = idleNanos;
            this.onEnd = onEnd;
        }
    }

    /** One that is shut, and whose connection was presumed to have come. */
    private record Shut(KernelPinhole pinhole, long sinceNanos) {}

    private final Ledger ledger;
    private final NftWriter writer;
    private final Conntrack conntrack;
    private final OwnFlows all;
    private final RangeFlows ranges;
    private final ScheduledExecutorService maintenance;
    private final Cutter cutter;
    private final Map<KernelPinhole, Watched> watched = new ConcurrentHashMap<>();
    private final LongAdder lost = new LongAdder();
    /** Whether a look at all flows is to come, which sees what is lost meanwhile too. */
    private final AtomicBoolean lookWanted = new AtomicBoolean();
    /** Those of which the kernel still has to speak, in the order in which they were shut. */
    private final Queue<Shut> shut = new ConcurrentLinkedQueue<>();

    /** @param maintenance where what may wait for the kernel is done */
    Flows(
            Ledger ledger,
            NftWriter writer,
            Conntrack conntrack,
            OwnFlows all,
            RangeFlows ranges,
            ScheduledExecutorService maintenance,
            Cutter cutter) {
        this.ledger = ledger;
        this.writer = writer;
        this.conntrack = conntrack;
        this.all = all;
        this.ranges = ranges;
        this.maintenance = maintenance;
        this.cutter = cutter;
        maintenance.scheduleWithFixedDelay(
                this::lookForIdle, LOOK_FOR_IDLE_MILLIS, LOOK_FOR_IDLE_MILLIS, TimeUnit.MILLISECONDS);
        maintenance.scheduleWithFixedDelay(
                this::lookForPast, LOOK_FOR_PAST_MILLIS, LOOK_FOR_PAST_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** How often events were lost. */
    long lost() {
        return lost.sum();
    }

    /** From now on the pinhole's flow is followed. @param onEnd told once, when nothing of the pinhole is left */
    void watch(KernelPinhole pinhole, Duration idle, Runnable onEnd) {
        watched.put(pinhole, new Watched(idle.toNanos(), onEnd));
    }

    /** Nothing may come through the pinhole any more. @param presumedUsed whether something has, of which nothing was heard yet */
    void shut(KernelPinhole pinhole, boolean presumedUsed) {
        if (!presumedUsed) {
            forget(pinhole);
            return;
        }
        ledger.giveUp(pinhole, () -> writer.submitInPassing(Elements.closing(pinhole)));
        shut.add(new Shut(pinhole, System.nanoTime()));
    }

    /** The pinhole leads nowhere any more: its elements go. */
    void forget(KernelPinhole pinhole) {
        var last = watched.remove(pinhole);
        if (last == null) {
            return;
        }
        var own = ledger.remove(pinhole, () -> {
            if (pinhole.flow() == null) {
                writer.submit(Elements.closing(pinhole), outcome -> {});
            } else {
                writer.submitInPassing(Elements.closing(pinhole));
            }
        });
        if (!own && pinhole.translatesSource()) {
            writer.submit(Elements.yielding(pinhole), outcome -> {});
        }
        last.onEnd.run();
    }

    // ---- What the kernel tells ----

    void happened(List<FlowEvent> events) {
        var last = lastOf(events);
        for (var event : events) {
            try {
                happened(event, last);
            } catch (RuntimeException bug) {
                LOG.error("error while following a flow: {}", event, bug);
            }
        }
    }

    private void happened(FlowEvent event, Map<FlowTuple, Flow> last) {
        switch (event) {
            case FlowEvent.Appeared(var flow) -> appeared(flow);
            case FlowEvent.Changed(var flow) -> {
                var counted = last.get(flow.original());
                changed(flow, counted == null || counted.mark() != flow.mark() ? null : counted);
            }
            case FlowEvent.Ended(var flow) -> ended(flow);
            case FlowEvent.Lost() -> {
                lost.increment();
                if (lookWanted.compareAndSet(false, true)) {
                    maintenance.execute(this::lookAtAll);
                }
            }
        }
    }

    /** What is now known of those flows whose end is told. */
    private Map<FlowTuple, Flow> lastOf(List<FlowEvent> events) {
        var over = new ArrayList<Flow>();
        for (var event : events) {
            if (event instanceof FlowEvent.Changed(var flow) && flow.over()
                    && (ledger.marked(flow.mark()) != null || ledger.range(flow.mark()) != null)) {
                over.add(flow);
            }
        }
        var last = new HashMap<FlowTuple, Flow>();
        try {
            conntrack.findAll(over).forEach(flow -> last.put(flow.original(), flow));
        } catch (NetlinkException | MalformedMessageException failed) {
            LOG.warn("the bytes of {} data connections are not known yet: {}", over.size(), failed.getMessage());
            // The kernel's word on their going has them too.
            over.forEach(cutter::delete);
        }
        return last;
    }

    private void appeared(Flow flow) {
        var range = ledger.range(flow.mark());
        if (range != null) {
            range.data.appeared(flow);
            return;
        }
        var pinhole = ledger.marked(flow.mark());
        if (pinhole != null && pinhole.appeared(flow, System.nanoTime())) {
            ledger.whileOwn(pinhole, () -> {
                pinhole.doorGone = true;
                writer.submitInPassing(Elements.used(pinhole));
            });
            return;
        }
        if (!ledger.adopted(flow.mark())) {
            maintenance.execute(() -> {
                // Where events were lost, its end may be known before its beginning is told.
                if (cutter.lasts(flow)) {
                    LOG.debug("a data connection came through a pinhole that was just closed, it is cut: {}", flow.original());
                    cutter.cut(flow);
                }
            });
        }
    }

    /** @param last what is now known of it; null for nothing: then the word on its going is under way, and has its counters */
    private void changed(Flow flow, @Nullable Flow last) {
        var range = ledger.range(flow.mark());
        if (range != null) {
            range.data.seen(last != null ? last : flow);
            return;
        }
        var pinhole = ledger.marked(flow.mark());
        if (pinhole == null) {
            if (ledger.adopted(flow.mark()) && flow.over()) {
                cutter.delete(flow);
            }
            return;
        }
        if (pinhole.flow() == null) {
            // Its beginning was among events that were lost.
            appeared(flow);
        }
        pinhole.changed(flow.tcpState());
        if (!flow.over()) {
            return;
        }
        if (last != null && pinhole.ended(last)) {
            forget(pinhole);
            if (pinhole.outlivedTable) {
                cutter.delete(last);
            }
        }
    }

    private void ended(Flow flow) {
        var range = ledger.range(flow.mark());
        if (range != null) {
            range.data.ended(flow);
            return;
        }
        ledger.forgetAdopted(flow.mark());
        var pinhole = ledger.marked(flow.mark());
        if (pinhole == null) {
            return;
        }
        if (pinhole.flow() == null) {
            // As above.
            appeared(flow);
        }
        if (pinhole.ended(flow)) {
            forget(pinhole);
        }
    }

    /** Events were lost: what is true now. Events that are lost from here on ask for another look. */
    private void lookAtAll() {
        lookWanted.set(false);
        try {
            var connected = watched.keySet().stream()
                    .filter(pinhole -> pinhole.state() == KernelPinhole.State.CONNECTED)
                    .toList();
            var found = ranges.count(ledger.ranges());
            if (!found.whole()) {
                maintenance.schedule(() -> happened(List.of(new FlowEvent.Lost())), LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
                return;
            }
            var now = found.pinholes();
            LOG.warn("the kernel told of flows faster than they were read: looking at all {}", found.size());
            now.values().stream().filter(flow -> ledger.marked(flow.mark()) != null).forEach(flow -> changed(flow, flow));
            connected.stream()
                    .filter(pinhole -> !now.containsKey(pinhole.mark) && pinhole.ended(null))
                    .forEach(this::forget);
        } catch (RuntimeException bug) {
            LOG.error("error while looking at all flows", bug);
        }
    }

    // ---- Ending flows ----

    /** Ends the pinhole's flow; its owner is told. */
    void cut(KernelPinhole pinhole) {
        if (pinhole.cut(false)) {
            maintenance.execute(() -> end(pinhole));
        }
    }

    private void end(KernelPinhole pinhole) {
        var flow = pinhole.flow();
        if (flow == null) {
            return;
        }
        var last = flow;
        try {
            last = conntrack.find(flow.original(), flow.zone()).orElse(flow);
        } catch (NetlinkException | MalformedMessageException unknown) {
            LOG.warn("the bytes of a cut data connection are not known: {}", unknown.getMessage());
        }
        if (pinhole.ended(last)) {
            forget(pinhole);
        }
        cutter.cut(flow);
    }

    private void lookForPast() {
        try {
            var nowNanos = System.nanoTime();
            for (var next = shut.peek(); next != null && nowNanos - next.sinceNanos >= OVERTAKEN_NANOS; next = shut.peek()) {
                shut.remove();
                if (next.pinhole.giveUp()) {
                    forget(next.pinhole);
                }
            }
        } catch (RuntimeException bug) {
            LOG.error("error while giving up what was presumed to have come", bug);
        }
    }

    /** What has gone through the flows of these pinholes so far, as far as that can be known. */
    static Map<PinholeId, Moved> moving(Collection<KernelPinhole> pinholes, OwnFlows.Found found) {
        var moving = new HashMap<PinholeId, Moved>();
        var flows = found.pinholes();
        for (var pinhole : pinholes) {
            var flow = flows.get(pinhole.mark);
            if (flow != null) {
                moving.put(pinhole.id(), pinhole.moved(flow));
            }
        }
        return moving;
    }

    // ---- Idle flows ----

    private void lookForIdle() {
        try {
            var nowNanos = System.nanoTime();
            var connected = watched.entrySet().stream()
                    .filter(entry -> nowNanos - entry.getValue().lookedNanos >= entry.getValue().idleNanos / LOOKS_UNTIL_IDLE)
                    .filter(entry -> entry.getKey().state() == KernelPinhole.State.CONNECTED)
                    .toList();
            if (connected.isEmpty()) {
                return;
            }
            var found = all.list();
            if (!found.whole()) {
                return;
            }
            var flows = found.pinholes();
            for (var entry : connected) {
                var pinhole = entry.getKey();
                entry.getValue().lookedNanos = nowNanos;
                var flow = flows.get(pinhole.mark);
                if (flow == null) {
                    missing(pinhole, entry.getValue());
                } else if (flow.over()) {
                    changed(flow, flow);
                } else if (pinhole.idleNanos(flow.bytes(), nowNanos) >= entry.getValue().idleNanos && pinhole.cut(true)) {
                    end(pinhole);
                }
            }
        } catch (RuntimeException bug) {
            LOG.error("error while looking for idle data connections", bug);
        }
    }

    /** Its flow is gone. The word on that is under way; when it does not come, the end is known without it. */
    private void missing(KernelPinhole pinhole, Watched watching) {
        if (watching.missed && pinhole.ended(null)) {
            LOG.warn("the end of data connection {} was not told", pinhole.id());
            forget(pinhole);
        }
        watching.missed = true;
    }
}
