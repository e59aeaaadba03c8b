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

    /** A rule, or all the others of a rule set. */
    private record Key(String gateway, String ruleSet, String rule, String action) {

        static Key of(Decided rule) {
            return new Key(rule.gateway(), rule.ruleSet(), rule.rule(), rule.action());
        }

        static Key others(Decided rule) {
            return new Key(rule.gateway(), rule.ruleSet(), OTHER, OTHER);
        }

        Labels labels() {
            return Labels.of(Meter.RULE_DECISIONS.tagNames(), new String[] {gateway, ruleSet, rule, action});
        }
    }

    /** What has been told of a rule. @param seen its own count @param alone whether it had a series @param count of that series */
    private record Told(long seen, boolean alone, long count) {}

    private final Supplier<List<Decided>> rules;
    private Map<Key, Told> told = Map.of();
    private Map<Key, Long> others = Map.of();

    public RuleCollector(Supplier<List<Decided>> rules) {
        this.rules = rules;
    }

    /** One at a time: who asks next is told no less. */
    @Override
    public synchronized MetricSnapshots collect() {
        var now = new HashMap<Key, Told>();
        var othersNow = new HashMap<Key, Long>();
        var mostFirst = rules.get().stream().sorted(Comparator.comparingLong(Decided::count).reversed()).toList();
        for (var i = 0; i < mostFirst.size(); i++) {
            var rule = mostFirst.get(i);
            var key = Key.of(rule);
            var alone = i < MOST;
            var before = told.getOrDefault(key, new Told(0, alone, 0));
            // Less than was seen: a rule of the same name took its place, and counts from nothing.
            var news = rule.count() < before.seen() ? rule.count() : rule.count() - before.seen();
            var byItself = alone && before.alone();
            now.put(key, new Told(rule.count(), alone, before.count() + (byItself ? news : 0)));
            var together = Key.others(rule);
            if (!byItself || others.containsKey(together)) {
                othersNow.merge(together, byItself ? 0 : news, Long::sum);
            }
        }
        othersNow.replaceAll((key, news) -> others.getOrDefault(key, 0L) + news);
        told = now;
        others = othersNow;
        return MetricSnapshots.of(snapshot());
    }

    private CounterSnapshot snapshot() {
        var meter = Meter.RULE_DECISIONS;
        var found = CounterSnapshot.builder().name(meter.registered()).help(meter.help);
        told.forEach((key, rule) -> {
            if (rule.alone()) {
                found.dataPoint(point(key, rule.count()));
            }
        });
        others.forEach((key, count) -> found.dataPoint(point(key, count)));
        return found.build();
    }

    @Override
    public List<String> getPrometheusNames() {
        return List.of(Meter.RULE_DECISIONS.registered());
    }

    private static CounterDataPointSnapshot point(Key key, long count) {
        return new CounterDataPointSnapshot(count, key.labels(), null, 0);
    }
}
