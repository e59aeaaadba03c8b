package dev.sallyport.cli;

import dev.sallyport.lab.bench.ReplayBench;
import dev.sallyport.lab.bench.ReplaySettings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sallyport bench replay}: a large capture before replay and tshark. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Makes a capture of FTP sessions among other traffic, and has replay and tshark read it, in turn: packets a second,",
            "CPU, peak memory. Needs tshark and GNU time, and room for the capture in the folder for temporary files."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:measured",
            "1:replay failed or did not find all sessions, or with --check a bar was missed",
            "2:wrong usage, or this host lacks something"
        })
final class BenchReplayCommand implements Callable<Integer> {

    @Option(names = "--rounds", defaultValue = "3", description = "Measured rounds (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--size",
            defaultValue = "1G",
            converter = BenchOptions.Size.class,
            description = "Size of the capture, with K, M or G for powers of 1024 (${DEFAULT-VALUE}).")
    private long size;

    @Option(names = "--sessions", defaultValue = "10000", description = "FTP sessions in it (${DEFAULT-VALUE}).")
    private int sessions;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private BenchRun bench;

    @Override
    public Integer call() {
        return bench.run("", progress -> ReplayBench.run(new ReplaySettings(rounds, size, sessions, bench.launcher), progress));
    }
}
