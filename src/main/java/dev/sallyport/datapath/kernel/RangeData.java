package dev.sallyport.datapath.kernel;

import dev.sallyport.datapath.PinholeOwner;
import dev.sallyport.datapath.RangeAccount;
import dev.sallyport.netlink.Flow;
import dev.sallyport.netlink.FlowTuple;
import dev.sallyport.session.Moved;
import dev.sallyport.session.RangeId;
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

    private static final class Known {
        private Moved counted = Moved.NOTHING;
        /** Its last packets have passed; the entry is still there. */
        private boolean over;
        /** Whether a look has not found it. */
        private boolean missed;
    }

    private final Map<FlowTuple, Known> flows = new HashMap<>();
    private final RangeAccount account = new RangeAccount();

    // ---- Who is told ----

    synchronized void follow(RangeId range, PinholeOwner owner) {
        account.follow(range, owner);
    }

    synchronized boolean tells(RangeId range) {
        return account.tells(range);
    }

    /** The last session leaves: it is told the end as soon as nothing stands. */
    synchronized void leave() {
        account.leave();
        account.settle();
    }

    /** Nothing of it goes on: the end is told now. */
    synchronized void endAll() {
        flows.values().forEach(this::over);
        flows.clear();
        leave();
    }

    // ---- What the kernel tells ----

    synchronized int standing() {
        return account.standing();
    }

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
    synchronized void looked(List<Flow> listed, Set<FlowTuple> before, boolean whole) {
        for (var flow : listed) {
            // One that is known no more has ended meanwhile, and all of it is counted.
            if (!before.remove(flow.original()) || flows.containsKey(flow.original())) {
                see(flow);
            }
        }
        if (whole) {
            before.forEach(this::missing);
        }
        account.settle();
    }

    private void see(Flow flow) {
        var known = flows.computeIfAbsent(flow.original(), _ -> began());
        known.missed = false;
        var now = Payload.moved(flow, true).beyond(known.counted);
        known.counted = known.counted.plus(now);
        account.moved(now);
        if (flow.over()) {
            over(known);
        }
    }

    /** The word on its end is under way; when that does not come, this is the end. */
    private void missing(FlowTuple tuple) {
        var known = flows.get(tuple);
        if (known != null && known.missed) {
            over(flows.remove(tuple));
        } else if (known != null) {
            known.missed = true;
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
