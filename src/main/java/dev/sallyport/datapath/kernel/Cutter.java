package dev.sallyport.datapath.kernel;

import dev.sallyport.netlink.Conntrack;
import dev.sallyport.netlink.Flow;
import dev.sallyport.netlink.FlowTuple;
import dev.sallyport.netlink.MalformedMessageException;
import dev.sallyport.netlink.NetlinkException;
import dev.sallyport.netlink.NftWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends flows so that both ends notice: their packets are answered with resets, idle ends are reset too, then the entry goes.
 *
 * <p>One mark may have thousands of them. They are dealt with {@value #AT_A_TIME} at a time: what else waits for the maintenance thread
 * has its turn in between, and there are never more sockets than the {@link Resetter} may have.
 */
final class Cutter {

    private static final Logger LOG = LoggerFactory.getLogger(Cutter.class);

    /** The entry of a cut flow stays for a while: its mark is what gets its packets answered with a reset. */
    private static final long LINGER_MILLIS = 5_000;

    /** Each costs some 0.1 ms. */
    private static final int AT_A_TIME = 64;

    /** How long to wait before the next are reset, when ends have not answered yet. */
    private static final long WAIT_MILLIS = 20;

    private final NftWriter writer;
    private final Conntrack conntrack;
    private final Resetter resetter;
    private final Steps steps;

    /** @param maintenance where what may wait for the kernel is done @param lastWork how long at most when that is stopped */
    Cutter(NftWriter writer, Conntrack conntrack, ScheduledExecutorService maintenance, Duration lastWork, Resetter resetter) {
        this.writer = writer;
        this.conntrack = conntrack;
        this.resetter = resetter;
        this.steps = new Steps(maintenance, AT_A_TIME, lastWork);
    }

    /** The only flow of its mark. */
    void cut(Flow flow) {
        cut(flow.mark(), List.of(flow));
    }

    /** @param flows all that have the mark */
    void cut(int mark, List<Flow> flows) {
        writer.submit(Elements.cutting(mark), _ -> steps.forEach(
                flows,
                () -> resetter.busy() ? WAIT_MILLIS : 0,
                some -> some.forEach(resetter::reset),
                () -> steps.later(LINGER_MILLIS, () -> steps.forEach(flows, () -> 0, this::deleteLasting, () -> {}))));
    }

    /** One that is over goes by itself, and another of the same numbers may have come in its place. */
    private void deleteLasting(List<Flow> flows) {
        try {
            var now = new HashMap<FlowTuple, Flow>();
            conntrack.findAll(flows).forEach(flow -> now.put(flow.original(), flow));
            flows.stream().filter(flow -> is(flow, now.get(flow.original()))).forEach(this::delete);
        } catch (NetlinkException | MalformedMessageException failed) {
            LOG.warn("cannot look at the entries of {} flows that are cut: {}", flows.size(), failed.getMessage());
            flows.forEach(this::delete);
        }
    }

    /** Whether the flow goes on; true where that cannot be known. */
    boolean lasts(Flow flow) {
        try {
            return is(flow, conntrack.find(flow.original(), flow.zone()).orElse(null));
        } catch (NetlinkException | MalformedMessageException failed) {
            LOG.warn("cannot look at the entry of {}: {}", flow.original(), failed.getMessage());
            return true;
        }
    }

    private static boolean is(Flow flow, @Nullable Flow now) {
        return now != null && now.mark() == flow.mark() && !now.over();
    }

    void delete(Flow flow) {
        try {
            conntrack.delete(flow);
        } catch (NetlinkException | MalformedMessageException failed) {
            LOG.warn("cannot end the entry of {}: {}", flow.original(), failed.getMessage());
        }
    }
}
