package dev.sallyport.cli;

import dev.sallyport.config.LogOptions;
import dev.sallyport.telemetry.Meter;
import dev.sallyport.telemetry.Metrics;
import dev.sallyport.telemetry.journal.Journal;
import dev.sallyport.telemetry.journal.LogPlace;
import java.io.IOException;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What a configuration says about the session log, carried out. */
final class JournalPart {

    private JournalPart() {}

    /**
     * Opens it.
     *
     * @return null where none is wanted
     * @throws CommandFailure when it cannot be written
     */
    static @Nullable Journal open(LogOptions options, Metrics metrics) throws CommandFailure {
        var settings = options.settings();
        var journal = settings == null ? null : open(settings);
        count(metrics, Meter.SESSION_LOG_LINES, journal, Journal::written);
        count(metrics, Meter.SESSION_LOG_LINES_LOST, journal, Journal::lost);
        count(metrics, Meter.SESSION_LOG_ERRORS, journal, Journal::errors);
        return journal;
    }

    private static Journal open(Journal.Settings settings) throws CommandFailure {
        var obstacle = obstacle(settings);
        if (obstacle != null) {
            throw new CommandFailure(Sallyport.WRONG_USAGE, obstacle);
        }
        try {
            return Journal.open(settings);
        } catch (IOException failed) {
            throw new CommandFailure(
                    Sallyport.WRONG_USAGE, "log.file: " + settings.file() + " cannot be written: " + LogPlace.said(failed) + ".", failed);
        }
    }

    /** Why this process could not write it, and the line that mends that; null when it could. */
    static @Nullable String obstacle(Journal.@Nullable Settings settings) {
        if (settings == null) {
            return null;
        }
        var obstacle = LogPlace.obstacle(settings.file());
        return obstacle == null ? null
                : "log.file: " + settings.file() + " cannot be written: " + obstacle.said() + "." + System.lineSeparator()
                        + "  " + obstacle.mend();
    }

    /** A log that is not wanted has lost nothing. */
    private static void count(Metrics metrics, Meter meter, @Nullable Journal journal, ToLongFunction<Journal> counted) {
        metrics.count(meter, () -> journal == null ? 0 : counted.applyAsLong(journal));
    }
}
