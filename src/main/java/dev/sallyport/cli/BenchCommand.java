package dev.sallyport.cli;

import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.lab.bench.BenchFailure;
import dev.sallyport.lab.bench.Progress;
import dev.sallyport.lab.bench.RelayBench;
import dev.sallyport.lab.bench.RelayReport;
import dev.sallyport.lab.bench.RelaySettings;
import java.io.Console;
import java.io.PrintWriter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code sallyport bench}: what the gateway costs on this machine, beside its peers, in one run. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures the gateway on this machine, beside its peers, in one run.",
        subcommands = {BenchCommand.Relay.class, BenchKernelCommand.class},
        synopsisSubcommandLabel = "COMMAND")
final class BenchCommand {

    /** {@code sallyport bench relay}: direct, through Sallyport's relay and through HAProxy, in turn. */
    @Command(
            name = "relay",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Direct, through Sallyport's relay and through HAProxy, in turn, on loopback:",
                "a large download, small transfers, control round trips, memory of idle sessions.",
                "Needs Linux and HAProxy, no privilege."
            },
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:measured",
                "1:a transfer failed, or with --check a bar was missed",
                "2:wrong usage, or this host lacks something"
            })
    static final class Relay implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        @Option(names = "--rounds", defaultValue = "5", description = "Measured rounds (${DEFAULT-VALUE}).")
        private int rounds;

        @Option(
                names = "--size",
                defaultValue = "1G",
                converter = Size.class,
                description = "Size of the large file, with K, M or G for powers of 1024 (${DEFAULT-VALUE}).")
        private long size;

        @Option(
                names = "--sessions",
                defaultValue = "16",
                description = "Sessions at once for small transfers (${DEFAULT-VALUE}).")
        private int sessions;

        @Option(
                names = "--seconds",
                defaultValue = "5",
                description = "How long small transfers are repeated in a round (${DEFAULT-VALUE}).")
        private double seconds;

        @Option(names = "--round-trips", defaultValue = "20000", description = "NOOPs in a round (${DEFAULT-VALUE}).")
        private int roundTrips;

        @Option(
                names = "--idle-sessions",
                defaultValue = "9000",
                description = "Idle sessions while memory is read; 0 leaves it out (${DEFAULT-VALUE}).")
        private int idleSessions;

        @Option(
                names = "--settle",
                defaultValue = "3",
                description = "Seconds for memory to settle before it is read (${DEFAULT-VALUE}).")
        private double settle;

        @Option(
                names = "--port",
                converter = OnePort.class,
                description = "Control port of all (${DEFAULT-VALUE}).")
        private Port port = new Port(22_121);

        @Option(
                names = "--data-ports",
                converter = Ports.class,
                description = "Data ports of all, outside of the ephemeral range (${DEFAULT-VALUE}).")
        private PortRange dataPorts = PortRange.parse("22200-22263");

        @Option(
                names = "--haproxy-threads",
                description = "HAProxy's nbthread (as many as this machine has cores, which is its own default).")
        private int haproxyThreads = Runtime.getRuntime().availableProcessors();

        @Option(names = "--launcher", description = "What starts Sallyport (deploy/sallyport beside what is running now).")
        private Path launcher = launcherBesideThis();

        @Option(names = "--skip-haproxy", description = "Measure without the peer; then there are no ratios.")
        private boolean skipHaproxy;

        @Option(names = "--skip-sallyport", hidden = true)
        private boolean skipSallyport;

        @Option(names = "--json", description = "Print one JSON object instead of the table.")
        private boolean json;

        @Option(names = "--check", description = "Exit with 1 when a bar is missed.")
        private boolean check;

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            PrintWriter err = spec.commandLine().getErr();
            if (check && (skipHaproxy || idleSessions == 0)) {
                err.println("--check needs everything measured: leave out --skip-haproxy and --idle-sessions 0.");
                return 2;
            }
            RelaySettings settings = new RelaySettings(rounds, size, sessions, time(seconds), roundTrips, idleSessions, time(settle),
                    port, dataPorts, launcher, haproxyThreads, skipHaproxy, skipSallyport);
            try {
                RelayReport report = RelayBench.run(settings, progress());
                out.println(json ? report.json() : report.text());
                List<String> missed = check ? report.missedBars() : List.of();
                missed.forEach(bar -> err.println("missed: " + bar));
                return report.allTransferred() && missed.isEmpty() ? 0 : 1;
            } catch (BenchFailure e) {
                err.println(e.getMessage());
                return e.isBeforeStart() ? 2 : 1;
            }
        }

        static Duration time(double seconds) {
            return Duration.ofNanos((long) (seconds * 1e9));
        }

        /** The jar stands in {@code target}, its classes in {@code target/classes}, and the launcher in {@code deploy} beside it. */
        static Path launcherBesideThis() {
            try {
                Path here = Path.of(BenchCommand.class.getProtectionDomain().getCodeSource().getLocation().toURI());
                return here.resolveSibling("../deploy/sallyport").normalize();
            } catch (URISyntaxException e) {
                throw new IllegalStateException(e);
            }
        }

        /** A line on the terminal that tells what is being measured; nothing where there is no terminal. */
        static Progress progress() {
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

    /** A port such as {@code 22121}. */
    static final class OnePort implements ITypeConverter<Port> {
        @Override
        public Port convert(String text) {
            try {
                return new Port(Integer.parseInt(text));
            } catch (NumberFormatException e) {
                throw new TypeConversionException("a port is 1 to 65535, not '" + text + "'");
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** A range of ports such as {@code 22200-22263}. */
    static final class Ports implements ITypeConverter<PortRange> {
        @Override
        public PortRange convert(String text) {
            try {
                return PortRange.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
