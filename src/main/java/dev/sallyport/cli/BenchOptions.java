package dev.sallyport.cli;

import dev.sallyport.lab.bench.BenchReport;
import dev.sallyport.lab.bench.Progress;
import dev.sallyport.lab.host.LabFailure;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** What all benchmarks can be told, and how they answer. */
final class BenchOptions {

    /** What a benchmark does. */
    @FunctionalInterface
    interface Bench {
        BenchReport run(Progress progress) throws LabFailure;
    }

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--rounds", defaultValue = "5", description = "Measured rounds (${DEFAULT-VALUE}).")
    int rounds;

    @Option(
            names = "--warm-ups",
            defaultValue = "5",
            description = "Rounds before them that do not count: a JVM compiles for its first half minute of load (${DEFAULT-VALUE}).")
    int warmUps;

    @Option(
            names = "--size",
            defaultValue = "1G",
            converter = Size.class,
            description = "Size of the large file, with K, M or G for powers of 1024 (${DEFAULT-VALUE}).")
    long size;

    @Option(
            names = "--seconds",
            defaultValue = "2",
            converter = Seconds.class,
            description = "How long what is repeated is repeated in a round, small transfers above all (${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    Duration time;

    @Option(names = "--round-trips", defaultValue = "10000", description = "NOOPs in a round (${DEFAULT-VALUE}).")
    int roundTrips;

    @Option(
            names = "--haproxy-threads",
            description = "HAProxy's nbthread (as many as this machine has cores, which is its own default).")
    int haproxyThreads = Runtime.getRuntime().availableProcessors();

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

    /** A time such as {@code 0.5}. */
    static final class Seconds implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            try {
                return Duration.ofNanos((long) (Double.parseDouble(text) * 1e9));
            } catch (NumberFormatException e) {
                throw new TypeConversionException("a time is a number of seconds such as 2 or 0.5, not '" + text + "'");
            }
        }
    }

    /** A number of bytes such as {@code 1G}. */
    static final class Size implements ITypeConverter<Long> {
        private static final Pattern SIZE = Pattern.compile("(\\d{1,9})([KMG]?)");

        @Override
        public Long convert(String text) {
            Matcher size = SIZE.matcher(text.toUpperCase(Locale.ROOT));
            if (!size.matches()) {
                throw new TypeConversionException("a size is a number of bytes such as 65536, 64K, 100M or 1G, not '" + text + "'");
            }
            int unit = size.group(2).isEmpty() ? 0 : "KMG".indexOf(size.group(2)) + 1;
            return Long.parseLong(size.group(1)) << (10 * unit);
        }
    }
}
