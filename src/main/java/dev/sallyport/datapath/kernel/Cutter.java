package dev.sallyport.datapath.kernel;

import dev.sallyport.netlink.Conntrack;
import dev.sallyport.netlink.Flow;
import dev.sallyport.netlink.MalformedMessageException;
import dev.sallyport.netlink.NetlinkException;
import dev.sallyport.netlink.NftWriter;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends flows so that both ends notice: their packets are answered with resets, idle ends are reset too, then the entry goes. */
final class Cutter {

    private static final Logger LOG = LoggerFactory.getLogger(Cutter.class);

    /** The entry of a cut flow stays for a while: its mark is what gets its packets answered with a reset. */
    private static final long LINGER_MILLIS = 5_000;

    private final NftWriter writer;
    private final Conntrack conntrack;
    private final ScheduledExecutorService maintenance;
    private final Resetter resetter;

    /** @param maintenance where what may wait for the kernel is done */
    Cutter(NftWriter writer, Conntrack conntrack, ScheduledExecutorService maintenance, Resetter resetter) {
        this.writer = writer;
        this.conntrack = conntrack;
        this.maintenance = maintenance;
        this.resetter = resetter;
    }

    /** The only flow of its mark. */
    void cut(Flow flow) {
        cut(flow.mark(), List.of(flow));
    }

    /** @param flows all that have the mark */
    void cut(int mark, List<Flow> flows) {
        writer.submit(Elements.cutting(mark), outcome -> flows.forEach(resetter::reset));
        maintenance.schedule(() -> flows.forEach(flow -> {
            // One that is over goes by itself, and another of the same numbers may have come in its place.
            if (lasts(flow)) {
                delete(flow);
            }
        }), LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Whether the flow goes on; true where that cannot be known. */
    boolean lasts(Flow flow) {
        try {
            return conntrack.find(flow.original(), flow.zone())
                    .filter(now -> now.mark() == flow.mark() && !now.over())
                    .isPresent();
        } catch (NetlinkException | MalformedMessageException failed) {
            LOG.warn("cannot look at the entry of {}: {}", flow.original(), failed.getMessage());
            return true;
        }
    }

    void delete(Flow flow) {
        try {
            conntrack.delete(flow);
        } catch (NetlinkException | MalformedMessageException failed) {
            LOG.warn("cannot end the entry of {}: {}", flow.original(), failed.getMessage());
        }
    }
}
