package dev.sallyport.lab.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A lab that runs as its user starts it: through the launcher. */
final class LaunchedLab implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final Path temporary;

    private LaunchedLab(Process process, Path temporary) {
        this.process = process;
        this.temporary = temporary;
    }

    /**
     * Starts it.
     *
     * @param temporary an empty folder, where it and what it starts have their files
     * @param typed what is typed at its terminal
     */
    static LaunchedLab start(Path temporary, String typed, String... arguments) throws IOException {
        return start(temporary, List.of(), typed, arguments);
    }

    /** The same by a command that ends in running what stands behind it. */
    static LaunchedLab start(Path temporary, List<String> by, String typed, String... arguments) throws IOException {
        // Of a session of its own, as a terminal's foreground is.
        var command = new ArrayList<>(List.of("setsid"));
        command.addAll(by);
        command.addAll(List.of(Trials.LAUNCHER.toString(), "lab"));
        command.addAll(List.of(arguments));
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
        var builder = new ProcessBuilder(command)
                .redirectInput(Files.writeString(temporary.resolve("typed"), typed).toFile())
                .redirectErrorStream(true)
                .redirectOutput(temporary.resolve("printed").toFile());
        builder.environment().put("JDK_JAVA_OPTIONS", "-Djava.io.tmpdir=" + temporary);
        builder.environment().put("SHELL", "/bin/sh");
        builder.environment().put("SALLYPORT_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
        return new LaunchedLab(builder.start(), temporary);
    }

    void awaitDescendants(String program, int count) {
        await().atMost(PATIENCE).until(() -> {
            assertThat(process.isAlive()).as(printed()).isTrue();
            return process.descendants().filter(one -> one.info().command().orElse("").endsWith("/" + program)).count() >= count;
        });
    }

    /** Kills it alone, and waits for its end. */
    void kill() throws Exception {
        process.destroyForcibly();
        awaitEnd();
    }

    /** As Ctrl-C does: all that it has started hears it too. @return its exit code */
    int interrupt() throws Exception {
        assertThat(new ProcessBuilder("kill", "-INT", "--", "-" + process.pid()).start().waitFor()).isZero();
        return awaitEnd();
    }

    int awaitEnd() throws Exception {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("ends").isTrue();
        return process.exitValue();
    }

    List<ProcessHandle> descendants() {
        return process.descendants().toList();
    }

    String printed() throws IOException {
        return Files.readString(temporary.resolve("printed"));
    }

    /** Its namespaces that are there. */
    List<String> namespaces() throws IOException {
        if (!Files.isDirectory(Path.of("/run/netns"))) {
            return List.of();
        }
        try (Stream<Path> namespaces = Files.list(Path.of("/run/netns"))) {
            return names(namespaces, "sallyport-lab-" + process.pid() + "-");
        }
    }

    /** Its temporary folders that are there. */
    List<String> folders() throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            return names(files, "sallyport-lab-");
        }
    }

    private static List<String> names(Stream<Path> files, String prefix) {
        return files.map(file -> file.getFileName().toString()).filter(name -> name.startsWith(prefix)).toList();
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        awaitEnd();
    }
}
