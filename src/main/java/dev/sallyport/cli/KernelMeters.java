package dev.sallyport.cli;

import dev.sallyport.datapath.kernel.Firewall;
import dev.sallyport.netlink.BatchObserver;
import dev.sallyport.telemetry.CounterCollector;
import dev.sallyport.telemetry.Distribution;
import dev.sallyport.telemetry.Meter;
import dev.sallyport.telemetry.Metrics;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures the traffic with the kernel. */
final class KernelMeters implements BatchObserver {

    private static final Logger LOG = LoggerFactory.getLogger(KernelMeters.class);

    /** What a set or map answers in trouble; all else is counted as one. */
    private static final List<String> ERRORS = List.of(
            "EPERM", "ENOENT", "EAGAIN", "ENOMEM", "EBUSY", "EEXIST", "EINVAL", "ENFILE", "ENOSPC", "ENOBUFS", "ETIMEDOUT");
    private static final String OTHER = "other";

    private final LongAdder batches;
    private final LongAdder operations;
    private final Distribution sizes;
    private final Distribution seconds;
    private final Map<String, LongAdder> errors = new TreeMap<>();
    private final LongAdder otherErrors;

    KernelMeters(Metrics metrics) {
        batches = metrics.counter(Meter.NETLINK_BATCHES);
        operations = metrics.counter(Meter.NETLINK_OPERATIONS);
        sizes = metrics.distribution(Meter.NETLINK_BATCH_SIZE);
        seconds = metrics.distribution(Meter.NETLINK_BATCH_SECONDS);
        ERRORS.forEach(error -> errors.put(error, metrics.counter(Meter.NETLINK_ERRORS, error)));
        otherErrors = metrics.counter(Meter.NETLINK_ERRORS, OTHER);
    }

    @Override
    public void sent(int changes, long nanos) {
        batches.increment();
        operations.add(changes);
        sizes.value(changes);
        seconds.seconds(nanos);
    }

    @Override
    public void refused(String errno) {
        errors.getOrDefault(errno, otherErrors).increment();
    }

    /** What the table itself counts is asked of the kernel when somebody asks for metrics. */
    static void observe(Firewall firewall, Metrics metrics) {
        metrics.count(Meter.CONNTRACK_EVENTS_LOST, firewall::eventsLost);
        metrics.expose(new CounterCollector(Meter.WALL_PACKETS, () -> packets(firewall)));
    }

    private static Map<String, Long> packets(Firewall firewall) {
        try {
            return firewall.counters().entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, counter -> counter.getValue().packets()));
        } catch (IOException unknown) {
            LOG.warn("the table's counters are not known: {}", unknown.getMessage());
            return Map.of();
        }
    }
}
