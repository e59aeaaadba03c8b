package dev.sallyport.cli;

import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.lab.bench.RelayBench;
import dev.sallyport.lab.bench.RelaySettings;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
final class BenchRelayCommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private BenchOptions common;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private BenchRun bench;

    @Option(
            names = "--starts",
            defaultValue = "1",
            description = "How often all are started anew, for the rounds again: a JVM compiles one program in more than one way"
                    + " (${DEFAULT-VALUE}).")
    private int starts;

    @Option(
            names = "--sessions",
            defaultValue = "16",
            description = "Sessions at once for small transfers (${DEFAULT-VALUE}).")
    private int sessions;

    @Option(
            names = "--idle-sessions",
            defaultValue = "9000",
            description = "Idle sessions while memory is read; 0 leaves it out (${DEFAULT-VALUE}).")
    private int idleSessions;

    @Option(
            names = "--settle",
            defaultValue = "3",
            converter = BenchOptions.Seconds.class,
            description = "Seconds for memory to settle before it is read (${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private Duration settle;

    @Option(
            names = "--port",
            converter = BenchOptions.OnePort.class,
            description = "Control port of all (${DEFAULT-VALUE}).")
    private Port port = new Port(22_121);

    @Option(
            names = "--data-ports",
            converter = BenchOptions.Ports.class,
            description = "Data ports of all, outside of the ephemeral range (${DEFAULT-VALUE}).")
    private PortRange dataPorts = PortRange.parse("22200-22263");

    @Option(names = "--skip-haproxy", description = "Measure without the peer; then there are no ratios.")
    private boolean skipHaproxy;

    @Option(names = "--skip-sallyport", hidden = true)
    private boolean skipSallyport;

    @Override
    public Integer call() {
        return bench.run(
                skipHaproxy || idleSessions == 0 ? "--skip-haproxy and --idle-sessions 0" : "",
                progress -> RelayBench.run(
                        new RelaySettings(
                                starts, common.rounds, common.warmUps, common.size, sessions, common.time, common.roundTrips, idleSessions,
                                settle, port, dataPorts, bench.launcher, common.haproxyThreads, skipHaproxy, skipSallyport),
                        progress));
    }
}
