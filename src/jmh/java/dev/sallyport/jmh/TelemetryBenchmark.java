package dev.sallyport.jmh;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.Input;
import dev.sallyport.session.Moved;
import dev.sallyport.session.SessionObserver;
import dev.sallyport.telemetry.DataPathKind;
import dev.sallyport.telemetry.DataPaths;
import dev.sallyport.telemetry.LiveSessions;
import dev.sallyport.telemetry.Metrics;
import dev.sallyport.telemetry.ObservationQueue;
import dev.sallyport.telemetry.Refusals;
import dev.sallyport.telemetry.journal.Format;
import dev.sallyport.telemetry.journal.Journal;
import dev.sallyport.telemetry.journal.Rotation;
import dev.sallyport.telemetry.journal.Told;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A small passive download through framing, engine and whoever watches: what telemetry costs is the difference to nobody. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TelemetryBenchmark {

    /** Who watches. */
    public enum Watching {
        NOBODY,
        LIVE,
        METERS,
        REFUSALS,
        JOURNAL,
        ALL,
        /** All of them, told later on a thread of their own, as the gateway has it: what is left on the event loops. */
        QUEUED
    }

    private static final int SESSIONS = 64;

    private static final byte[] RETR = Conversation.bytes("RETR 1024\r\n");
    private static final byte[] MARK = Conversation.bytes("150 Here it comes.\r\n");
    private static final byte[] DONE = Conversation.bytes("226 Done.\r\n");
    private static final Endpoint FROM = new Endpoint(Objects.requireNonNull(Addresses.parse("192.0.2.10")), new Port(40_001));
    private static final Moved MOVED = new Moved(1_024, 0, 0, 0);

    @Param
    public Watching watching = Watching.NOBODY;

    private final Conversation[] sessions = new Conversation[SESSIONS];
    private final Metrics metrics = new Metrics("bench");
    private final ObservationQueue queue = new ObservationQueue();
    private @Nullable Path directory;
    private @Nullable Journal journal;
    private int transfers;

    @Setup
    public void begin() throws IOException {
        directory = Files.createTempDirectory("sallyport-jmh-");
        journal = Journal.open(new Journal.Settings(directory.resolve("sessions.json"), Format.JSON, Rotation.DEFAULT, EnumSet.allOf(Told.class)));
        var observer = observer(journal);
        for (var i = 0; i < SESSIONS; i++) {
            sessions[i] = new Conversation(i + 1, observer);
        }
    }

    private SessionObserver observer(Journal journal) {
        var paths = DataPaths.all(DataPathKind.RELAY);
        var meters = metrics.of("bench", paths);
        var live = new LiveSessions(queue::nanos).of("bench", meters::moved);
        var refusals = new Refusals();
        var all = live.and(meters).and(refusals).and(journal.of(paths, queue.when()));
        return switch (watching) {
            case NOBODY -> _ -> _ -> {};
            case LIVE -> live;
            case METERS -> meters;
            case REFUSALS -> refusals;
            case JOURNAL -> journal.of(paths, queue.when());
            case ALL -> all;
            case QUEUED -> queue.before(all);
        };
    }

    @TearDown
    public void end() throws IOException {
        queue.close();
        Objects.requireNonNull(journal).close();
        metrics.close();
        try (var files = Files.list(Objects.requireNonNull(directory))) {
            files.forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            });
        }
        Files.delete(Objects.requireNonNull(directory));
    }

    /** PASV, its pinhole and data connection, RETR, 1 KiB, 226. */
    @Benchmark
    public void passiveDownload() {
        var session = sessions[transfers % SESSIONS];
        var pinhole = session.pinhole(transfers / SESSIONS + 1);
        transfers++;
        session.told(session.fromClient(Conversation.PASV));
        session.told(session.fromServer(Conversation.PASV_REPLY));
        session.told(session.handle(new Input.PinholeOpened(pinhole, Conversation.PORT)));
        session.told(session.fromClient(RETR));
        session.told(session.handle(new Input.DataOpened(pinhole, FROM)));
        session.told(session.fromServer(MARK));
        session.told(session.handle(new Input.DataClosed(pinhole, MOVED, DataEnd.CLOSED)));
        session.told(session.fromServer(DONE));
        // That of RETR: the reply to PASV waits for the pinhole.
        session.tally.roundTrip(15_000 + (transfers & 0xfff));
    }
}
