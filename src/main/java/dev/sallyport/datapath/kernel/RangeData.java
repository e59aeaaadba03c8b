package dev.sallyport.datapath.kernel;

import dev.sallyport.datapath.RangeAccount;
import dev.sallyport.netlink.Flow;
import dev.sallyport.netlink.FlowTuple;
import dev.sallyport.session.Moved;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The flows of one passive range, and how much of each is counted. Known from the kernel's events, and from looks where these are
 * lost. Thread-safe.
 */
final class RangeData {

    /** How long to wait for the kernel's word on the end of a flow that is there no more. */
    private static final long LATE_NANOS = 2_000_000_000L;

    private static final class Known {
        private Moved counted = Moved.NOTHING;
        /** Its last packets have passed; the entry is still there. */
        private boolean over;
        /** When a look did not find it the first time; null where the last one did. */
        private @Nullable Long missedNanos;
    }

    private final Map<FlowTuple, Known> flows = new HashMap<>();
    private final RangeAccount account;

    /** @param account where it is counted */
    RangeData(RangeAccount account) {
        this.account = account;
    }

    /** Nothing of it goes on, and nothing more comes: the end is told now. */
    synchronized void endAll() {
        flows.values().forEach(this::over);
        flows.clear();
        account.leave();
    }

    // ---- What the kernel tells ----

    /** A flow's first packet has passed. A look may have seen it already. */
    synchronized void appeared(Flow flow) {
        flows.computeIfAbsent(flow.original(), _ -> began());
        account.settle();
    }

    /** A flow as it was a moment ago. */
    synchronized void seen(Flow flow) {
        see(flow);
        account.settle();
    }

    /** A flow's entry is gone. */
    synchronized void ended(Flow flow) {
        see(flow);
        over(flows.remove(flow.original()));
        account.settle();
    }

    /** What was known before all were listed. */
    synchronized Set<FlowTuple> known() {
        return new HashSet<>(flows.keySet());
    }

    /** All flows, as they were listed. @param before what was known then @param whole whether none is missing from the list */
    synchronized void looked(List<Flow> listed, Set<FlowTuple> before, boolean whole, long nowNanos) {
        for (var flow : listed) {
            // One that is known no more has ended meanwhile, and all of it is counted.
            if (!before.remove(flow.original()) || flows.containsKey(flow.original())) {
                see(flow);
            }
        }
        if (whole) {
            before.forEach(tuple -> missing(tuple, nowNanos));
        }
        account.settle();
    }

    private void see(Flow flow) {
        var known = flows.computeIfAbsent(flow.original(), _ -> began());
        known.missedNanos = null;
        var now = Payload.moved(flow, true).beyond(known.counted);
        known.counted = known.counted.plus(now);
        account.moved(now);
        if (flow.over()) {
            over(known);
        }
    }

    /** The word on its end is under way, with what is not counted yet; when that does not come, this is the end. */
    private void missing(FlowTuple tuple, long nowNanos) {
        var known = flows.get(tuple);
        if (known == null) {
            return;
        }
        if (known.missedNanos == null) {
            known.missedNanos = nowNanos;
        } else if (nowNanos - known.missedNanos >= LATE_NANOS) {
            over(flows.remove(tuple));
        }
    }

    private Known began() {
        account.began();
        return new Known();
    }

    private void over(@Nullable Known known) {
        if (known != null && !known.over) {
            known.over = true;
            account.over();
        }
    }
}
