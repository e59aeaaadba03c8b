package dev.sallyport.datapath.kernel;

import dev.sallyport.netlink.Conntrack;
import dev.sallyport.netlink.Flow;
import dev.sallyport.netlink.MalformedMessageException;
import dev.sallyport.netlink.NetlinkException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lists what came through pinholes and passive ranges, as the connection tracking table has it now. */
final class OwnFlows {

    private static final Logger LOG = LoggerFactory.getLogger(OwnFlows.class);

    /** A table that is resized while it is listed is listed again. */
    private static final int MOST_LISTINGS = 5;

    /**
     * What was found.
     *
     * @param byMark one of a pinhole's mark, any number of a range's
     * @param whole whether none is missing
     */
    record Found(Map<Integer, List<Flow>> byMark, boolean whole) {

        List<Flow> of(int mark) {
            return byMark.getOrDefault(mark, List.of());
        }

        /** One of each mark: a pinhole's has no other. */
        Map<Integer, Flow> pinholes() {
            var one = new HashMap<Integer, Flow>();
            byMark.forEach((mark, flows) -> one.put(mark, flows.getLast()));
            return one;
        }

        int size() {
            return byMark.values().stream().mapToInt(List::size).sum();
        }

        /** Those that are not over. */
        List<Flow> standing(int mark) {
            return of(mark).stream().filter(flow -> !flow.over()).toList();
        }
    }

    private final Conntrack conntrack;

    OwnFlows(Conntrack conntrack) {
        this.conntrack = conntrack;
    }

    Found list() {
        try {
            var found = conntrack.marked(Ruleset.OWN_FLOW, Ruleset.OWN_FLOW);
            for (var again = 1; !found.whole() && again < MOST_LISTINGS; again++) {
                found = conntrack.marked(Ruleset.OWN_FLOW, Ruleset.OWN_FLOW);
            }
            return new Found(found.flows().stream().collect(Collectors.groupingBy(Flow::mark)), found.whole());
        } catch (NetlinkException | MalformedMessageException failed) {
            LOG.warn("cannot list data connections: {}", failed.getMessage());
            return new Found(Map.of(), false);
        }
    }
}
