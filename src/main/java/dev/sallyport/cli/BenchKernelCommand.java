package dev.sallyport.cli;

import dev.sallyport.lab.bench.BenchFailure;
import dev.sallyport.lab.bench.KernelBench;
import dev.sallyport.lab.bench.KernelReport;
import dev.sallyport.lab.bench.KernelSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sallyport bench kernel}: the kernel data path beside Linux's helper and other proxies. */
@Command(
        name = "kernel",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "A router alone, Linux's FTP helper, Sallyport (kernel path and relay), HAProxy, SUSE ftp-proxy and ProFTPD",
            "mod_proxy, in turn, in network namespaces that it makes and removes: a large download and what it costs,",
            "small transfers, logins, control round trips, and how long the reply to PASV is held.",
            "Needs Linux, root, nft and tcpdump; deploy/peers brings the others."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:measured",
            "1:a transfer through Sallyport failed, or with --check a bar was missed",
            "2:wrong usage, or this host lacks something"
        })
final class BenchKernelCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--rounds", defaultValue = "5", description = "Measured rounds (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--warm-ups", defaultValue = "1", description = "Rounds before them that do not count (${DEFAULT-VALUE}).")
    private int warmUps;

    @Option(
            names = "--size",
            defaultValue = "1G",
            converter = BenchCommand.Size.class,
            description = "Size of the large file, with K, M or G for powers of 1024 (${DEFAULT-VALUE}).")
    private long size;

    @Option(
            names = "--seconds",
            defaultValue = "2",
            description = "How long small transfers and logins are repeated in a round (${DEFAULT-VALUE}).")
    private double seconds;

    @Option(names = "--round-trips", defaultValue = "10000", description = "NOOPs in a round (${DEFAULT-VALUE}).")
    private int roundTrips;

    @Option(
            names = "--pinholes",
            defaultValue = "50000",
            description = "Pinholes that wait while the opening of another is measured again; 0 leaves it out (${DEFAULT-VALUE}).")
    private int pinholes;

    @Option(
            names = "--variants",
            split = ",",
            description = "Measure only these: routed, kernel-helper, sallyport-kernel, sallyport-relay, haproxy-control,"
                    + " haproxy-both, suse-ftp-proxy, mod-proxy.")
    private List<String> variants = List.of();

    @Option(
            names = "--haproxy-threads",
            description = "HAProxy's nbthread (as many as this machine has cores, which is its own default).")
    private int haproxyThreads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--launcher", description = "What starts Sallyport (deploy/sallyport beside what is running now).")
    private Path launcher = BenchCommand.Relay.launcherBesideThis();

    @Option(names = "--json", description = "Print one JSON object instead of the table.")
    private boolean json;

    @Option(names = "--check", description = "Exit with 1 when a bar is missed.")
    private boolean check;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (check && (!variants.isEmpty() || pinholes == 0)) {
            err.println("--check needs everything measured: leave out --variants and --pinholes 0.");
            return 2;
        }
        var settings = new KernelSettings(rounds, warmUps, size, BenchCommand.Relay.time(seconds), roundTrips, pinholes,
                variants, launcher, haproxyThreads);
        try {
            KernelReport report = KernelBench.run(settings, BenchCommand.Relay.progress());
            out.println(json ? report.json() : report.text());
            List<String> missed = check ? report.missedBars() : List.of();
            missed.forEach(bar -> err.println("missed: " + bar));
            return report.allTransferred() && missed.isEmpty() ? 0 : 1;
        } catch (BenchFailure e) {
            err.println(e.getMessage());
            return e.isBeforeStart() ? 2 : 1;
        }
    }
}
