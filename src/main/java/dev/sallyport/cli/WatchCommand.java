package dev.sallyport.cli;

import dev.sallyport.capture.CaptureException;
import dev.sallyport.config.Forms;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.telemetry.journal.Format;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sallyport watch}: what a gateway would make of the FTP sessions on a wire, while they go on. */
@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Looks at the FTP sessions that an interface sees, and tells while they go on what a gateway would make of them:",
            "what it would refuse, which pinholes would open, and whether the data connections fit them. It only listens:",
            "nothing is sent, nothing is held up. Ctrl-C ends it with totals.",
            "Needs libpcap, and root or CAP_NET_RAW."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:ended when asked to, or the file was read",
            "1:the capture ended of itself, the file could not be read to its end, or --write could not be written",
            "2:wrong usage, no such interface, no permission, or the rules have mistakes"
        })
final class WatchCommand implements Callable<Integer> {

    private static final int MIB = 1 << 20;
    private static final int MOST_MIB = 2_047;
    /** A gateway on the same host has the port before it. */
    private static final Endpoint USUAL_PLACE = new Endpoint(Objects.requireNonNull(Addresses.parse("127.0.0.1")), new Port(9122));

    private static final String NOWHERE = "none";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /** One of them. */
    private static final class Where {
        @Option(names = {"-i", "--interface"}, paramLabel = "IFACE", required = true, description = "The interface, or any.")
        private @Nullable String networkInterface;

        @Option(names = {"-r", "--read"}, paramLabel = "FILE", required = true, description = "A capture, as if it went on now.")
        private @Nullable Path file;
    }

    @ArgGroup(exclusive = true, multiplicity = "1")
    @SuppressWarnings("NullAway.Init")
    private Where where;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ReplaySetup setup;

    @Option(names = "--json", description = "Print a JSON object for each thing that happens, each on a line.")
    private boolean json;

    @Option(
            names = "--log-format",
            paramLabel = "json|zeek",
            converter = FormConverter.OfLogFormat.class,
            description = "Print the session log that the gateway would write, zeek as Zeek's ftp.log.")
    private @Nullable Format log;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS:PORT|none",
            description = "Where metrics and the live page are asked for, on loopback (127.0.0.1:9122).")
    private @Nullable String listen;

    @Option(names = "--write", paramLabel = "FILE", description = "Save the packets of sessions that break a rule there, as pcap.")
    private @Nullable Path write;

    @Option(
            names = "--hold",
            paramLabel = "MIB",
            defaultValue = "64",
            description = "With --write: of packets of sessions that have broken no rule so far, the latest ${DEFAULT-VALUE} MiB are kept.")
    private int holdMib;

    @Option(
            names = "--write-limit",
            paramLabel = "MIB",
            defaultValue = "1024",
            description = "With --write: the file grows no larger than ${DEFAULT-VALUE} MiB.")
    private int writeMib;

    @Option(
            names = "--buffer",
            paramLabel = "MIB",
            defaultValue = "16",
            description = "How much the kernel keeps for us before it drops packets: ${DEFAULT-VALUE} MiB.")
    private int bufferMib;

    private WatchCommand() {}

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        refuseWhatContradicts();
        var settings = setup.settings(setup.chosen(), false);
        var told = new WatchRun.Told(json, log, spec.commandLine().getOut(), spec.commandLine().getErr());
        var save = write == null ? null : new WatchRun.Save(write, (long) holdMib * MIB, (long) writeMib * MIB);
        try (var run = new WatchRun(settings, told, save)) {
            return where.file != null
                    ? run.file(where.file)
                    : run.live(Objects.requireNonNull(where.networkInterface), bufferMib * MIB, place(), listen != null);
        } catch (CaptureException failed) {
            throw new CommandFailure(Sallyport.WRONG_USAGE, failed.getMessage(), failed);
        }
    }

    private void refuseWhatContradicts() {
        if (json && log != null) {
            throw wrong("--json and --log-format both say what to print: give one of them.");
        }
        if (where.file != null && listen != null) {
            throw wrong("--listen goes with -i: a file is read before anybody could ask.");
        }
        setup.refuseWhatContradicts();
        for (var mib : List.of(holdMib, writeMib, bufferMib)) {
            if (mib < 1 || mib > MOST_MIB) {
                throw wrong("a size is 1 to " + MOST_MIB + " MiB, not " + mib + ".");
            }
        }
    }

    /** Where metrics are asked for; null for nowhere. */
    private @Nullable Endpoint place() {
        if (listen == null) {
            return USUAL_PLACE;
        }
        if (listen.equals(NOWHERE)) {
            return null;
        }
        var place = Forms.ENDPOINT.read(listen);
        if (place == null) {
            throw wrong("--listen: " + Forms.ENDPOINT.refusal(listen));
        }
        if (!place.address().isLoopbackAddress()) {
            throw wrong("--listen " + place + " can be reached from elsewhere, and nobody is asked who they are: give 127.0.0.1:"
                    + place.port() + ".");
        }
        return place;
    }

    private ParameterException wrong(String why) {
        return new ParameterException(spec.commandLine(), why);
    }
}
