package dev.sallyport.telemetry;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Counts that somebody else keeps and that are asked for all at once, by the value of their only tag. */
public final class CounterCollector implements MultiCollector {

    private final Meter meter;
    private final Supplier<Map<String, Long>> counts;

    /** @param meter a counter with one tag @param counts empty where they cannot be known */
    public CounterCollector(Meter meter, Supplier<Map<String, Long>> counts) {
        this.meter = meter;
        this.counts = counts;
    }

    @Override
    public MetricSnapshots collect() {
        var found = CounterSnapshot.builder().name(meter.registered()).help(meter.help);
        counts.get().forEach((value, count) -> found.dataPoint(new CounterDataPointSnapshot(
                count, Labels.of(meter.tagNames(), new String[] {value}), null, 0)));
        return MetricSnapshots.of(found.build());
    }

    @Override
    public List<String> getPrometheusNames() {
        return List.of(meter.registered());
    }
}
