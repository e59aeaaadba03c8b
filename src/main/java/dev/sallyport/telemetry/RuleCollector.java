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

/**
 * How often each rule has decided, the rules hit most each by itself, so that ten thousand rules make no ten thousand series.
 *
 * <p>A rule may come among those hit most, or leave them: what it decided before then has been told, and is told where it was. Only
 * what is new is counted where the rule is now. So no series ever goes back, and together they are what was decided.
 */
public final class RuleCollector implements MultiCollector {

    /** @param action allow, deny or close */
    public record Decided(String gateway, String ruleSet, String rule, String action, long count) {}

    static final int MOST = 500;
    private static final String OTHER = "other";

    /** What has been told of a rule. @param seen its own count @param alone whether it had a series @param count of that series */
    private record Told(long seen, boolean alone, long count) {}

    private final Supplier<List<Decided>> rules;
    private Map<Labels, Told> told = Map.of();
    private Map<Labels, Long> others = Map.of();

    public RuleCollector(Supplier<List<Decided>> rules) {
        this.rules = rules;
    }

    /** One at a time: who asks next is told no less. */
    @Override
    public synchronized MetricSnapshots collect() {
        var now = new HashMap<Labels, Told>();
        var othersNow = new HashMap<Labels, Long>();
        var mostFirst = rules.get().stream().sorted(Comparator.comparingLong(Decided::count).reversed()).toList();
        for (var i = 0; i < mostFirst.size(); i++) {
            var rule = mostFirst.get(i);
            var labels = labels(rule, rule.rule(), rule.action());
            var alone = i < MOST;
            var before = told.getOrDefault(labels, new Told(0, alone, 0));
            // Less than was seen: a rule of the same name took its place, and counts from nothing.
            var news = rule.count() < before.seen() ? rule.count() : rule.count() - before.seen();
            var byItself = alone && before.alone();
            now.put(labels, new Told(rule.count(), alone, before.count() + (byItself ? news : 0)));
            var together = labels(rule, OTHER, OTHER);
            if (!byItself || others.containsKey(together)) {
                othersNow.merge(together, byItself ? 0 : news, Long::sum);
            }
        }
        othersNow.replaceAll((labels, news) -> others.getOrDefault(labels, 0L) + news);
        told = now;
        others = othersNow;
        return MetricSnapshots.of(snapshot());
    }

    private CounterSnapshot snapshot() {
        var meter = Meter.RULE_DECISIONS;
        var found = CounterSnapshot.builder().name(meter.registered()).help(meter.help);
        told.forEach((labels, rule) -> {
            if (rule.alone()) {
                found.dataPoint(point(labels, rule.count()));
            }
        });
        others.forEach((labels, count) -> found.dataPoint(point(labels, count)));
        return found.build();
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
