package dev.sallyport.cli;

import dev.sallyport.config.rules.TranscriptRules;
import dev.sallyport.lab.transcript.Difference;
import dev.sallyport.lab.transcript.GivenRules;
import dev.sallyport.lab.transcript.JunitXml;
import dev.sallyport.lab.transcript.Suite;
import dev.sallyport.lab.transcript.Suite.Result;
import dev.sallyport.lab.transcript.Suite.Verdict;
import dev.sallyport.lab.transcript.TranscriptException;
import dev.sallyport.rules.RuleSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sallyport test}: runs a folder's transcripts and shows where they differ from what they expect. */
@Command(
        name = "test",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the transcripts below a folder: conversations as text files that say what goes in and what comes out.",
            "Each runs line by line, byte by byte and pipelined. rules/tests/README.md says how they are written."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all came out as expected", "1:some did not, or cannot be read",
            "2:no such folder, no transcript there, or mistakes in --rules"})
final class TestCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "The folder: every file that ends in .txt, also in the folders below.")
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Option(names = "--filter", paramLabel = "TEXT", description = "Only transcripts in whose path below the folder TEXT stands.")
    private String filter = "";

    @Option(names = "--rules", paramLabel = "FILE",
            description = "The rule set of the transcripts that name none of their own; else they are allowed everything.")
    private @Nullable Path rules;

    @Option(names = "--update", description = "Write what came out into the transcripts that expect something else.")
    private boolean update;

    @Option(names = "--junit", paramLabel = "FILE", description = "Write the results as JUnit XML too, for a build server.")
    private @Nullable Path junit;

    private TestCommand() {}

    @Override
    public Integer call() throws CommandFailure {
        var suite = suite();
        var mode = update ? Suite.Mode.UPDATE : Suite.Mode.COMPARE;
        var results = suite.files().stream().map(file -> suite.run(file, mode)).toList();
        results.forEach(this::tell);
        spec.commandLine().getOut().println(summary(results));
        if (junit != null) {
            write(junit, JunitXml.of(results));
        }
        return count(results, Verdict.Failed.class) + count(results, Verdict.Broken.class) == 0 ? Sallyport.GOOD : Sallyport.FAILED;
    }

    private Suite suite() throws CommandFailure {
        if (!Files.isDirectory(folder)) {
            throw new CommandFailure(Sallyport.WRONG_USAGE, Files.exists(folder)
                    ? folder + " is no folder: name the one that it is in, and the file with --filter."
                    : "there is no folder " + folder + ".");
        }
        Suite all;
        try {
            all = Suite.of(folder, givenRules());
        } catch (IOException unreadable) {
            throw new CommandFailure(Sallyport.WRONG_USAGE, "cannot read the folder " + folder + ": " + unreadable, unreadable);
        }
        if (all.files().isEmpty()) {
            throw new CommandFailure(
                    Sallyport.WRONG_USAGE, "there is no transcript below " + folder + ": they are files that end in .txt.");
        }
        var chosen = all.only(filter);
        if (chosen.files().isEmpty()) {
            throw new CommandFailure(Sallyport.WRONG_USAGE, "none of the " + all.files().size() + " transcripts below " + folder
                    + " has '" + filter + "' in its path.");
        }
        return chosen;
    }

    private GivenRules givenRules() throws CommandFailure {
        try {
            var reader = new TranscriptRules();
            return new GivenRules(reader, rules == null ? RuleSet.ALLOW_ALL : reader.read(rules));
        } catch (TranscriptException wrong) {
            throw new CommandFailure(Sallyport.WRONG_USAGE, String.valueOf(wrong.getMessage()), wrong);
        }
    }

    private void tell(Result result) {
        var out = spec.commandLine().getOut();
        switch (result.verdict()) {
            case Verdict.Passed() -> {}
            case Verdict.Rewritten() -> out.println(result.file() + ": rewritten");
            case Verdict.Failed(var differences) -> differences.stream().map(Difference::text).forEach(out::println);
            case Verdict.Broken(var message) -> out.println(message + System.lineSeparator());
        }
    }

    /** {@code 160 of 161 transcripts passed, 1 failed.} */
    private static String summary(List<Result> results) {
        var summary = new StringBuilder().append("%d of %d transcripts passed".formatted(
                count(results, Verdict.Passed.class), results.size()));
        for (var each : List.of(
                new Count(count(results, Verdict.Rewritten.class), "rewritten"),
                new Count(count(results, Verdict.Failed.class), "failed"),
                new Count(count(results, Verdict.Broken.class), "cannot be read or run"))) {
            if (each.number > 0) {
                summary.append(", ").append(each.number).append(' ').append(each.what);
            }
        }
        return summary.append('.').toString();
    }

    private record Count(long number, String what) {}

    private static long count(List<Result> results, Class<? extends Verdict> kind) {
        return results.stream().filter(result -> kind.isInstance(result.verdict())).count();
    }

    private static void write(Path file, String text) throws CommandFailure {
        try {
            if (file.getParent() != null) {
                Files.createDirectories(file.getParent());
            }
            Files.writeString(file, text);
        } catch (IOException failed) {
            throw new CommandFailure(Sallyport.FAILED, "cannot write " + file + ": " + failed, failed);
        }
    }
}
