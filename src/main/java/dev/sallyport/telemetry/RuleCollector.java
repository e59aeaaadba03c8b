package dev.sallyport.telemetry;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** How often each rule has decided, the rules hit most each by itself, so that ten thousand rules make no ten thousand series. */
public final class RuleCollector implements MultiCollector {

    /** @param action allow, deny or close */
    public record Decided(String gateway, String ruleSet, String rule, String action, long count) {}

    private static final int MOST = 500;
    private static final String OTHER = "other";

    private final Supplier<List<Decided>> rules;

    public RuleCollector(Supplier<List<Decided>> rules) {
        this.rules = rules;
    }

    @Override
    public MetricSnapshots collect() {
        var meter = Meter.RULE_DECISIONS;
        var found = CounterSnapshot.builder().name(meter.registered()).help(meter.help);
        Map<Labels, Long> others = new HashMap<>();
        var mostFirst = rules.get().stream().sorted(Comparator.comparingLong(Decided::count).reversed()).toList();
        for (var i = 0; i < mostFirst.size(); i++) {
            var rule = mostFirst.get(i);
            if (i < MOST) {
                found.dataPoint(point(labels(rule, rule.rule(), rule.action()), rule.count()));
            } else {
                others.merge(labels(rule, OTHER, OTHER), rule.count(), Long::sum);
            }
        }
        others.forEach((labels, count) -> found.dataPoint(point(labels, count)));
        return MetricSnapshots.of(found.build());
    }

    @Override
    public List<String> getPrometheusNames() {
        return List.of(Meter.RULE_DECISIONS.registered());
    }

    private static CounterDataPointSnapshot point(Labels labels, long count) {
        return new CounterDataPointSnapshot(count, labels, null, 0);
    }

    private static Labels labels(Decided of, String rule, String action) {
        return Labels.of(Meter.RULE_DECISIONS.tagNames(), new String[] {of.gateway(), of.ruleSet(), rule, action});
    }
}
