package dev.sallyport.cli;

import dev.sallyport.config.rules.TranscriptRules;
import dev.sallyport.lab.replay.CaptureReading;
import dev.sallyport.lab.replay.Replay;
import dev.sallyport.lab.replay.ReplayedGateway;
import dev.sallyport.lab.replay.SessionReport;
import dev.sallyport.lab.replay.SessionScript;
import dev.sallyport.lab.replay.TranscriptFile;
import dev.sallyport.lab.transcript.GivenRules;
import dev.sallyport.session.SessionObserver;
import dev.sallyport.telemetry.journal.Format;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sallyport replay}: what a gateway would have made of the FTP sessions in captures. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Says what a gateway would have made of the FTP sessions in captures: what it would have refused and rewritten,",
            "which pinholes would have opened, and whether the data connections fit them. Captures are read one behind the",
            "other, as one: pcap and pcapng, also compressed by gzip."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all was read; with --diff, no session changes",
            "1:a capture could not be read to its end, what stands before that was told; with --diff, sessions change",
            "2:wrong usage, no such capture, or the rules have mistakes"
        })
final class ReplayCommand implements Callable<Integer> {

    private static final String RULES_NAME = "rules.yaml";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "CAPTURE", arity = "1..*", description = "The captures, oldest first.")
    private List<Path> captures = List.of();

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ReplaySetup setup;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Option(
            names = "--log-format",
            paramLabel = "json|zeek",
            converter = FormConverter.OfLogFormat.class,
            description = "Print the session log that the gateway would have written, zeek as Zeek's ftp.log.")
    private @Nullable Format log;

    @Option(
            names = "--transcript",
            paramLabel = "DIR",
            description = "Write each session there as a transcript that 'sallyport test' runs, and the rules beside them.")
    private @Nullable Path transcripts;

    @Option(
            names = "--diff",
            paramLabel = "RULES",
            arity = "2",
            description = "Two rule sets: tell only which sessions change from the first to the second, and why.")
    private List<Path> diff = List.of();

    private ReplayCommand() {}

    @Override
    public Integer call() throws CommandFailure {
        refuseWhatContradicts();
        for (var capture : captures) {
            if (!Files.isReadable(capture) || Files.isDirectory(capture)) {
                throw new CommandFailure(Sallyport.WRONG_USAGE, !Files.exists(capture) ? "there is no file " + capture + "."
                        : Files.isDirectory(capture) ? capture + " is a folder: name the captures in it."
                        : capture + " may not be read: run this as a user who may.");
            }
        }
        return diff.isEmpty() ? replay() : compare();
    }

    private void refuseWhatContradicts() {
        if (json && log != null) {
            throw new ParameterException(spec.commandLine(), "--json and --log-format both say what to print: give one of them.");
        }
        setup.refuseWhatContradicts();
        if (!diff.isEmpty() && (setup.namesRules() || log != null || transcripts != null || json)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--diff names its rule sets itself, and prints what changes: give it with --config, --port and --any-port alone.");
        }
    }

    // ---- One rule set ----

    private int replay() throws CommandFailure {
        var chosen = setup.chosen();
        var out = buffered();
        var settings = setup.settings(chosen, transcripts != null);
        var files = transcripts == null ? null : transcriptFile(transcripts, chosen, settings.gateway());
        var tally = new ReplayTally();
        var clock = new Replay[1];
        var past = log == null ? null : new ReplayLog(log, () -> clock[0].now(), out);
        var printer = past != null ? past : json ? new ReplayJson(out) : new ReplayText(out);
        Replay.Outlet outlet = (report, script) -> {
            tally.add(report);
            printer.session(report);
            if (files != null) {
                write(files, report, script);
            }
        };
        var observer = past == null ? (SessionObserver) _ -> _ -> {} : past.observer();
        var replay = new Replay(settings, outlet, observer);
        clock[0] = replay;
        var reading = new CaptureReading(replay);
        try {
            printer.begin();
            read(reading);
            replay.end();
        } catch (UncheckedIOException unwritten) {
            throw new CommandFailure(Sallyport.FAILED, "cannot write the transcripts: " + unwritten.getCause(), unwritten);
        } finally {
            out.flush();
        }
        printer.end(reading, tally);
        out.flush();
        tellLeftOut(replay);
        return result(reading);
    }

    /** Standard output is told of each line: too often for what a large capture has to say. */
    private PrintWriter buffered() {
        return new PrintWriter(new BufferedWriter(spec.commandLine().getOut(), 1 << 16));
    }

    private void read(CaptureReading reading) {
        var progress = ReplayProgress.onTerminal(reading);
        for (var capture : captures) {
            reading.read(capture, progress);
        }
        reading.end();
        progress.end();
    }

    private int result(CaptureReading reading) {
        reading.problems().forEach(problem -> Sallyport.say(spec.commandLine().getErr(), spec.commandLine(), problem));
        return reading.problems().isEmpty() ? Sallyport.GOOD
                : reading.packets() == 0 ? Sallyport.WRONG_USAGE : Sallyport.FAILED;
    }

    private static void write(TranscriptFile files, SessionReport report, SessionScript script) {
        try {
            if (!script.blocks().isEmpty()) {
                files.write(report, script);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static TranscriptFile transcriptFile(Path folder, ReplaySetup.Chosen chosen, ReplayedGateway gateway)
            throws CommandFailure {
        try {
            Files.createDirectories(folder);
            Files.write(folder.resolve(RULES_NAME), chosen.text());
        } catch (IOException failed) {
            throw new CommandFailure(Sallyport.FAILED, "cannot write into the folder " + folder + ": " + failed, failed);
        }
        return new TranscriptFile(folder, RULES_NAME, new GivenRules(new TranscriptRules(), chosen.rules()), gateway);
    }

    private void tellLeftOut(Replay replay) {
        if (replay.leftOut() > 0) {
            var connections = ReplayText.count(replay.leftOut(), "control connection") + (replay.leftOut() == 1 ? " is" : " are");
            Sallyport.say(spec.commandLine().getErr(), spec.commandLine(), connections
                    + " of clients or servers that the gateway is not for: left out.");
        }
    }

    // ---- Two ----

    private int compare() throws CommandFailure {
        var out = buffered();
        var same = Objects.equals(diff.getFirst().getFileName(), diff.getLast().getFileName());
        var names = diff.stream().map(file -> same ? file : Objects.requireNonNullElse(file.getFileName(), file)).toList();
        var comparison = new ReplayDiff(names.getFirst().toString(), names.getLast().toString(), out);
        var first = replay(diff.getFirst(), (report, _) -> comparison.first(report));
        var second = replay(diff.getLast(), (report, _) -> comparison.second(report));
        var reading = new CaptureReading(new BothReplays(first, second));
        read(reading);
        first.end();
        second.end();
        comparison.end();
        tellLeftOut(first);
        out.flush();
        var result = result(reading);
        return result == Sallyport.GOOD && comparison.changed() > 0 ? Sallyport.FAILED : result;
    }

    private Replay replay(Path rules, Replay.Outlet outlet) throws CommandFailure {
        return new Replay(setup.settings(setup.chosen(rules), false), outlet, _ -> _ -> {});
    }
}
