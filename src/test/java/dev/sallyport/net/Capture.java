package dev.sallyport.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.peers.ChildProcess;
import dev.sallyport.peers.Requirements;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** The TCP packets that an interface of a host sees, captured by tcpdump from the return of {@link #start} on. */
public final class Capture implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** The classic file format: magic number in the writer's byte order, 24 bytes of header, 16 before each packet. */
    private static final int MAGIC = 0xa1b2c3d4;

    private static final int FILE_HEADER = 24;
    private static final int RECORD_HEADER = 16;
    private static final int ETHERNET = 14;

    /**
     * One TCP packet.
     *
     * @param flags of the TCP header's byte 13: FIN 1, SYN 2, RST 4, ACK 16
     * @param payload how many bytes it carries
     * @param sequence its sequence number: one that is sent again has the same
     */
    public record Packet(
            String source, int sourcePort, String destination, int destinationPort, int flags, int payload, int sequence) {
        public boolean opens() {
            return (flags & 0x17) == 0x02;
        }
    }

    private final Host host;
    private final ChildProcess tcpdump;
    private final Path file;

    private Capture(Host host, ChildProcess tcpdump, Path file) {
        this.host = host;
        this.tcpdump = tcpdump;
        this.file = file;
    }

    /** Begins to capture on an interface: {@code eth0}, or on the gateway the name of the host behind it. */
    public static Capture start(Host host, String networkInterface) throws Exception {
        return start(host, networkInterface, "tcp or ip6 proto 6");
    }

    /** The same for packets with SYN alone: what matters is who connects to whom, and nothing is lost in a flood of data. */
    public static Capture ofOpenings(Host host, String networkInterface) throws Exception {
        return start(host, networkInterface, "tcp[tcpflags] & tcp-syn != 0 or (ip6 proto 6 and ip6[53] & 2 != 0)");
    }

    /** Every packet to its end, for those who read the file themselves: {@link #file}. */
    public static Capture whole(Host host, String networkInterface) throws Exception {
        return start(host, networkInterface, "tcp or ip6 proto 6", "0");
    }

    /** Every packet's first 2 KiB: control connections to their end. */
    public static Capture ofControl(Host host, String networkInterface) throws Exception {
        return start(host, networkInterface, "tcp or ip6 proto 6", "2048");
    }

    private static Capture start(Host host, String networkInterface, String filter) throws Exception {
        return start(host, networkInterface, filter, "200");
    }

    private static Capture start(Host host, String networkInterface, String filter, String snapLength) throws Exception {
        Path file = host.file("capture");
        ChildProcess tcpdump = host.start(List.of(
                Requirements.program("tcpdump").toString(), "-i", networkInterface, "-n", "-s", snapLength, "-U",
                // KiB: on a busy machine packets wait for it.
                "-B", "65536", "--immediate-mode", "-Z", "root", "-w", file.toString(), filter));
        var capture = new Capture(host, tcpdump, file);
        await(() -> tcpdump.printed().contains("listening on"), () -> "tcpdump does not start: " + tcpdump.printed());
        return capture;
    }

    public Path file() {
        return file;
    }

    /** The packets so far. */
    public List<Packet> packets() throws IOException {
        var bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        if (bytes.remaining() < FILE_HEADER) {
            return List.of();
        }
        bytes.order(bytes.getInt(0) == MAGIC ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        var packets = new ArrayList<Packet>();
        for (int at = FILE_HEADER; at + RECORD_HEADER <= bytes.limit(); ) {
            int length = bytes.getInt(at + 8);
            if (at + RECORD_HEADER + length > bytes.limit()) {
                break; // tcpdump is writing it just now
            }
            packets.add(packet(bytes.slice(at + RECORD_HEADER + ETHERNET, length - ETHERNET).order(ByteOrder.BIG_ENDIAN)));
            at += RECORD_HEADER + length;
        }
        return packets;
    }

    /** From which addresses connections to a port were begun. */
    public Set<String> callersOf(int port) throws IOException {
        return packets().stream()
                .filter(packet -> packet.opens() && packet.destinationPort() == port)
                .map(Packet::source)
                .collect(Collectors.toSet());
    }

    /** Waits until the packets are as expected; what is on the wire comes to the file a little later. */
    public void await(java.util.function.Predicate<List<Packet>> expected) throws Exception {
        await(
                () -> {
                    try {
                        return expected.test(packets());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                () -> "the capture has other packets");
    }

    /** Ends it. @return the file, with all packets that are in it by now, and of those before none is missing */
    public Path complete() {
        tcpdump.close();
        if (!tcpdump.printed().contains("\n0 packets dropped by kernel")) {
            throw new IllegalStateException("tcpdump has missed packets: " + tcpdump.printed());
        }
        return file;
    }

    /** The same for the interface {@code lo}, behind what is on the wire now: it comes to the file a little later, in order. */
    public Path completeOnLoopback() throws Exception {
        var written = Files.size(file);
        var last = new Random().ints(4).mapToObj(Integer::toHexString).collect(Collectors.joining("-"));
        host.call(() -> {
            try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    var client = new Socket(server.getInetAddress(), server.getLocalPort())) {
                client.getOutputStream().write(last.getBytes(ISO_8859_1));
                return last;
            }
        });
        await(
                () -> {
                    try (var bytes = Files.newByteChannel(file).position(written)) {
                        return new String(Channels.newInputStream(bytes).readAllBytes(), ISO_8859_1).contains(last);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                () -> "the last packet does not come to the capture");
        return complete();
    }

    @Override
    public void close() {
        tcpdump.close();
    }

    private static Packet packet(ByteBuffer ip) throws IOException {
        boolean four = (ip.get(0) >> 4 & 0xf) == 4;
        int header = four ? (ip.get(0) & 0xf) * 4 : 40;
        int total = four ? ip.getShort(2) & 0xffff : 40 + (ip.getShort(4) & 0xffff);
        int dataOffset = (ip.get(header + 12) >> 4 & 0xf) * 4;
        return new Packet(
                address(ip, four ? 12 : 8, four),
                ip.getShort(header) & 0xffff,
                address(ip, four ? 16 : 24, four),
                ip.getShort(header + 2) & 0xffff,
                ip.get(header + 13) & 0xff,
                total - header - dataOffset,
                ip.getInt(header + 4));
    }

    private static String address(ByteBuffer ip, int at, boolean four) throws IOException {
        var bytes = new byte[four ? 4 : 16];
        ip.get(at, bytes);
        return dev.sallyport.ftp.Addresses.text(InetAddress.getByAddress(bytes), false);
    }

    private static void await(BooleanSupplier condition, java.util.function.Supplier<String> otherwise) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(otherwise.get());
            }
            Thread.sleep(5);
        }
    }
}
