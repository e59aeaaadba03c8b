package dev.sallyport.capture;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.capture.PacketDecoder.Found;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Frames of every kind, datagrams in pieces, and packets that contradict themselves. */
class PacketDecoderTest {

    private static final byte[] CLIENT = Packets.address("192.0.2.10");
    private static final byte[] SERVER = Packets.address("198.51.100.20");
    private static final byte[] CLIENT6 = Packets.address("2001:db8:c::10");
    private static final byte[] SERVER6 = Packets.address("2001:db8:5::20");

    private static final byte[] HELLO = "hello".getBytes(US_ASCII);
    private static final byte[] TCP = Packets.tcp(CLIENT, 40_000, SERVER, 21, 7, 9, Packets.ACK, HELLO);
    private static final byte[] TCP6 = Packets.tcp(CLIENT6, 40_000, SERVER6, 21, 7, 9, Packets.ACK, HELLO);
    private static final byte[] IPV4 = Packets.ipv4(CLIENT, SERVER, 6, TCP);
    private static final byte[] IPV6 = Packets.ipv6(CLIENT6, SERVER6, 6, TCP6);

    private final PacketDecoder decoder = new PacketDecoder();
    private final TcpSegment segment = new TcpSegment();

    @Test
    void frames_ofEveryKind_areUnderstood() {
        for (var six : List.of(false, true)) {
            var ip = six ? IPV6 : IPV4;
            var type = six ? 0x86dd : 0x0800;
            isHello(1, Packets.ethernet(type, ip), six);
            isHello(1, Packets.ethernet(type, Packets.concat(ip, new byte[13])), six);
            var tagged = Packets.concat(new byte[] {0, 5}, Packets.number(type), ip);
            isHello(1, Packets.ethernet(0x8100, tagged), six);
            isHello(1, Packets.ethernet(0x88a8, Packets.concat(new byte[] {0, 6}, Packets.number(0x8100), tagged)), six);
            isHello(113, Packets.concat(new byte[14], Packets.number(type), ip), six);
            isHello(276, Packets.concat(Packets.number(type), new byte[18], ip), six);
            isHello(101, ip, six);
            isHello(six ? 229 : 228, ip, six);
            isHello(0, Packets.concat(new byte[] {2, 0, 0, 0}, ip), six);
            isHello(108, Packets.concat(new byte[] {0, 0, 0, 2}, ip), six);
        }
        assertThat(decode(999, IPV4)).isEqualTo(Found.UNKNOWN_LINK);
        assertThat(decode(-1, IPV4)).isEqualTo(Found.UNKNOWN_LINK);
        assertThat(decoder.unknownLinks()).containsOnlyKeys(999, -1);
        assertThat(decode(1, Packets.ethernet(0x0806, new byte[28]))).isEqualTo(Found.OTHER);
        assertThat(decode(101, Packets.ipv4(CLIENT, SERVER, 17, new byte[8]))).isEqualTo(Found.OTHER);
    }

    @Test
    void extensionHeaders_andDatagramsWithinOthers_arePassed() {
        var options = Packets.concat(new byte[] {43, 1}, new byte[14]);
        var routing = Packets.concat(new byte[] {51, 0}, new byte[6]);
        var authentication = Packets.concat(new byte[] {60, 4}, new byte[22]);
        var destination = Packets.concat(new byte[] {44, 0}, new byte[6]);
        var wholeFragment = Packets.concat(new byte[] {6, 0, 0, 0}, new byte[4]);
        isHello(101, Packets.ipv6(CLIENT6, SERVER6, 0,
                Packets.concat(options, routing, authentication, destination, wholeFragment, TCP6)), true);
        isHello(101, Packets.ipv4(Packets.address("203.0.113.1"), SERVER, 41, IPV6), true);
        isHello(101, Packets.ipv6(CLIENT6, SERVER6, 4, IPV4), false);
        var deep = IPV4;
        for (var i = 0; i < 40; i++) {
            deep = Packets.ipv4(CLIENT, SERVER, 4, deep);
        }
        assertThat(decode(101, deep)).isEqualTo(Found.MALFORMED);
    }

    @Test
    void fragments_inAnyOrderAndTwice_becomeTheirDatagram() {
        var random = new Random(1);
        for (var round = 0; round < 200; round++) {
            var payload = new byte[1 + random.nextInt(3_000)];
            random.nextBytes(payload);
            var six = random.nextBoolean();
            var tcp = six ? Packets.tcp(CLIENT6, 40_000, SERVER6, 21, 7, 9, Packets.ACK, payload)
                    : Packets.tcp(CLIENT, 40_000, SERVER, 21, 7, 9, Packets.ACK, payload);
            var pieces = pieces(tcp, six, round, random);
            Collections.shuffle(pieces, random);
            pieces.addAll(pieces.subList(0, pieces.size() / 2));
            var whole = 0;
            for (var piece : pieces) {
                if (decode(101, piece) == Found.TCP) {
                    whole++;
                    assertThat(payload()).isEqualTo(payload);
                }
            }
            assertThat(whole).isPositive();
            assertThat(segment.sum()).isEqualTo(TcpSegment.Sum.RIGHT);
            assertThat(endpoints()).containsExactly(
                    new InetSocketAddress(six ? "2001:db8:c::10" : "192.0.2.10", 40_000),
                    new InetSocketAddress(six ? "2001:db8:5::20" : "198.51.100.20", 21));
        }
        assertThat(decoder.fragmentConflicts()).isZero();
    }

    /** Overlapping ones too, with the same content. */
    private static List<byte[]> pieces(byte[] tcp, boolean six, int identification, Random random) {
        var pieces = new ArrayList<byte[]>();
        for (var at = 0; at < tcp.length; ) {
            var end = Math.min(tcp.length, at + 8 * (1 + random.nextInt(40)));
            var begin = Math.max(0, at - 8 * random.nextInt(3));
            var content = Arrays.copyOfRange(tcp, begin, end);
            var more = end < tcp.length;
            pieces.add(six
                    ? Packets.ipv6(CLIENT6, SERVER6, 44, Packets.concat(ByteBuffer.allocate(8).put((byte) 6).put((byte) 0)
                            .putShort((short) (begin | (more ? 1 : 0))).putInt(identification).array(), content))
                    : Packets.ipv4(CLIENT, SERVER, 6, identification, begin / 8 | (more ? 0x2000 : 0), content));
            at = end;
        }
        if (pieces.size() == 1) {
            // A datagram in one piece is no fragment.
            pieces.set(0, Packets.ipv4(CLIENT, SERVER, 6, identification, 0x2000, Arrays.copyOf(tcp, 8)));
            pieces.set(0, six
                    ? Packets.ipv6(CLIENT6, SERVER6, 44, Packets.concat(ByteBuffer.allocate(8).put((byte) 6).put((byte) 0)
                            .putShort((short) 1).putInt(identification).array(), Arrays.copyOf(tcp, 8)))
                    : pieces.getFirst());
            pieces.add(six
                    ? Packets.ipv6(CLIENT6, SERVER6, 44, Packets.concat(ByteBuffer.allocate(8).put((byte) 6).put((byte) 0)
                            .putShort((short) 8).putInt(identification).array(), Arrays.copyOfRange(tcp, 8, tcp.length)))
                    : Packets.ipv4(CLIENT, SERVER, 6, identification, 1, Arrays.copyOfRange(tcp, 8, tcp.length)));
        }
        return pieces;
    }

    @Test
    void fragmentsThatOverlapWithOtherContent_areNoDatagram_andCounted() {
        var forged = TCP.clone();
        forged[3] = 80;
        assertThat(decode(101, Packets.ipv4(CLIENT, SERVER, 6, 5, 0x2000, Arrays.copyOf(TCP, 16)))).isEqualTo(Found.FRAGMENT);
        assertThat(decode(101, Packets.ipv4(CLIENT, SERVER, 6, 5, 0x2000, Arrays.copyOf(forged, 16)))).isEqualTo(Found.FRAGMENT);
        assertThat(decode(101, Packets.ipv4(CLIENT, SERVER, 6, 5, 2, Arrays.copyOfRange(TCP, 16, TCP.length))))
                .isEqualTo(Found.FRAGMENT);
        assertThat(decoder.fragmentConflicts()).isEqualTo(1);
        decode(101, Packets.ipv4(CLIENT, SERVER, 6, 6, 0x2000, Arrays.copyOf(TCP, 16)));
        decode(101, Packets.ipv4(CLIENT, SERVER, 6, 6, 0x2000, Arrays.copyOf(forged, 16)));
        assertThat(decoder.fragmentConflicts()).isEqualTo(2);
        assertThat(decoder.fragmentsLost()).as("told as a conflict, not again as one that lacks fragments").isZero();
    }

    @Test
    void fragmentsWithoutEnd_takeBoundedMemory() {
        for (var i = 0; i < 100_000; i++) {
            decode(101, Packets.ipv4(CLIENT, SERVER, 6, i, 0x2000 | 8_000, new byte[8]));
        }
        assertThat(decoder.fragmentsLost()).isEqualTo(100_000);
        isHello(101, IPV4, false);
    }

    @Test
    void checksum_ofAnyKind_isTold() {
        decode(101, IPV4);
        assertThat(segment.sum()).isEqualTo(TcpSegment.Sum.RIGHT);
        var wrong = IPV4.clone();
        wrong[wrong.length - 1]++;
        decode(101, wrong);
        assertThat(segment.sum()).isEqualTo(TcpSegment.Sum.WRONG);
        wrong[36] = 0;
        wrong[37] = 0;
        decode(101, wrong);
        assertThat(segment.sum()).as("left to the card").isEqualTo(TcpSegment.Sum.UNKNOWN);
        decode(101, Arrays.copyOf(IPV4, 42), IPV4.length);
        assertThat(segment.sum()).isEqualTo(TcpSegment.Sum.UNKNOWN);
        assertThat(segment.payloadLength).isEqualTo(2);
        assertThat(segment.cut).isEqualTo(3);
    }

    @Test
    void packetsThatAreCutOff_orSayToBeLongerThanTheyAre_areNotMixedUp() {
        for (var ip : List.of(IPV4, IPV6)) {
            for (var length = 0; length < ip.length; length++) {
                var headers = ip == IPV4 ? 40 : 60;
                assertThat(decode(101, Arrays.copyOf(ip, length), ip.length)).isEqualTo(length < headers ? Found.CUT_OFF : Found.TCP);
                assertThat(decode(101, Arrays.copyOf(ip, length))).isEqualTo(Found.MALFORMED);
            }
        }
    }

    @Test
    void anyBytes_areSomething() {
        var random = new Random(2);
        for (var i = 0; i < 200_000; i++) {
            var bytes = i % 2 == 0 ? IPV6.clone() : IPV4.clone();
            for (var k = random.nextInt(6); k >= 0; k--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            if (decode(101, bytes, bytes.length + random.nextInt(3)) == Found.TCP) {
                segment.sum();
                assertThat(segment.payloadAt + segment.payloadLength).isLessThanOrEqualTo(segment.bytes.length);
            }
        }
    }

    private void isHello(int linkType, byte[] packet, boolean six) {
        assertThat(decode(linkType, packet)).as("frames of kind %d", linkType).isEqualTo(Found.TCP);
        assertThat(payload()).isEqualTo(HELLO);
        assertThat(segment.cut).isZero();
        assertThat(segment.sequence).isEqualTo(7);
        assertThat(segment.acknowledged).isEqualTo(9);
        assertThat(segment.sum()).isEqualTo(TcpSegment.Sum.RIGHT);
        assertThat(endpoints()).containsExactly(
                new InetSocketAddress(six ? "2001:db8:c::10" : "192.0.2.10", 40_000),
                new InetSocketAddress(six ? "2001:db8:5::20" : "198.51.100.20", 21));
    }

    private List<InetSocketAddress> endpoints() {
        var key = new ConnectionKey();
        var sourceIsLower = key.of(segment);
        var connection = new TcpConnection(key, sourceIsLower, true, 0, null);
        return List.of(connection.initiator(), connection.responder());
    }

    private byte[] payload() {
        return Arrays.copyOfRange(segment.bytes, segment.payloadAt, segment.payloadAt + segment.payloadLength);
    }

    private Found decode(int linkType, byte[] packet) {
        return decode(linkType, packet, packet.length);
    }

    private Found decode(int linkType, byte[] packet, int original) {
        return decoder.decode(new Packet().set(packet, original, 0, linkType), segment);
    }
}
