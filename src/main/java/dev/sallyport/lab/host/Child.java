package dev.sallyport.lab.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A process that was started for a while, and which is ended by its own id. */
public final class Child implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final int LOG_LINES = 12;
    /** Ten ticks of the clock in which the kernel counts a process' time. */
    private static final Duration REST = Duration.ofMillis(100);

    public final String name;
    public final Process process;
    private final Path log;

    Child(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /** Waits until this is among the last lines that it wrote. */
    public void awaitLine(String part, Duration patience) throws LabFailure {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!logTail().contains(part)) {
            requireAlive();
            if (System.nanoTime() - deadline > 0) {
                throw new LabFailure(name + " did not say '" + part + "' within " + patience.toSeconds() + " s" + logTail());
            }
            pause(Duration.ofMillis(20));
        }
    }

    public void requireAlive() throws LabFailure {
        if (!process.isAlive()) {
            throw new LabFailure(name + " ended with exit code " + process.exitValue() + logTail());
        }
    }

    /** Resident memory now, as the kernel counts it (VmRSS). */
    public long residentBytes() throws LabFailure {
        requireAlive();
        try {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
                }
            }
        } catch (IOException e) {
            throw new LabFailure("cannot read the memory of " + name + ": " + e, e);
        }
        throw new LabFailure("the kernel tells no resident memory of " + name);
    }

    /**
     * Waits until it has next to nothing to do, at most so long: a JVM that was just under load goes on compiling, at the expense of
     * whoever is measured next.
     */
    public void awaitRest(Duration patience) throws LabFailure {
        long deadline = System.nanoTime() + patience.toNanos();
        Duration before;
        Duration now = worked();
        do {
            before = now;
            pause(REST);
            now = worked();
        } while (now.minus(before).multipliedBy(10).compareTo(REST) > 0 && System.nanoTime() < deadline);
    }

    /** All threads together, also those that have ended. */
    private Duration worked() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** What it writes, from the beginning. */
    public Tail tail(Consumer<String> onLine) throws LabFailure {
        try {
            return new Tail(Files.newInputStream(log), onLine);
        } catch (IOException e) {
            throw new LabFailure("cannot read what " + name + " writes: " + e, e);
        }
    }

    /** All that it has written so far. */
    public String written() throws LabFailure {
        try {
            return Files.readString(log, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new LabFailure("cannot read what " + name + " wrote: " + e, e);
        }
    }

    /** The last lines that the process wrote, for a message about it. */
    public String logTail() {
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
        // To look for them is to look at every process of the host.
        List<ProcessHandle> started = process.isAlive() ? process.descendants().toList() : List.of();
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

    public static void pause(Duration time) throws LabFailure {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabFailure("interrupted", e);
        }
    }
}
