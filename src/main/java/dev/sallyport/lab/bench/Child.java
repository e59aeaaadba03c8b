package dev.sallyport.lab.bench;

import dev.sallyport.ftp.Endpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that the benchmark started, and which it ends by its own id. */
final class Child implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final int LOG_LINES = 12;

    final String name;
    final Process process;
    private final Path log;

    Child(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /** Waits until something greets at this address, for as long as the process lives and at most {@code patience}. */
    void awaitGreeting(Endpoint control, Duration patience) throws BenchFailure {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            try (ControlConnection greeted = ControlConnection.greeted(control)) {
                greeted.command("QUIT", 221);
                return;
            } catch (IOException e) {
                requireAlive();
                if (System.nanoTime() > deadline) {
                    throw new BenchFailure(name + " did not answer on " + control + " within " + patience.toSeconds() + " s: "
                            + e.getMessage() + logTail(), e);
                }
            }
            pause(Duration.ofMillis(50));
        }
    }

    /** Waits until this is among the last lines that it wrote. */
    void awaitLine(String part, Duration patience) throws BenchFailure {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!logTail().contains(part)) {
            requireAlive();
            if (System.nanoTime() - deadline > 0) {
                throw new BenchFailure(name + " did not say '" + part + "' within " + patience.toSeconds() + " s" + logTail());
            }
            pause(Duration.ofMillis(20));
        }
    }

    void requireAlive() throws BenchFailure {
        if (!process.isAlive()) {
            throw new BenchFailure(name + " ended with exit code " + process.exitValue() + logTail());
        }
    }

    /** Resident memory now, as the kernel counts it (VmRSS). */
    long residentBytes() throws BenchFailure {
        requireAlive();
        try {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
                }
            }
        } catch (IOException e) {
            throw new BenchFailure("cannot read the memory of " + name + ": " + e, e);
        }
        throw new BenchFailure("the kernel tells no resident memory of " + name);
    }

    /** The last lines that the process wrote, for a message about it. */
    String logTail() {
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
            if (lines.isEmpty()) {
                return " (it wrote nothing)";
            }
            return "; it wrote:\n  " + String.join("\n  ", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException e) {
            return " (its log cannot be read: " + e.getMessage() + ")";
        }
    }

    /** Asks it to end, waits, and kills it if it does not. What it started itself goes with it. */
    @Override
    public void close() {
        List<ProcessHandle> started = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        started.forEach(ProcessHandle::destroyForcibly);
    }

    static void pause(Duration time) throws BenchFailure {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchFailure("interrupted", e);
        }
    }
}
