package dev.sallyport.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.peers.Requirements;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The benchmark of the kernel path itself, with tiny numbers, through the launcher and with every peer that is there. */
@Tag("system")
@Tag("alone")
@Timeout(120)
class KernelBenchIT {

    @TempDir
    private Path temporary;

    @BeforeAll
    static void namespacesCanBeMade() {
        Requirements.root("the benchmark's network is made of namespaces");
        Stream.of("ip", "nft", "tcpdump", "haproxy").forEach(Requirements::program);
    }

    @Test
    void tinyNumbers_measureEveryFigureOfEveryVariant_andLeaveNothing() throws Exception {
        LaunchedBench bench = bench("--rounds", "1", "--json");
        JsonNode report = bench.report();
        Set<String> measured = new TreeSet<>(KernelVariants.NAMES);
        measured.removeAll(report.at("/left_out").propertyNames());
        assertThat(measured).contains("routed", "kernel-helper", "sallyport-kernel", "sallyport-relay", "haproxy-control");
        for (KernelMeasure measure : KernelMeasure.values()) {
            JsonNode figures = report.at("/measures/" + measure.name().toLowerCase(Locale.ROOT));
            boolean ofOne = measure.name().startsWith("FULL_");
            for (String variant : ofOne ? Set.of("sallyport-kernel") : measured) {
                assertThat(figures.at("/" + variant + "/rounds").size()).as(variant + " " + measure).isEqualTo(1);
                // A few processor ticks may be none for so small a download.
                assertThat(figures.at("/" + variant + "/median").asDouble(-1)).as(variant + " " + measure)
                        .isGreaterThanOrEqualTo(measure == KernelMeasure.CPU_PER_GIB ? 0 : 0.001);
            }
        }
        assertThat(report.at("/failed/sallyport-kernel").asLong(-1)).isZero();
        assertThat(report.at("/failed/sallyport-relay").asLong(-1)).isZero();
        assertThat(left(bench)).isEmpty();
    }

    @Test
    void interrupted_endsEveryProcessAndRemovesItsNetwork() throws Exception {
        LaunchedBench bench = bench("--rounds", "100", "--variants", "routed,sallyport-kernel");
        // Server, client, gateway.
        await().atMost(Duration.ofSeconds(60)).until(() -> bench.process.descendants().count() >= 3);
        assertThat(left(bench)).isNotEmpty();
        bench.interrupt();
        assertThat(left(bench)).isEmpty();
    }

    private LaunchedBench bench(String... more) throws IOException {
        return LaunchedBench.start(
                temporary, "kernel",
                List.of("--warm-ups", "0", "--seconds", "0.1", "--size", "8M", "--round-trips", "50", "--pinholes", "500"), more);
    }

    /** Its namespaces and temporary folders. */
    private static List<String> left(LaunchedBench bench) throws IOException {
        String prefix = "sallyport-bench-" + bench.process.pid() + "-";
        try (Stream<Path> namespaces = Files.list(Path.of("/run/netns"))) {
            return Stream.concat(
                    namespaces.map(file -> file.getFileName().toString()).filter(name -> name.startsWith(prefix)),
                    bench.folders().stream()).toList();
        }
    }
}
