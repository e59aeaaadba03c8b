package dev.sallyport.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program that a test runs, with all that it printed; it and its children are ended by their ids. */
public final class ChildProcess implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final Process process;
    private final Path output;

    private ChildProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /**
     * Starts a program with standard error joined to standard output.
     *
     * @param input its standard input
     * @param output where what it prints is kept: a file, so that nobody has to drain a pipe
     */
    public static ChildProcess start(List<String> command, Path directory, Path input, Path output) {
        var builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectInput(input.toFile())
                .redirectOutput(output.toFile());
        // File names are UTF-8 on every side, and nothing of the user's own settings may change what a client sends.
        builder.environment().putAll(Map.of("LC_ALL", "C.UTF-8", "HOME", directory.toString()));
        builder.environment().keySet().removeIf(name -> name.toLowerCase(java.util.Locale.ROOT).endsWith("_proxy"));
        try {
            return new ChildProcess(builder.start(), output);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start " + String.join(" ", command), e);
        }
    }

    public static Path noInput() {
        return Path.of("/dev/null");
    }

    public boolean alive() {
        return process.isAlive();
    }

    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** Waits for the end; past the limit the program is ended and the printed text says so. */
    public Finished await(Duration limit) throws InterruptedException {
        boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        close();
        return ended
                ? new Finished(process.exitValue(), printed())
                : new Finished(-1, printed() + "\n[ended by the test: it ran longer than " + limit.toSeconds() + " s]");
    }

    /** Ends it and its children with SIGKILL: they get no chance to say good-bye. */
    public void kill() {
        List<ProcessHandle> all = java.util.stream.Stream.concat(process.descendants(), java.util.stream.Stream.of(handle())).toList();
        all.forEach(ProcessHandle::destroyForcibly);
    }

    public String printed() {
        try {
            return new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "[output unreadable: " + e + "]";
        }
    }

    @Override
    public void close() {
        // The children first: once their parent is gone they are no longer found below it.
        List<ProcessHandle> all = java.util.stream.Stream.concat(process.descendants(), java.util.stream.Stream.of(handle())).toList();
        all.forEach(ProcessHandle::destroy);
        try {
            if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        all.stream().filter(ProcessHandle::isAlive).forEach(ProcessHandle::destroyForcibly);
    }

    /**
     * How a program ended.
     *
     * @param exit its exit code; -1 when the test ended it
     * @param printed its whole output
     */
    public record Finished(int exit, String printed) {}
}
