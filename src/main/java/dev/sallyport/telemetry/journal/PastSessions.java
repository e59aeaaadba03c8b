package dev.sallyport.telemetry.journal;

import dev.sallyport.session.SessionObserver;
import dev.sallyport.telemetry.DataPathKind;
import dev.sallyport.telemetry.DataPaths;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.function.Consumer;

/** The session log of sessions that were long ago, line by line as they are told: nobody waits for it, and none is lost. */
public final class PastSessions {

    private final Format.Lines lines;
    private final InstantSource clock;
    private final Consumer<String> to;

    /**
     * @param clock the time at which what is told happened
     * @param to takes the lines, each with its end
     */
    public PastSessions(Format format, InstantSource clock, Consumer<String> to) {
        this.lines = format.lines(EnumSet.allOf(Told.class));
        this.clock = clock;
        this.to = to;
    }

    /** What is to be told of the sessions. The kernel would carry their data. */
    public SessionObserver observer() {
        return new Entries(DataPaths.all(DataPathKind.KERNEL), clock, entry -> to.accept(lines.line(entry)));
    }

    /** Before the first line. @param now when it is written */
    public void begin(Instant now) {
        to.accept(lines.head(now.atZone(ZoneId.systemDefault())));
    }

    /** Behind the last. */
    public void end(Instant now) {
        to.accept(lines.foot(now.atZone(ZoneId.systemDefault())));
    }
}
