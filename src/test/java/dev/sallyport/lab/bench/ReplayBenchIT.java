package dev.sallyport.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.peers.Requirements;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark of replay itself, with tiny numbers: it fails when replay does not find all that the capture has. */
@Tag("system")
@Timeout(60)
class ReplayBenchIT {

    @TempDir
    private Path temporary;

    @Test
    void tinyNumbers_measureBoth_andLeaveNothing() throws Exception {
        List.of("tshark", "time").forEach(Requirements::program);
        var bench = LaunchedBench.start(temporary, "replay", List.of("--size", "4M", "--sessions", "50", "--rounds", "1", "--json"));
        var report = bench.report();
        assertThat(report.get("faults")).isEmpty();
        assertThat(report.at("/capture/sessions").asInt()).isEqualTo(50);
        for (var measure : List.of("packets", "cpu", "memory")) {
            for (var variant : ReplayBench.VARIANTS) {
                assertThat(report.at("/measures/" + measure + "/" + variant + "/median").asDouble()).as(measure).isPositive();
            }
        }
        assertThat(report.at("/measures/packets/bars/0/bar").asString()).isEqualTo("≥ 10.00 × tshark");
        assertThat(bench.folders()).isEmpty();
    }
}
