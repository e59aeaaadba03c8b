package dev.sallyport.cli;

import dev.sallyport.config.LogOptions;
import dev.sallyport.telemetry.journal.Format;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What may be said on the command line about the session log. */
final class LogFlags {

    @Option(
            names = "--log-file",
            paramLabel = "FILE",
            description = "Writes a line for each session and each transfer there, whatever log.file says.")
    private @Nullable Path file;

    @Option(
            names = "--log-format",
            paramLabel = "json|zeek",
            converter = FormConverter.OfLogFormat.class,
            description = "As JSON, or as Zeek's ftp.log, whatever log.format says.")
    private @Nullable Format format;

    private LogFlags() {}

    /** @param written in the configuration */
    LogOptions over(LogOptions written) throws CommandFailure {
        var options = written.with(file, format);
        if (format != null && options.file() == null) {
            throw new CommandFailure(
                    Sallyport.WRONG_USAGE, "--log-format says how, but nothing says where: give --log-file too, or log.file.");
        }
        return options;
    }
}
