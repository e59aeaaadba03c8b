package dev.sallyport.datapath.kernel;

import dev.sallyport.datapath.RestingPorts;
import dev.sallyport.ftp.Side;
import dev.sallyport.netlink.Conntrack;
import dev.sallyport.netlink.FlowTuple;
import dev.sallyport.netlink.MalformedMessageException;
import dev.sallyport.netlink.NetlinkException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clears the way for a server's connection to a client's port that was called moments ago.
 *
 * <p>Where the kernel translates an end of it, the client would see two connections of the same four numbers for as long as the
 * entry of the first still stands, and the kernel avoids that: the second comes from another port than 20, or not at all
 * (net/netfilter/nf_nat_core.c, get_unique_tuple). So before the second pinhole opens, the entry of a connection that is over is
 * deleted. Nothing of the same numbers can have come in its place, as no pinhole waits for it.
 */
final class RepeatedCalls {

    private static final Logger LOG = LoggerFactory.getLogger(RepeatedCalls.class);

    /** Longer than the table lets the entry of a connection stand that is over. */
    private static final Duration MEMORY = Duration.ofSeconds(10);

    /** How often, and how many times, it is looked whether the earlier connection is over: its last packets may be under way. */
    private static final long LOOK_AGAIN_MILLIS = 2;

    private static final int MOST_LOOKS = 25;

    /** RFC 959 §3.2: where a server's connections come from that does not say otherwise. */
    private static final int DATA_PORT = 20;

    private final Conntrack conntrack;
    private final ScheduledExecutorService maintenance;
    private final RestingPorts called = new RestingPorts(MEMORY);

    /** @param maintenance where what may wait for the kernel is done */
    RepeatedCalls(Conntrack conntrack, ScheduledExecutorService maintenance) {
        this.conntrack = conntrack;
        this.maintenance = maintenance;
    }

    /**
     * Does something once nothing stands in the pinhole's way: nearly always now, else soon.
     *
     * @param loop where the caller is, and where it is done
     */
    void whenClear(KernelPinhole pinhole, Executor loop, Runnable then) {
        if (!concerns(pinhole)) {
            then.run();
            return;
        }
        var repeated = called.rests(pinhole.request.target());
        called.used(pinhole.request.target());
        if (repeated) {
            maintenance.execute(() -> clear(earlier(pinhole), MOST_LOOKS, () -> loop.execute(then)));
        } else {
            then.run();
        }
    }

    /** Nothing is left of the pinhole but the entry of its flow, for a while. */
    void gone(KernelPinhole pinhole) {
        if (concerns(pinhole)) {
            called.ended(pinhole.request.target());
        }
    }

    private static boolean concerns(KernelPinhole pinhole) {
        return pinhole.request.connects() == Side.SERVER && (pinhole.translatesSource() || pinhole.translatesDestination());
    }

    /** The client's answers to an earlier connection that came from where this one will. */
    private static FlowTuple earlier(KernelPinhole pinhole) {
        var request = pinhole.request;
        var from = request.expectedPort();
        return FlowTuple.tcp(
                request.target().address(), request.target().port().number(),
                request.dialFrom(), from == null ? DATA_PORT : from.number());
    }

    private void clear(FlowTuple earlier, int looks, Runnable then) {
        if (looks == 0 || isClear(earlier)) {
            then.run();
        } else {
            maintenance.schedule(() -> clear(earlier, looks - 1, then), LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private boolean isClear(FlowTuple earlier) {
        try {
            var found = conntrack.find(earlier, 0).filter(flow -> (flow.mark() & Ruleset.OWN_FLOW) != 0);
            if (found.isEmpty()) {
                return true;
            }
            if (!found.get().over()) {
                return false;
            }
            conntrack.delete(found.get());
        } catch (NetlinkException | MalformedMessageException failed) {
            LOG.warn("cannot look at an earlier data connection: {}", failed.getMessage());
        }
        return true;
    }
}
