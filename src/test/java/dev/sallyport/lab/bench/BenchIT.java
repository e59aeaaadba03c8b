package dev.sallyport.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The benchmark itself, with tiny numbers, through the launcher, the packaged gateway and HAProxy. */
@Tag("system")
@Tag("alone")
@Timeout(120)
class BenchIT {
    private static final int BASE = Ports.base(1);

    @TempDir
    private Path temporary;

    @BeforeAll
    static void haproxyIsThere() {
        if (System.getenv("CI") == null) {
            assumeTrue(Haproxy.installed().isPresent(), "HAProxy is not installed: apt-get install haproxy");
        }
    }

    @Test
    void relay_tinyNumbers_measuresEveryFigureOfEveryVariantAndLeavesNothing() throws Exception {
        LaunchedBench bench = bench("--starts", "2", "--warm-ups", "1", "--rounds", "1", "--seconds", "0.3", "--json");
        JsonNode report = bench.report();
        for (String variant : List.of("direct", "sallyport", "no-telemetry", "haproxy")) {
            assertThat(report.at("/failed/" + variant).asLong(-1)).isZero();
            for (String measure : List.of("download", "small_transfers", "control_round_trip_p50", "control_round_trip_p99")) {
                JsonNode figure = report.at("/measures/" + measure + "/" + variant);
                assertThat(figure.at("/rounds").size()).as(measure).isEqualTo(2);
                assertThat(figure.at("/median").asDouble()).as(measure).isPositive();
            }
        }
        assertThat(report.at("/measures/download/sallyport~1haproxy/median").asDouble()).isPositive();
        assertThat(report.at("/measures/resident_per_idle_session/sallyport/rounds").size()).isEqualTo(1);
        var bars = report.at("/measures/small_transfers/bars");
        assertThat(bars.get(0).get("bar").asString()).isEqualTo("≥ 0.80 × haproxy");
        assertThat(bars.get(1).get("bar").asString()).isEqualTo("≥ 0.97 × no-telemetry");
        bars.forEach(bar -> assertThat(bar.get("value").asDouble()).isPositive());
        assertThat(bench.folders()).isEmpty();
    }

    @Test
    void interrupted_inTheMiddle_endsEveryProcessAndRemovesItsFiles() throws Exception {
        LaunchedBench bench = bench("--rounds", "100", "--seconds", "1");
        // Server, client, two gateways, HAProxy.
        await().atMost(Duration.ofSeconds(60)).until(() -> bench.process.descendants().count() == 5);
        assertThat(bench.folders()).hasSize(1);
        bench.interrupt();
        assertThat(bench.folders()).isEmpty();
    }

    private LaunchedBench bench(String... more) throws IOException {
        return LaunchedBench.start(
                temporary, "relay",
                List.of("--size", "1M", "--round-trips", "50", "--idle-sessions", "20", "--settle", "0.2",
                        "--port", Integer.toString(BASE), "--data-ports", BASE + 10 + "-" + (BASE + 41)),
                more);
    }
}
