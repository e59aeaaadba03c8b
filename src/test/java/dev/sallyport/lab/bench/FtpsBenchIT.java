package dev.sallyport.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.peers.Requirements;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The benchmark of FTPS itself, with tiny numbers, through the launcher and with every peer that is there. */
@Tag("system")
@Tag("alone")
@Timeout(120)
class FtpsBenchIT {
    private static final int BASE = Ports.base(1) + 50;

    @TempDir
    private Path temporary;

    @BeforeAll
    static void peersAreThere() {
        Requirements.root("ProFTPD is started as root");
        Requirements.program("haproxy");
    }

    @Test
    void tinyNumbers_measureEveryFigureOfEveryVariant_andLeaveNothing() throws Exception {
        LaunchedBench bench = LaunchedBench.start(temporary, "ftps", List.of(
                "--size", "1M", "--round-trips", "50", "--warm-ups", "0", "--rounds", "1", "--seconds", "0.3", "--sessions", "4",
                "--port", Integer.toString(BASE), "--data-ports", BASE + 10 + "-" + (BASE + 17)), "--json");
        JsonNode report = bench.report();
        Set<String> measured = new TreeSet<>(FtpsVariants.NAMES);
        measured.remove(FtpsVariants.OTHER);
        measured.removeAll(report.at("/left_out").propertyNames());
        assertThat(measured).contains("direct", "sallyport", "haproxy");
        for (String variant : measured) {
            assertThat(report.at("/failed/" + variant).asLong(-1)).as(variant + report.at("/faults")).isZero();
            for (FtpsMeasure measure : FtpsMeasure.values()) {
                if (variant.equals("direct") && measure.name().startsWith("PROXY_")) {
                    continue;
                }
                JsonNode figures = report.at("/measures/" + measure.name().toLowerCase(Locale.ROOT) + "/" + variant);
                assertThat(figures.at("/rounds").size()).as(variant + " " + measure).isEqualTo(1);
                // A few processor ticks may be none for so small a download.
                assertThat(figures.at("/median").asDouble(-1)).as(variant + " " + measure)
                        .isGreaterThanOrEqualTo(measure.name().contains("CPU_PER") ? 0 : 0.001);
            }
        }
        for (String leg : List.of("resumed_with_client", "resumed_with_server")) {
            assertThat(report.at("/measures/" + leg + "/sallyport/median").asDouble()).as(leg).isEqualTo(100);
        }
        assertThat(bench.folders()).isEmpty();
    }
}
