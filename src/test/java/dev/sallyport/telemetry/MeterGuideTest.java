package dev.sallyport.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.telemetry.Meter.Kind;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** What {@code grafana/README.md} says of the metrics is so, and a panel asks for exemplars where there are some. */
class MeterGuideTest {

    private static final Pattern BUCKETS = Pattern.compile("(sallyport_\\w+)_bucket");

    private static String guide = "";

    @BeforeAll
    static void read() throws IOException {
        guide = Files.readString(Path.of("grafana/README.md"));
    }

    @Test
    void meters_areAllTold() {
        assertThat(table("Metrics")).containsExactlyElementsOf(Arrays.stream(Meter.values())
                .map(meter -> "| `%s` | %s | %s | %s | %s |".formatted(
                        meter.exposed(), meter.kind.name().toLowerCase(Locale.ROOT), unit(meter.exposed(), meter.kind),
                        quoted(meter.tags.stream().map(Tag::text)), meter.help))
                .toList());
    }

    @Test
    void tags_areAllTold_withTheirValues() {
        assertThat(table("Tags")).containsExactlyElementsOf(Arrays.stream(Tag.values()).flatMap(MeterGuideTest::tag).toList());
    }

    /** A line for each set of values that it may have. */
    private static Stream<String> tag(Tag tag) {
        var ranges = new LinkedHashMap<String, List<Meter>>();
        Arrays.stream(Meter.values()).filter(meter -> meter.tags.contains(tag)).forEach(meter ->
                ranges.computeIfAbsent(TagValues.of(meter, tag).told(), _ -> new ArrayList<>()).add(meter));
        return ranges.entrySet().stream().map(range -> "| `%s` | %s | %s |".formatted(
                tag.text(), ranges.size() == 1 ? "all" : quoted(range.getValue().stream().map(Meter::exposed)), range.getKey()));
    }

    @Test
    void seriesOfSessions_areAllTold() {
        var live = new LiveSessions(new AtomicLong()::get);
        new ObservedSession(1, live.of("main"), new AtomicLong()).connect().login();
        var collected = new SessionCollector(live, 1, Set.of(SessionCollector.Label.values()), _ -> "default").collect();
        assertThat(table("Live sessions")).containsExactlyInAnyOrderElementsOf(
                collected.stream().map(MeterGuideTest::series).toList());
    }

    private static String series(MetricSnapshot of) {
        var kind = of instanceof CounterSnapshot ? Kind.COUNTER : of instanceof InfoSnapshot ? Kind.INFO : Kind.GAUGE;
        var name = of.getMetadata().getName() + (kind == Kind.COUNTER ? "_total" : kind == Kind.INFO ? "_info" : "");
        return "| `%s` | %s | %s | %s | %s |".formatted(
                name, kind.name().toLowerCase(Locale.ROOT), unit(name, kind),
                quoted(of.getDataPoints().getFirst().getLabels().stream().map(label -> label.getName()).sorted()),
                of.getMetadata().getHelp());
    }

    /** By the conventions of Prometheus the name ends with it. */
    private static String unit(String name, Kind kind) {
        var bare = name.replaceFirst("_total$", "");
        return bare.endsWith("_bytes_per_second") ? "bytes per second"
                : bare.endsWith("_seconds") ? "seconds"
                : bare.endsWith("_bytes") ? "bytes" : kind == Kind.INFO ? "always 1" : "";
    }

    @ParameterizedTest
    @ValueSource(strings = {"overview", "session", "security"})
    void panels_askForExemplars_whereASessionsHistogramIsShown(String dashboard) throws IOException {
        var meters = Arrays.stream(Meter.values()).collect(Collectors.toMap(Meter::exposed, meter -> meter));
        var targets = JsonMapper.shared().readTree(Files.readString(Path.of("grafana/dashboards/" + dashboard + ".json")))
                .findParents("expr");
        assertThat(targets).isNotEmpty().allSatisfy(target -> {
            var histogram = BUCKETS.matcher(target.path("expr").asString());
            var ofSessions = histogram.find() && Objects.requireNonNull(meters.get(histogram.group(1))).tags.contains(Tag.GATEWAY);
            assertThat(target.path("exemplar").asBoolean(false)).as(target.toString()).isEqualTo(ofSessions);
        });
    }

    private static String quoted(Stream<String> words) {
        return words.map(word -> "`" + word + "`").collect(Collectors.joining(", "));
    }

    /** The lines of a table that stand for something. */
    private static List<String> table(String title) {
        return guide.split("\n## " + title + "\n", -1)[1].split("\n## ", -1)[0].lines().filter(line -> line.startsWith("| `")).toList();
    }
}
