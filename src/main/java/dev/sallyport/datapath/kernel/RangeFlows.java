package dev.sallyport.datapath.kernel;

import dev.sallyport.netlink.Conntrack;
import dev.sallyport.netlink.Flow;
import dev.sallyport.netlink.MalformedMessageException;
import dev.sallyport.netlink.NetlinkException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The flows that came through passive ranges, known by the marks that each range gives to all of its own. */
final class RangeFlows {

    private static final Logger LOG = LoggerFactory.getLogger(RangeFlows.class);

    /** A conntrack table that is resized while it is listed is listed again. */
    private static final int MOST_LISTINGS = 5;

    /**
     * Those that stand.
     *
     * @param whole whether none is missing
     */
    record Standing(Map<Integer, List<Flow>> byMark, boolean whole) {

        /** What they have moved in both directions. */
        long bytes(int mark) {
            return byMark.getOrDefault(mark, List.of()).stream().mapToLong(Standing::bytes).sum();
        }

        private static long bytes(Flow flow) {
            return (flow.sent() == null ? 0 : flow.sent().bytes()) + (flow.received() == null ? 0 : flow.received().bytes());
        }
    }

    private final Ledger ledger;
    private final Conntrack conntrack;
    private final Cutter cutter;
    private final ScheduledExecutorService maintenance;
    /** Ranges that are shut, whose flows go on. */
    private final Set<KernelRange> ebbing = ConcurrentHashMap.newKeySet();
    /** Marks of ranges that are shut, whose flows are to be cut. */
    private final Queue<Integer> doomed = new ConcurrentLinkedQueue<>();

    /** @param maintenance where what may wait for the kernel is done */
    RangeFlows(Ledger ledger, Conntrack conntrack, Cutter cutter, ScheduledExecutorService maintenance) {
        this.ledger = ledger;
        this.conntrack = conntrack;
        this.cutter = cutter;
        this.maintenance = maintenance;
    }

    /** The range is shut, and its flows may finish; when nothing of them moves any more they are cut. */
    void letGoOn(KernelRange range) {
        ebbing.add(range);
    }

    /** Whether there are such flows of a gateway. */
    boolean goOn(KernelSettings settings) {
        var marks = ebbing.stream().filter(range -> range.settings == settings).map(range -> range.mark).collect(Collectors.toSet());
        if (marks.isEmpty()) {
            return false;
        }
        var standing = list();
        return !standing.whole() || marks.stream().anyMatch(standing.byMark()::containsKey);
    }

    /** Whether such flows are to be looked at. */
    boolean due(long nowNanos) {
        return ebbing.stream().anyMatch(range -> range.due(nowNanos));
    }

    /** The range is shut, and its flows end. What the kernel let in just then is cut as soon as it is told. */
    void cut(KernelRange range) {
        ledger.forgetRange(range.mark);
        doomed.add(range.mark);
        maintenance.execute(this::cut);
    }

    /** Ends what goes on for a gateway. */
    void cutAll(KernelSettings settings) {
        for (var range : ebbing) {
            if (range.settings == settings && ebbing.remove(range)) {
                cut(range);
            }
        }
    }

    /** Where many are to be cut, one listing serves them. */
    private void cut() {
        var marks = new HashSet<Integer>();
        for (var mark = doomed.poll(); mark != null; mark = doomed.poll()) {
            marks.add(mark);
        }
        if (!marks.isEmpty()) {
            var flows = list().byMark();
            flows.keySet().retainAll(marks);
            flows.forEach(cutter::cut);
        }
    }

    /** All there are, of pinholes too. Of those whose range is shut, silent ones end. */
    Standing look(long nowNanos) {
        // Those alone that were shut before: of others a flow may be missing that came meanwhile.
        var shut = List.copyOf(ebbing);
        var standing = list();
        for (var range : shut) {
            range.looked(nowNanos);
            var flows = standing.byMark().get(range.mark);
            var over = flows == null ? standing.whole() : !range.moves(standing.bytes(range.mark), nowNanos);
            if (over && ebbing.remove(range)) {
                ledger.forgetRange(range.mark);
                if (flows != null) {
                    cutter.cut(range.mark, flows);
                }
            }
        }
        return standing;
    }

    private Standing list() {
        try {
            var found = conntrack.marked(Ruleset.OWN_FLOW, Ruleset.OWN_FLOW);
            for (var again = 1; !found.whole() && again < MOST_LISTINGS; again++) {
                found = conntrack.marked(Ruleset.OWN_FLOW, Ruleset.OWN_FLOW);
            }
            return new Standing(
                    found.flows().stream().filter(flow -> !flow.over()).collect(Collectors.groupingBy(Flow::mark)), found.whole());
        } catch (NetlinkException | MalformedMessageException failed) {
            LOG.warn("cannot list the connections of passive ranges: {}", failed.getMessage());
            return new Standing(new HashMap<>(), false);
        }
    }
}
