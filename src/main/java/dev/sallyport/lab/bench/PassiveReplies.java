package dev.sallyport.lab.bench;

import dev.sallyport.ftp.Port;
import dev.sallyport.lab.host.Child;
import dev.sallyport.lab.host.Children;
import dev.sallyport.lab.host.LabFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

/**
 * How long a gateway holds each 227, from the packet that comes in to the packet that goes out: the kernel's own timestamps, by a
 * capture in the gateway's namespace, of one session whose transfers follow one another.
 *
 * <p>The capture is a file of tcpdump: a header of 24 bytes, then for each packet 16 bytes (seconds, nanoseconds, captured bytes,
 * all bytes) and its bytes, which begin with 20 bytes about the interface (LINKTYPE_LINUX_SLL2, whose byte 10 is 4 for what goes out).
 */
final class PassiveReplies {
    private static final int FILE_HEADER_BYTES = 24;
    private static final int MAGIC_NANOS = 0xa1b23c4d;
    private static final int PACKET_TYPE = 10;
    private static final byte OUTGOING = 4;

    /** The kernel hands packets over in blocks, the last one when it is so old; one by one they would cost what is measured. */
    static final Duration LATEST = Duration.ofMillis(1_100);

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** In nanoseconds, sorted. */
    record Held(long[] nanos) {
        Duration percentile(double part) {
            return Duration.ofNanos(nanos[(int) Math.min(nanos.length - 1, (long) (nanos.length * part))]);
        }
    }

    private final Child tcpdump;
    private final Path file;

    /** Captures from now on. */
    PassiveReplies(Children children, String name, BenchNetwork.Seat seat) throws LabFailure {
        file = children.file(name + ".pcap");
        Port control = seat.server().port();
        tcpdump = children.start("tcpdump of " + name, seat.gateway().command(List.of(
                "tcpdump", "-i", "any", "-y", "LINUX_SLL2", "--time-stamp-precision=nano", "-n", "-U", "-Z", "root", "-s", "128",
                "-w", file.toString(), "tcp src port " + control + " and tcp[((tcp[12] & 0xf0) >> 2):4] = 0x32323720")));
        tcpdump.awaitLine("listening on", PATIENCE);
    }

    /** Ends the capture and says what it saw until {@link #LATEST} ago. */
    Held held() throws LabFailure {
        tcpdump.close();
        try {
            return new Held(read(ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder())));
        } catch (IOException e) {
            throw new LabFailure("cannot read the capture: " + e + tcpdump.logTail(), e);
        }
    }

    private long[] read(ByteBuffer capture) throws IOException, LabFailure {
        if (capture.limit() < FILE_HEADER_BYTES || capture.getInt(0) != MAGIC_NANOS) {
            throw new IOException("not a capture with nanoseconds");
        }
        LongStream.Builder held = LongStream.builder();
        long cameIn = 0;
        capture.position(FILE_HEADER_BYTES);
        while (capture.hasRemaining()) {
            long nanos = capture.getInt() * 1_000_000_000L + capture.getInt();
            int bytes = capture.getInt();
            capture.getInt();
            if (capture.get(capture.position() + PACKET_TYPE) != OUTGOING) {
                cameIn = nanos;
            } else if (cameIn != 0) {
                held.add(nanos - cameIn);
                cameIn = 0;
            }
            capture.position(capture.position() + bytes);
        }
        long[] sorted = held.build().sorted().toArray();
        if (sorted.length == 0) {
            throw new LabFailure("no 227 was seen at the gateway" + tcpdump.logTail());
        }
        return sorted;
    }
}
