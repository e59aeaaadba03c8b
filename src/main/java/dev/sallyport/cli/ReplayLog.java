package dev.sallyport.cli;

import dev.sallyport.lab.replay.CaptureReading;
import dev.sallyport.lab.replay.SessionReport;
import dev.sallyport.session.SessionObserver;
import dev.sallyport.telemetry.journal.Format;
import dev.sallyport.telemetry.journal.PastSessions;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.InstantSource;

/** Replayed sessions as the session log that the gateway would have written: its observer writes it while they go on. */
final class ReplayLog implements ReplayPrinter {

    private final PastSessions sessions;

    /** @param clock the time in the capture */
    ReplayLog(Format format, InstantSource clock, PrintWriter out) {
        this.sessions = new PastSessions(format, clock, out::print);
    }

    SessionObserver observer() {
        return sessions.observer();
    }

    @Override
    public void begin() {
        sessions.begin(Instant.now());
    }

    @Override
    public void session(SessionReport report) {}

    @Override
    public void end(CaptureReading reading, ReplayTally tally) {
        sessions.end(Instant.now());
    }
}
