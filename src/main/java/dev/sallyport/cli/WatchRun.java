package dev.sallyport.cli;

import dev.sallyport.capture.CaptureException;
import dev.sallyport.capture.CaptureFile;
import dev.sallyport.capture.CaptureWriter;
import dev.sallyport.capture.LiveCapture;
import dev.sallyport.capture.LiveCapture.Drops;
import dev.sallyport.capture.Packet;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.lab.replay.Replay;
import dev.sallyport.lab.watch.KeptPackets;
import dev.sallyport.lab.watch.Watch;
import dev.sallyport.session.SessionObserver;
import dev.sallyport.telemetry.journal.Format;
import dev.sallyport.telemetry.journal.PastSessions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One run of {@code watch}: what brings packets, what looks at them, and who is told, put together. */
final class WatchRun implements AutoCloseable {

    /** @param log null: a line for each thing that happens */
    record Told(boolean json, @Nullable Format log, PrintWriter out, PrintWriter err) {}

    /** Where packets of sessions go that break a rule. @param heldBytes of those that have not */
    record Save(Path file, long heldBytes, long mostBytes) {}

    private static final long SECOND = 1_000_000_000;

    private final Replay.Settings settings;
    private final Told told;
    private final @Nullable Save save;
    private final StopSignal stop = StopSignal.install();
    private final WatchOutput output;
    private final WatchTotals totals = new WatchTotals();
    private final WatchLines lines;
    private final @Nullable PastSessions log;
    private final List<String> problems = new ArrayList<>();
    private @Nullable Watch watch;

    WatchRun(Replay.Settings settings, Told told, @Nullable Save save) {
        this.settings = settings;
        this.told = told;
        this.save = save;
        this.output = new WatchOutput(told.out(), stop::ask);
        this.lines = new WatchLines(this::now, printer(), totals);
        this.log = told.log() == null ? null : new PastSessions(told.log(), this::now, output::print);
    }

    private Instant now() {
        return watch == null || watch.packets() == 0 ? Instant.now() : watch.now();
    }

    private Consumer<WatchLine> printer() {
        var zone = ZoneId.systemDefault();
        if (told.log() != null) {
            // What is no line of the log, and about no session, is told beside it.
            return line -> {
                if (line.session() == null) {
                    told.err().println(line.forPeople(zone));
                    told.err().flush();
                }
            };
        }
        return told.json()
                ? line -> output.print(line.forPrograms() + System.lineSeparator())
                : line -> output.print(line.forPeople(zone) + System.lineSeparator());
    }

    // ---- An interface ----

    /**
     * @param place where metrics are asked for; null for nowhere
     * @param chosen whether somebody has asked for that place
     * @throws CaptureException when nothing can be captured there
     */
    int live(String networkInterface, int bufferBytes, @Nullable Endpoint place, boolean chosen)
            throws CaptureException, CommandFailure, InterruptedException {
        // What is to be saved has to be seen, and so has a conversation on any port.
        var everything = settings.anyPort() || save != null;
        var capture = LiveCapture.open(new LiveCapture.Settings(networkInterface, settings.ports(), everything, bufferBytes));
        try (var meters = new WatchMeters(settings.gateway().policy().rules().current().rules(), totals)) {
            var watching = begin(everything, meters.observer());
            var running = new LiveWatch(capture, watching, lines, stop);
            meters.observe(watching, running::drops);
            ready(networkInterface, place == null ? null : listen(meters, place, chosen));
            var failed = running.run();
            if (failed != null) {
                problems.add(failed.getMessage());
            }
            return end(watching, running.drops());
        } finally {
            capture.close();
        }
    }

    private @Nullable Endpoint listen(WatchMeters meters, Endpoint place, boolean chosen) throws CommandFailure {
        try {
            return meters.listen(place);
        } catch (IOException taken) {
            if (chosen) {
                throw new CommandFailure(
                        Sallyport.FAILED, taken.getMessage() + ". Choose another address or port with --listen, or none.", taken);
            }
            var why = String.valueOf(taken.getMessage());
            lines.tell("no-metrics", "no metrics: " + why + "; choose another port with --listen", "why", why);
            return null;
        }
    }

    private void ready(String networkInterface, @Nullable Endpoint http) {
        var ports = settings.ports().stream().sorted().toList();
        lines.tell("watching", "watching " + networkInterface + " for FTP on "
                + (settings.anyPort() ? "any port" : "port " + String.join(", ", ports.stream().map(Object::toString).toList()))
                + (http == null ? "" : "; metrics at http://" + http + "/metrics") + ". Ctrl-C ends it.",
                "interface", networkInterface, "ports", ports, "anyPort", settings.anyPort(), "http", http == null ? "" : http.toString());
    }

    // ---- A file ----

    /** @throws CaptureException when it cannot be read at all */
    int file(Path file) throws CaptureException, CommandFailure {
        var packet = new Packet();
        try (var capture = CaptureFile.open(file)) {
            var watching = begin(true, null);
            read(capture, packet, watching);
            return end(watching, null);
        } catch (CaptureException unreadable) {
            throw unreadable;
        } catch (IOException failed) {
            throw new CommandFailure(Sallyport.FAILED, "cannot close " + file + ": " + failed.getMessage() + ".", failed);
        }
    }

    private void read(CaptureFile capture, Packet packet, Watch watching) {
        var tickNanos = Long.MAX_VALUE;
        try {
            while (!stop.asked() && capture.next(packet)) {
                var nowNanos = packet.timeNanos();
                if (tickNanos == Long.MAX_VALUE) {
                    tickNanos = nowNanos + SECOND;
                } else if (nowNanos >= tickNanos) {
                    watching.pass(nowNanos);
                    tickNanos = nowNanos + SECOND;
                }
                watching.packet(packet);
                output.catchUp();
            }
        } catch (CaptureException damaged) {
            problems.add(damaged.getMessage());
        }
    }

    // ---- Both ----

    private Watch begin(boolean allData, @Nullable SessionObserver meters) throws CommandFailure {
        SessionObserver observer = lines.and(totals);
        observer = log == null ? observer : observer.and(log.observer());
        observer = meters == null ? observer : observer.and(meters);
        var begun = new Watch(
                settings, Watch.Bounds.USUAL, allData, (report, _) -> lines.over(report), observer, lines,
                save == null ? null : kept(save));
        watch = begun;
        if (log != null) {
            log.begin(Instant.now());
        }
        return begun;
    }

    private KeptPackets kept(Save to) throws CommandFailure {
        try {
            return new KeptPackets(CaptureWriter.create(to.file()), to.heldBytes(), to.mostBytes(), (session, sentence) -> {
                if (session == 0) {
                    lines.tell("saving", "--write: " + sentence, "text", sentence);
                } else {
                    lines.remark(session, sentence);
                }
            });
        } catch (IOException failed) {
            throw new CommandFailure(Sallyport.WRONG_USAGE, "--write: " + to.file() + " cannot be written: " + failed + ".", failed);
        }
    }

    /** @param drops null: of a file none are known */
    private int end(Watch watching, @Nullable Drops drops) {
        watching.end();
        var kept = watching.kept();
        var why = kept == null ? null : kept.ended();
        if (why != null) {
            problems.add("--write: " + why);
        }
        if (log != null) {
            log.end(Instant.now());
        }
        totals.tell(lines, watching, drops, output.lost());
        output.close();
        problems.forEach(problem -> told.err().println("sallyport watch: " + problem));
        told.err().flush();
        return problems.isEmpty() ? Sallyport.GOOD : Sallyport.FAILED;
    }

    @Override
    public void close() {
        output.close();
    }
}
