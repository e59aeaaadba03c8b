package dev.sallyport.cli;

import dev.sallyport.lab.bench.KernelBench;
import dev.sallyport.lab.bench.KernelSettings;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private BenchOptions common;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private BenchRun bench;

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

    @Override
    public Integer call() {
        return bench.run(
                !variants.isEmpty() || pinholes == 0 ? "--variants and --pinholes 0" : "",
                progress -> KernelBench.run(
                        new KernelSettings(
                                common.rounds, common.warmUps, common.size, common.time, common.roundTrips, pinholes, variants,
                                bench.launcher, common.haproxyThreads),
                        progress));
    }
}
