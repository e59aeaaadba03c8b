package dev.sallyport.capture;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pcap4j.core.BpfProgram.BpfCompileMode;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapHandle.TimestampPrecision;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface.PromiscuousMode;

/** The packets that an interface sees from now on, by libpcap. */
public final class LiveCapture implements Closeable {

    /**
     * @param networkInterface its name, or {@code any}
     * @param ports of control connections
     * @param everything whether all of TCP is wanted; otherwise of connections to other ports only what tells that they are there
     * @param bufferBytes how much the kernel keeps until it is read
     */
    public record Settings(String networkInterface, Set<Integer> ports, boolean everything, int bufferBytes) {
        public Settings {
            ports = Set.copyOf(ports);
        }
    }

    /** How many packets were lost since the beginning. @param kernel there was no room for @param networkInterface it could not take */
    public record Drops(long kernel, long networkInterface) {}

    private static final int SNAPLEN = 256 << 10;
    /** A packet waits no longer for others to be told with it. */
    private static final int DELAY_MILLIS = 100;

    // pcap(3PCAP)
    private static final int NO_SUCH_DEVICE = -5;
    private static final int PERMISSION_DENIED = -8;
    private static final int INTERFACE_DOWN = -9;
    private static final int PROMISCUOUS_DENIED = -11;

    /** DLT_RAW, whose number in files is another. */
    private static final int RAW_HERE = 12;

    private static final int RAW = 101;

    private final PcapHandle handle;
    private final String name;
    private final int linkType;
    private final Packet packet = new Packet();
    private Drops drops = new Drops(0, 0);
    private volatile boolean stopping;
    private @Nullable Throwable failed;

    private LiveCapture(PcapHandle handle, String name) {
        this.handle = handle;
        this.name = name;
        var type = handle.getDlt().value();
        this.linkType = type == RAW_HERE ? RAW : type;
    }

    /** @throws CaptureException when this host, this user or the interface is not able to; it says what to do */
    public static LiveCapture open(Settings settings) throws CaptureException {
        var name = settings.networkInterface();
        try {
            var handle = new PcapHandle.Builder(name)
                    .snaplen(SNAPLEN)
                    .promiscuousMode(PromiscuousMode.PROMISCUOUS)
                    .timeoutMillis(DELAY_MILLIS)
                    .bufferSize(settings.bufferBytes())
                    .timestampPrecision(TimestampPrecision.NANO)
                    .build();
            var capture = new LiveCapture(handle, name);
            if (Link.of(capture.linkType) == null) {
                capture.close();
                throw new CaptureException(name + " has frames of link type " + capture.linkType + ", which is not understood.");
            }
            capture.filter(LiveFilter.expressions(settings.ports(), settings.everything()));
            return capture;
        } catch (LinkageError missing) {
            throw new CaptureException("libpcap cannot be used (" + firstLine(missing)
                    + "): install it, on Debian the package libpcap0.8 or libpcap0.8t64.", missing);
        } catch (PcapNativeException refused) {
            throw new CaptureException(why(name, refused), refused);
        }
    }

    private static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse(failure.toString());
    }

    private static String why(String name, PcapNativeException refused) {
        return switch (refused.getReturnCode()) {
            case NO_SUCH_DEVICE -> "there is no interface " + name + ". There are: " + String.join(", ", interfaces()) + ", any.";
            case PERMISSION_DENIED, PROMISCUOUS_DENIED -> "this user may not capture on " + name
                    + ": run it as root, or give it CAP_NET_RAW, such as with 'setpriv --ambient-caps +net_raw --inh-caps +net_raw'.";
            case INTERFACE_DOWN -> "the interface " + name + " is down: 'ip link set " + name + " up'.";
            case null, default -> "cannot capture on " + name + ": " + firstLine(refused) + ".";
        };
    }

    /** The interfaces of this network namespace. */
    private static List<String> interfaces() {
        try (var lines = Files.lines(Path.of("/proc/net/dev"))) {
            return lines.filter(line -> line.contains(":")).map(line -> line.substring(0, line.indexOf(':')).strip()).toList();
        } catch (IOException _) {
            return List.of();
        }
    }

    private void filter(List<String> expressions) throws PcapNativeException {
        try {
            for (var expression : expressions) {
                try {
                    handle.setFilter(expression, BpfCompileMode.OPTIMIZE);
                    return;
                } catch (PcapNativeException _) {
                    // This kind of link does not know it; the packets are looked at one by one anyway.
                }
            }
        } catch (NotOpenException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /**
     * Hands over each packet, on this thread, until {@link #stop}.
     *
     * @param to is given the same object each time; what it throws ends the capture and is thrown here
     * @throws CaptureException when the interface is gone
     */
    public void run(Consumer<Packet> to) throws CaptureException {
        try {
            while (!stopping) {
                handle.loop(-1, (byte[] bytes) -> take(bytes, to));
            }
        } catch (InterruptedException _) {
            // This is how a loop says that it was broken off.
        } catch (PcapNativeException gone) {
            throw new CaptureException("the capture on " + name + " has ended: " + firstLine(gone) + ".", gone);
        } catch (NotOpenException closed) {
            throw new IllegalStateException(closed);
        }
        switch (failed) {
            case RuntimeException bug -> throw bug;
            case Error bug -> throw bug;
            case null, default -> {}
        }
    }

    private void take(byte[] bytes, Consumer<Packet> to) {
        if (failed != null) {
            return;
        }
        try {
            var time = handle.getTimestamp();
            to.accept(packet.set(
                    bytes, handle.getOriginalLength(), time.getTime() / 1_000 * 1_000_000_000 + time.getNanos(), linkType));
        } catch (RuntimeException | Error bug) {
            // What is thrown here pcap4j only logs.
            failed = bug;
            stop();
        }
    }

    /** Ends {@link #run}, also when no packet comes. On any thread. */
    public void stop() {
        stopping = true;
        try {
            handle.breakLoop();
        } catch (NotOpenException _) {
            // It is over.
        }
    }

    /** On one thread at a time. */
    public Drops drops() {
        try {
            var stats = handle.getStats();
            drops = new Drops(
                    Integer.toUnsignedLong((int) stats.getNumPacketsDropped()),
                    Integer.toUnsignedLong((int) stats.getNumPacketsDroppedByIf()));
        } catch (PcapNativeException | NotOpenException _) {
            // What was known last.
        }
        return drops;
    }

    /** Not while it runs. */
    @Override
    public void close() {
        handle.close();
    }
}
