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

/** The flows that came through passive ranges, known by the marks that each range gives to all of its own. */
final class RangeFlows {

    private final Ledger ledger;
    private final OwnFlows all;
    private final Cutter cutter;
    private final ScheduledExecutorService maintenance;
    /** Ranges that are shut, whose flows go on. */
    private final Set<KernelRange> ebbing = ConcurrentHashMap.newKeySet();
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
        range.data.leave();
    }

    /** Whether there are such flows of a gateway. */
    boolean goOn(KernelSettings settings) {
        var ranges = ebbing.stream().filter(range -> range.settings == settings).toList();
        if (ranges.isEmpty()) {
            return false;
        }
        var found = all.list();
        return !found.whole() || ranges.stream().anyMatch(range -> !found.standing(range.mark).isEmpty());
    }

    /** Whether such flows are to be looked at. */
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
        cutEbbing(ebbing.stream().filter(range -> last.equals(range.last)).toList());
    }

    /** Ends what goes on for a gateway. */
    void cutAll(KernelSettings settings) {
        cutEbbing(ebbing.stream().filter(range -> range.settings == settings).toList());
    }

    private void cutEbbing(List<KernelRange> ranges) {
        ranges.stream().filter(ebbing::remove).forEach(this::cut);
    }

    /** Where many are to be cut, one listing serves them. */
    private void cut() {
        var ranges = new HashSet<KernelRange>();
        for (var range = doomed.poll(); range != null; range = doomed.poll()) {
            ranges.add(range);
        }
        if (!ranges.isEmpty()) {
            var found = count(ranges);
            ranges.forEach(range -> end(range, found));
        }
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
        before.forEach((range, known) -> range.data.looked(found.of(range.mark), known, found.whole()));
        return found;
    }

    /** The same for all. Of those whose range is shut, silent ones end. */
    OwnFlows.Found look(long nowNanos) {
        // Those alone that were shut before: of others a flow may be missing that came meanwhile.
        var shut = List.copyOf(ebbing);
        var found = count(ledger.ranges());
        for (var range : shut) {
            range.looked(nowNanos);
            var flows = found.standing(range.mark);
            var over = flows.isEmpty() ? found.whole() : !range.moves(bytes(flows), nowNanos);
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
