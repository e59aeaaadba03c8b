package dev.sallyport.telemetry;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Values that are found all at once, when somebody asks, by those of their tags. */
public final class GaugeCollector implements MultiCollector {

    private final Meter meter;
    private final Supplier<Map<List<String>, Long>> values;

    /** @param meter a gauge @param values by the values of its tags, in their order */
    public GaugeCollector(Meter meter, Supplier<Map<List<String>, Long>> values) {
        this.meter = meter;
        this.values = values;
    }

    @Override
    public MetricSnapshots collect() {
        var found = GaugeSnapshot.builder().name(meter.registered()).help(meter.help);
        values.get().forEach((tags, value) -> found.dataPoint(new GaugeDataPointSnapshot(
                value, Labels.of(meter.tagNames(), tags.toArray(String[]::new)), null)));
        return MetricSnapshots.of(found.build());
    }

    @Override
    public List<String> getPrometheusNames() {
        return List.of(meter.registered());
    }
}
