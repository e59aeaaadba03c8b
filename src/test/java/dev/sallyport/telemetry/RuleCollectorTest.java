package dev.sallyport.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.telemetry.RuleCollector.Decided;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How often rules have decided, where there are more of them than have series of their own. */
class RuleCollectorTest {

    private static final String OTHER = "other";

    private final long[] counts = new long[RuleCollector.MOST + 50];
    private int rules = counts.length;
    private final RuleCollector collector = new RuleCollector(this::decided);

    private List<Decided> decided() {
        return IntStream.range(0, rules).mapToObj(i -> new Decided("main", "partners", "rule-" + i, "deny", counts[i])).toList();
    }

    @Test
    void rulesHitMost_haveSeries_andTheRestIsOne() {
        counts[3] = 7;
        counts[RuleCollector.MOST + 20] = 9;
        counts[RuleCollector.MOST + 21] = 1;
        var series = series();
        assertThat(series).hasSize(RuleCollector.MOST + 1)
                .containsEntry("rule-3 deny", 7.0).containsEntry("rule-520 deny", 9.0).containsEntry("other other", 0.0);
        counts[RuleCollector.MOST + 40] = 1;
        assertThat(series()).containsEntry("other other", 1.0);
    }

    @Test
    void fewRules_haveNoOther() {
        rules = 10;
        counts[9] = 2;
        assertThat(series()).hasSize(10).containsEntry("rule-9 deny", 2.0);
    }

    /** A rule that is hit often only later was counted with the others: that count stays there. */
    @Test
    void ruleThatComesAmongThoseHitMost_takesNothingFromTheOthers() {
        series();
        var last = counts.length - 1;
        counts[last] = 1000;
        assertThat(series()).containsEntry("other other", 1000.0).containsEntry("rule-" + last + " deny", 0.0);
        counts[last] = 1005;
        assertThat(series()).containsEntry("other other", 1000.0).containsEntry("rule-" + last + " deny", 5.0);
    }

    @Test
    void ruleOfTheSameNameAfterAReload_countsFromNothing_andItsSeriesGoesOn() {
        rules = 10;
        counts[4] = 20;
        assertThat(series()).containsEntry("rule-4 deny", 20.0);
        counts[4] = 3;
        assertThat(series()).containsEntry("rule-4 deny", 23.0);
    }

    /** Whoever is hit when: while a series is there it never goes back, and nothing is lost or counted twice. */
    @Test
    void noSeriesGoesBack_andTheSumIsWhatWasDecided() {
        var random = new Random(5);
        var before = new HashMap<String, Double>();
        var told = new HashMap<String, Double>();
        for (var scrape = 0; scrape < 200; scrape++) {
            var hot = random.nextInt(counts.length);
            for (var i = 0; i < 300; i++) {
                counts[random.nextInt(4) == 0 ? random.nextInt(counts.length) : (hot + random.nextInt(60)) % counts.length]++;
            }
            var now = series();
            assertThat(now.size()).isLessThanOrEqualTo(RuleCollector.MOST + 1);
            now.forEach((name, count) -> {
                assertThat(count).as(name).isGreaterThanOrEqualTo(before.getOrDefault(name, 0.0));
                told.put(name, count);
            });
            before.putAll(now);
            assertThat(told.values().stream().mapToDouble(Double::doubleValue).sum())
                    .isEqualTo(IntStream.range(0, counts.length).mapToDouble(i -> counts[i]).sum());
        }
        assertThat(told.get(OTHER + " " + OTHER)).isPositive();
        assertThat(told.keySet().size()).as("rules came and went").isGreaterThan(RuleCollector.MOST + 1);
    }

    /** Rule and action, and the count. */
    private Map<String, Double> series() {
        var series = new HashMap<String, Double>();
        var names = new ArrayList<String>();
        for (var snapshot : collector.collect()) {
            for (var point : ((CounterSnapshot) snapshot).getDataPoints()) {
                assertThat(point.getLabels().get("gateway")).isEqualTo("main");
                names.add(point.getLabels().get("rule") + " " + point.getLabels().get("action"));
                series.put(names.getLast(), point.getValue());
            }
        }
        assertThat(names).doesNotHaveDuplicates();
        return series;
    }
}
