package dev.sallyport.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The benchmark itself, with tiny numbers, through the launcher, the packaged gateway and HAProxy. */
@Tag("system")
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
        Process bench = bench("--rounds", "2", "--seconds", "0.3", "--json");
        String json = new String(bench.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bench.waitFor()).as(() -> errors() + json).isZero();
        JsonNode report = JsonMapper.builder().build().readTree(json);
        for (String variant : List.of("direct", "sallyport", "haproxy")) {
            assertThat(report.at("/failed/" + variant).asLong(-1)).isZero();
            for (String measure : List.of("download", "small_transfers", "control_round_trip_p50", "control_round_trip_p99")) {
                JsonNode figure = report.at("/measures/" + measure + "/" + variant);
                assertThat(figure.at("/rounds").size()).as(measure).isEqualTo(2);
                assertThat(figure.at("/median").asDouble()).as(measure).isPositive();
            }
        }
        assertThat(report.at("/measures/download/sallyport~1haproxy/median").asDouble()).isPositive();
        assertThat(report.at("/measures/resident_per_idle_session/sallyport/rounds").size()).isEqualTo(2);
        assertThat(temporaryFolders()).isEmpty();
    }

    @Test
    void interrupted_inTheMiddle_endsEveryProcessAndRemovesItsFiles() throws Exception {
        Process bench = bench("--rounds", "100", "--seconds", "1");
        // Server, client, gateway, HAProxy.
        await().atMost(Duration.ofSeconds(60)).until(() -> bench.descendants().count() == 4);
        List<ProcessHandle> started = bench.descendants().toList();
        assertThat(temporaryFolders()).hasSize(1);
        assertThat(new ProcessBuilder("kill", "-INT", Long.toString(bench.pid())).start().waitFor()).isZero();
        assertThat(bench.waitFor(30, TimeUnit.SECONDS)).isTrue();
        await().atMost(Duration.ofSeconds(10)).until(() -> started.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(temporaryFolders()).isEmpty();
    }

    private Process bench(String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of("deploy/sallyport", "bench", "relay", "--size", "1M", "--round-trips", "50",
                "--idle-sessions", "20", "--settle", "0.2", "--port", Integer.toString(BASE),
                "--data-ports", BASE + 10 + "-" + (BASE + 41)));
        command.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errorFile().toFile());
        builder.environment().put("JDK_JAVA_OPTIONS", "-Djava.io.tmpdir=" + temporary);
        return builder.start();
    }

    private Path errorFile() {
        return temporary.resolve("errors");
    }

    private String errors() {
        try {
            return Files.readString(errorFile());
        } catch (IOException e) {
            return e.toString();
        }
    }

    private List<Path> temporaryFolders() throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            return files.filter(file -> file.getFileName().toString().startsWith("sallyport-bench-")).toList();
        }
    }
}
