package dev.sallyport.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A benchmark that runs as its user starts it: through the launcher. */
final class LaunchedBench {

    final Process process;
    private final Path temporary;

    private LaunchedBench(Process process, Path temporary) {
        this.process = process;
        this.temporary = temporary;
    }

    /** @param temporary an empty folder, where it and what it starts have their files */
    static LaunchedBench start(Path temporary, String name, List<String> options, String... more) throws IOException {
        var command = new ArrayList<>(List.of("deploy/sallyport", "bench", name));
        command.addAll(options);
        command.addAll(List.of(more));
        var builder = new ProcessBuilder(command).redirectError(temporary.resolve("errors").toFile());
        builder.environment().put("JDK_JAVA_OPTIONS", "-Djava.io.tmpdir=" + temporary);
        return new LaunchedBench(builder.start(), temporary);
    }

    /** Waits for its end, which is a good one. @return what it printed with {@code --json} */
    JsonNode report() throws Exception {
        var json = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(Files.readString(temporary.resolve("errors")) + json).isZero();
        return JsonMapper.builder().build().readTree(json);
    }

    /** As Ctrl-C does: it ends soon, and what it has started too. */
    void interrupt() throws Exception {
        var started = process.descendants().toList();
        assertThat(new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor()).isZero();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        await().atMost(Duration.ofSeconds(10)).until(() -> started.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** Its temporary folders that are there. */
    List<String> folders() throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.startsWith("sallyport-bench-")).toList();
        }
    }
}
