package dev.sallyport.datapath.kernel;

import dev.sallyport.netlink.Flow;
import dev.sallyport.netlink.FlowTuple;
import dev.sallyport.session.RangeId;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The flows that came through passive ranges, known by the marks that each range gives to all of its own. */
final class RangeFlows {

    /** How long after a range is shut its flows are looked at. */
    private static final long SETTLE_MILLIS = 100;

    private static final long LOOK_AGAIN_MILLIS = 1_000;

    private final Ledger ledger;
    private final OwnFlows all;
    private final Cutter cutter;
    private final ScheduledExecutorService maintenance;
    /** Ranges that are shut, whose flows go on. */
    private final Set<KernelRange> ebbing = ConcurrentHashMap.newKeySet();
    /** Those of them whose flows are to be looked for before their end is told. */
    private final Queue<KernelRange> shut = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean settling = new AtomicBoolean();
    /** Ranges that are shut, whose flows are to be cut. */
    private final Queue<KernelRange> doomed = new ConcurrentLinkedQueue<>();

    /** @param maintenance where what may wait for the kernel is done */
    RangeFlows(Ledger ledger, OwnFlows all, Cutter cutter, ScheduledExecutorService maintenance) {
        this.ledger = ledger;
        this.all = all;
        this.cutter = cutter;
        this.maintenance = maintenance;
    }

    /** The range is shut, and its flows may finish; when nothing of them moves any more they are cut. */
    void letGoOn(KernelRange range) {
        ebbing.add(range);
    }

    /**
     * The kernel lets nothing more into a range whose flows may finish. Its session is told the end when none is left: of those that
     * came just now the kernel may not have told yet, so they are looked for first. Soon: one look is for all that end until then.
     */
    void settle(KernelRange range) {
        range.shut = true;
        shut.add(range);
        settleLater(SETTLE_MILLIS);
    }

    private void settleLater(long millis) {
        if (!maintenance.isShutdown() && settling.compareAndSet(false, true)) {
            maintenance.schedule(this::settleAll, millis, TimeUnit.MILLISECONDS);
        }
    }

    private void settleAll() {
        settling.set(false);
        var ranges = drain(shut);
        if (ranges.isEmpty()) {
            return;
        }
        if (count(ranges).whole()) {
            ranges.forEach(range -> range.members.account().leave());
        } else {
            shut.addAll(ranges);
            settleLater(LOOK_AGAIN_MILLIS);
        }
    }

    /** Whether flows of ranges that are shut are to be looked at. */
    boolean due(long nowNanos) {
        return ebbing.stream().anyMatch(range -> range.due(nowNanos));
    }

    /** The range is shut, and its flows end. What the kernel let in just then is cut as soon as it is told. */
    void cut(KernelRange range) {
        ledger.forgetRange(range);
        doomed.add(range);
        maintenance.execute(this::cut);
    }

    /** Ends what goes on for the session that left last. */
    void cut(RangeId last) {
        cutEbbing(ebbing.stream().filter(range -> range.members.leftLastBy(last)).toList());
    }

    /** Ends what goes on for a gateway. */
    void cutAll(KernelSettings gateway) {
        cutEbbing(ebbing.stream().filter(range -> range.of(gateway)).toList());
    }

    private void cutEbbing(List<KernelRange> ranges) {
        ranges.stream().filter(ebbing::remove).forEach(this::cut);
    }

    /** Where many are to be cut, one listing serves them. */
    private void cut() {
        var ranges = drain(doomed);
        if (!ranges.isEmpty()) {
            var found = count(ranges);
            ranges.forEach(range -> end(range, found));
        }
    }

    private static Set<KernelRange> drain(Queue<KernelRange> queue) {
        var drained = new HashSet<KernelRange>();
        for (var range = queue.poll(); range != null; range = queue.poll()) {
            drained.add(range);
        }
        return drained;
    }

    private void end(KernelRange range, OwnFlows.Found found) {
        var flows = found.standing(range.mark);
        range.data.endAll();
        if (!flows.isEmpty()) {
            cutter.cut(range.mark, flows);
        }
    }

    /** Counts what these have moved so far. @return all there is, of pinholes too */
    OwnFlows.Found count(Collection<KernelRange> ranges) {
        var before = new HashMap<KernelRange, Set<FlowTuple>>();
        ranges.forEach(range -> before.put(range, range.data.known()));
        var found = all.list();
        var nowNanos = System.nanoTime();
        before.forEach((range, known) -> range.data.looked(found.of(range.mark), known, found.whole(), nowNanos));
        return found;
    }

    /** The same for all. Of those whose range is shut, silent ones end. */
    OwnFlows.Found look(long nowNanos) {
        // Those alone that were shut before: of others a flow may be missing that came meanwhile.
        var before = ebbing.stream().filter(range -> range.shut).toList();
        var found = count(ledger.ranges());
        for (var range : before) {
            range.looked(nowNanos);
            var flows = found.standing(range.mark);
            range.moved(bytes(flows), nowNanos);
            var over = flows.isEmpty() ? found.whole()
                    : range.members.own().stream().noneMatch(gateway -> range.moves(gateway, nowNanos));
            if (over && ebbing.remove(range)) {
                ledger.forgetRange(range);
                end(range, found);
            }
        }
        return found;
    }

    static long bytes(List<Flow> flows) {
        return flows.stream().mapToLong(Flow::bytes).sum();
    }
}
