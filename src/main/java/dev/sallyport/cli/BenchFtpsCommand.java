package dev.sallyport.cli;

import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.lab.bench.FtpsBench;
import dev.sallyport.lab.bench.FtpsSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sallyport bench ftps}: TLS that is ended with both sides, beside peers that do the same. */
@Command(
        name = "ftps",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Direct, through a Sallyport that ends TLS with clients and with the server, HAProxy (TLS on both sides, knowing",
            "nothing of FTP) and ProFTPD mod_proxy, in turn, on loopback: a large download and what it costs, small",
            "transfers, all protected (PROT P), and control round trips.",
            "Needs Linux and root; deploy/peers brings the others."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:measured",
            "1:a transfer through Sallyport failed, or with --check a bar was missed",
            "2:wrong usage, or this host lacks something"
        })
final class BenchFtpsCommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private BenchOptions common;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private BenchRun bench;

    @Option(
            names = "--sessions",
            defaultValue = "16",
            description = "Sessions at once for small transfers (${DEFAULT-VALUE}).")
    private int sessions;

    @Option(
            names = "--variants",
            split = ",",
            description = "Measure only these: direct, sallyport, other-sallyport, haproxy, mod-proxy.")
    private List<String> variants = List.of();

    @Option(names = "--other-launcher", description = "What starts another Sallyport, measured as other-sallyport.")
    private @Nullable Path other;

    @Option(
            names = "--port",
            converter = BenchOptions.OnePort.class,
            description = "Control port of all, and the next with TLS from the first byte (${DEFAULT-VALUE}).")
    private Port port = new Port(22_321);

    @Option(
            names = "--data-ports",
            converter = BenchOptions.Ports.class,
            description = "Data ports of all, outside of the ephemeral range (${DEFAULT-VALUE}).")
    private PortRange dataPorts = PortRange.parse("22400-22463");

    @Override
    public Integer call() {
        return bench.run(
                variants.isEmpty() ? "" : "--variants",
                progress -> FtpsBench.run(
                        new FtpsSettings(
                                common.rounds, common.warmUps, common.size, sessions, common.time, common.roundTrips, variants, port,
                                dataPorts, bench.launcher, other, common.haproxyThreads),
                        progress));
    }
}
