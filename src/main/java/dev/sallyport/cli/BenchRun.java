package dev.sallyport.cli;

import dev.sallyport.lab.bench.BenchReport;
import dev.sallyport.lab.bench.Progress;
import dev.sallyport.lab.host.LabFailure;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How a benchmark is run, and how it answers. */
final class BenchRun {

    /** What a benchmark does. */
    @FunctionalInterface
    interface Bench {
        BenchReport run(Progress progress) throws LabFailure;
    }

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--launcher", description = "What starts Sallyport (deploy/sallyport beside what is running now).")
    Path launcher = Launcher.besideThis();

    @Option(names = "--json", description = "Print one JSON object instead of the table.")
    private boolean json;

    @Option(names = "--check", description = "Exit with 1 when a bar is missed.")
    private boolean check;

    /**
     * Runs the benchmark and prints its report.
     *
     * @param incomplete options that leave out what a bar needs; empty for none
     */
    int run(String incomplete, Bench bench) {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (check && !incomplete.isEmpty()) {
            err.println("--check needs everything measured: leave out " + incomplete + ".");
            return 2;
        }
        try {
            BenchReport report = bench.run(progress());
            out.println(json ? report.json() : report.text());
            List<String> missed = check ? report.missedBars() : List.of();
            missed.forEach(bar -> err.println("missed: " + bar));
            return report.allTransferred() && missed.isEmpty() ? 0 : 1;
        } catch (LabFailure e) {
            err.println(e.getMessage());
            return e.isBeforeStart() ? 2 : 1;
        }
    }

    /** A line on the terminal that tells what is being measured; nothing where there is no terminal. */
    private static Progress progress() {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            return (step, steps, what) -> {};
        }
        return new Progress() {
            @Override
            public void began(int step, int steps, String what) {
                System.err.printf("\r\033[K[%d/%d] %s", step + 1, steps, what);
            }

            @Override
            public void ended() {
                System.err.print("\r\033[K");
            }
        };
    }
}
