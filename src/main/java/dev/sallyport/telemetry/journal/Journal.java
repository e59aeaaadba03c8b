package dev.sallyport.telemetry.journal;

import dev.sallyport.session.SessionObserver;
import dev.sallyport.telemetry.DataPaths;
import dev.sallyport.telemetry.Gathering;
import dev.sallyport.telemetry.LineLimit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session log. Who tells of sessions never waits: lines gather for a thread that writes them, and those that find too many
 * waiting, or a disk that is full, are lost and counted.
 */
public final class Journal implements AutoCloseable {

    /** @param file where */
    public record Settings(Path file, Format format, Rotation rotation, Set<Told> told) {
        public Settings {
            told = Set.copyOf(told);
        }
    }

    /** What the writer is given, in its order. */
    sealed interface Queued permits Entry, Reopening {}

    private record Reopening() implements Queued {}

    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    /** The most entries that wait. */
    static final int CAPACITY = 32_768;

    private static final Duration GATHER = Duration.ofMillis(100);

    /** So much is written at a time. */
    private static final int PORTION_BYTES = 64 << 10;

    private static final Duration LAST = Duration.ofSeconds(5);

    private final Path path;
    private final Format.Lines lines;
    private final LogFile file;
    private final LongAdder written = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final LineLimit overflows = new LineLimit();
    /** Lines are being lost, and that has been told. */
    private volatile boolean overflowing;
    private volatile boolean closed;

    // ---- The writer's own ----

    private final Portion portion = new Portion(PORTION_BYTES + 4_096);
    private int inPortion;
    private final Trouble writing = new Trouble();
    private final Trouble changing = new Trouble();

    private final Gathering<Queued> gathering;

    private Journal(Settings settings, Clock clock) {
        path = settings.file();
        lines = settings.format().lines(settings.told());
        file = new LogFile(path, lines, settings.rotation(), clock);
        gathering = new Gathering<>("session log", GATHER, this::take, this::caughtUp);
    }

    /** @throws IOException when the file cannot be opened */
    public static Journal open(Settings settings) throws IOException {
        return open(settings, Clock.systemDefaultZone());
    }

    static Journal open(Settings settings, Clock clock) throws IOException {
        var journal = new Journal(settings, clock);
        try {
            journal.file.open();
            return journal;
        } catch (IOException failed) {
            journal.close();
            throw failed;
        }
    }

    /** Lines that are in the file. */
    public long written() {
        return written.sum();
    }

    /** Lines that could not be written. */
    public long lost() {
        return lost.sum();
    }

    /** How often the file could not be opened, written, or put aside. */
    public long errors() {
        return errors.sum();
    }

    /**
     * What is to be told of the sessions of a gateway.
     *
     * @param dataPaths who carry its data
     * @param when the time at which what is told happened
     */
    public SessionObserver of(DataPaths dataPaths, InstantSource when) {
        return new Entries(dataPaths, when, this::add);
    }

    void add(Entry entry) {
        if (closed || gathering.full(CAPACITY)) {
            lost.increment();
            if (!overflowing && overflows.pass(System.nanoTime()) != LineLimit.HELD_BACK) {
                LOG.error("event=session-log-lost file=\"{}\": lines come faster than they can be written", path);
            }
            overflowing = true;
            return;
        }
        gathering.offer(entry);
    }

    /** Goes on with what has the file's name now, for who moves files away. */
    public void reopen() {
        gathering.offer(new Reopening());
    }

    /** Writes what waits. */
    @Override
    public void close() {
        closed = true;
        if (!gathering.stop(LAST.toMillis())) {
            LOG.error("event=session-log-lost file=\"{}\": what was left could not be written in time", path);
            return;
        }
        try {
            file.close();
        } catch (IOException failed) {
            LOG.error("event=session-log-failed file=\"{}\": {}", path, LogPlace.said(failed));
        }
    }

    // ---- On the writer's thread ----

    private void take(Queued queued) {
        switch (queued) {
            case Entry entry -> write(entry);
            case Reopening() -> {
                flush();
                changing.attempt(file::reopen);
            }
        }
    }

    private void write(Entry entry) {
        try {
            inPortion += lines.line(entry, portion) ? 1 : 0;
        } catch (RuntimeException unexpected) {
            lost.increment();
            errors.increment();
            LOG.error("event=session-log-lost file=\"{}\"", path, unexpected);
        }
        if (portion.size() >= PORTION_BYTES) {
            flush();
        }
    }

    /** Nothing waits any more. */
    private void caughtUp() {
        flush();
        overflowing = false;
    }

    private void flush() {
        if (inPortion == 0) {
            return;
        }
        var whole = portion.bytes();
        changing.attempt(() -> file.rotateBefore(whole.remaining()));
        (writing.attempt(() -> file.write(whole)) ? written : lost).add(inPortion);
        portion.reset();
        inPortion = 0;
    }

    private interface Step {
        void run() throws IOException;
    }

    /** What fails is told once until it succeeds again. */
    private final class Trouble {

        private final LineLimit limit = new LineLimit();
        private boolean told;

        boolean attempt(Step step) {
            try {
                step.run();
                if (told) {
                    told = false;
                    LOG.warn("event=session-log-recovered file=\"{}\": {} lines were lost since the start", path, lost.sum());
                }
                return true;
            } catch (IOException failed) {
                errors.increment();
                if (!told && limit.pass(System.nanoTime()) != LineLimit.HELD_BACK) {
                    told = true;
                    LOG.error("event=session-log-failed file=\"{}\": {}", path, LogPlace.said(failed));
                }
                return false;
            }
        }
    }
}
