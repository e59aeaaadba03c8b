package dev.sallyport.cli;

import dev.sallyport.lab.bench.ReplayBench;
import dev.sallyport.lab.bench.ReplaySettings;
import dev.sallyport.lab.bench.traffic.GeneratedCapture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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

    @Option(names = "--write", paramLabel = "FILE", description = "Only write the capture, to a file that is not there yet.")
    private @Nullable Path capture;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private BenchRun bench;

    @Override
    public Integer call() throws CommandFailure {
        if (capture != null) {
            return write(capture);
        }
        return bench.run("", progress -> ReplayBench.run(new ReplaySettings(rounds, size, sessions, bench.launcher), progress));
    }

    private int write(Path file) throws CommandFailure {
        try {
            GeneratedCapture.write(file, size, sessions);
            return 0;
        } catch (IOException failed) {
            throw new CommandFailure(Sallyport.FAILED, "cannot write the capture " + file + ": " + failed, failed);
        }
    }
}
