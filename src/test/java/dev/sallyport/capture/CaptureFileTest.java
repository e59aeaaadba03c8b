package dev.sallyport.capture;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.capture.Packets.Stored;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file format in every form, and what is no such file, or only the beginning of one. */
class CaptureFileTest {

    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    private static final long TIME = 1_700_000_000_123_456_789L;

    private record Read(String bytes, int original, long nanos, int linkType) {}

    @TempDir
    private Path folder;

    static Stream<ByteOrder> orders() {
        return Stream.of(ByteOrder.BIG_ENDIAN, LITTLE);
    }

    @ParameterizedTest
    @MethodSource("orders")
    void pcap_inBothResolutions_isRead_alsoCompressed(ByteOrder order) throws IOException {
        var packets = List.of(new Stored(bytes("one"), 9, TIME), new Stored(new byte[0], TIME + 1_000), new Stored(bytes("three"), TIME));
        for (var nanos : List.of(true, false)) {
            var file = Packets.pcap(order, nanos, 0xf000_0000 | Packets.ETHERNET, packets);
            var digits = nanos ? 1 : 1_000;
            var expected = List.of(
                    new Read("one", 9, TIME / digits * digits, 1), new Read("", 0, (TIME + 1_000) / digits * digits, 1),
                    new Read("three", 5, TIME / digits * digits, 1));
            assertThat(read(file)).isEqualTo(expected);
            assertThat(read(gzip(file))).isEqualTo(expected);
            assertThat(read(Packets.concat(gzip(Arrays.copyOf(file, 30)), gzip(Arrays.copyOfRange(file, 30, file.length)))))
                    .as("in two parts, as rotating programs append them").isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("orders")
    void pcapng_withManyInterfaces_readsEachWithItsOwnTimesAndFrames(ByteOrder order) throws IOException {
        var decimal = ByteBuffer.allocate(12).order(order).putShort((short) 9).putShort((short) 1).put((byte) 9).position(8).putInt(0);
        var binary = ByteBuffer.allocate(24).order(order).putShort((short) 9).putShort((short) 1).put((byte) 0x8a).position(8)
                .putShort((short) 14).putShort((short) 8).putLong(100).putInt(0);
        var file = Packets.concat(
                Packets.section(order), Packets.describedInterface(order, 1), Packets.describedInterface(order, 101, decimal.array()),
                Packets.block(order, 0x0bad, new byte[70_000]),
                Packets.enhanced(order, 1, TIME, bytes("nano")), Packets.enhanced(order, 0, TIME / 1_000, bytes("micro")),
                Packets.block(order, 3, Packets.concat(ByteBuffer.allocate(4).order(order).putInt(6).array(), bytes("simple"))),
                Packets.section(order.equals(LITTLE) ? ByteOrder.BIG_ENDIAN : LITTLE),
                Packets.section(order), Packets.describedInterface(order, 276, binary.array()),
                Packets.enhanced(order, 0, 5 << 10 | 512, bytes("binary")));
        assertThat(read(file)).containsExactly(
                new Read("nano", 4, TIME, 101), new Read("micro", 5, TIME / 1_000 * 1_000, 1),
                new Read("simple", 6, TIME / 1_000 * 1_000, 1), new Read("binary", 6, 105_500_000_000L, 276));
        assertThat(read(gzip(file))).hasSize(4);
    }

    @Test
    void largeFile_isReadAcrossTheBuffersEnds() throws IOException {
        var packets = new ArrayList<Stored>();
        for (var i = 0; i < 40; i++) {
            packets.add(new Stored(new byte[65_000 + i], TIME + i));
        }
        assertThat(read(Packets.pcap(LITTLE, true, 1, packets))).extracting(Read::original)
                .containsExactlyElementsOf(packets.stream().map(Stored::original).toList());
    }

    @Test
    void fileThatIsCutOffAnywhere_givesWhatIsBefore_andSaysWhere() throws IOException {
        var classic = Packets.pcap(LITTLE, false, 1, List.of(new Stored(bytes("one"), TIME), new Stored(bytes("two"), TIME)));
        var next = Packets.concat(Packets.section(LITTLE), Packets.describedInterface(LITTLE, 1),
                Packets.enhanced(LITTLE, 0, 1, bytes("one1")), Packets.enhanced(LITTLE, 0, 1, bytes("two2")));
        for (var file : List.of(classic, next)) {
            for (var length = 0; length < file.length; length++) {
                var path = Files.write(folder.resolve("cut"), Arrays.copyOf(file, length));
                var found = new ArrayList<Read>();
                var message = "";
                try {
                    read(path, found);
                } catch (CaptureException told) {
                    message = told.getMessage();
                }
                assertThat(found.size()).as("at %d", length).isLessThan(2);
                if (!message.isEmpty()) {
                    assertThat(message).startsWith(path.toString()).containsAnyOf("cut off at packet", "no capture", "within its header");
                }
            }
        }
        assertThatThrownBy(() -> read(Arrays.copyOf(classic, classic.length - 1)))
                .hasMessageContaining("is cut off at packet 2, byte 43: ");
        assertThatThrownBy(() -> read(Arrays.copyOf(gzip(classic), 40))).isInstanceOf(CaptureException.class);
    }

    @Test
    void whatIsNoCapture_isNamed() {
        assertThatThrownBy(() -> read(bytes("PK\3\4 and more"))).hasMessageContaining("is no capture: it begins with 50 4b 03 04.");
        assertThatThrownBy(() -> read(new byte[0])).hasMessageEndingWith("it is empty.");
        assertThatThrownBy(() -> read(new byte[] {1, 2})).hasMessageEndingWith("it has fewer than four bytes.");
        assertThatThrownBy(() -> CaptureFile.open(folder)).hasMessageContaining("is a folder");
        assertThatThrownBy(() -> CaptureFile.open(folder.resolve("absent"))).hasMessageStartingWith("there is no file ");
        assertThatThrownBy(() -> read(new byte[] {0x1f, (byte) 0x8b, 9, 9})).hasMessageContaining("damaged from the beginning");
    }

    @Test
    void damage_isToldWithItsPlace() {
        var file = Packets.pcap(LITTLE, false, 1, List.of(new Stored(bytes("one"), TIME), new Stored(bytes("two"), TIME)));
        ByteBuffer.wrap(file).order(LITTLE).putInt(24 + 16 + 3 + 8, 0x7fff_ffff);
        assertThatThrownBy(() -> read(file))
                .hasMessageContaining("is damaged at packet 2, byte 43: a packet of 2147483647 bytes is none. What stands before");
        assertThatThrownBy(() -> read(Packets.concat(Packets.section(LITTLE), Packets.enhanced(LITTLE, 0, 1, bytes("one1")))))
                .hasMessageContaining("a packet is of interface 0, and no such is described");
        assertThatThrownBy(() -> read(Packets.concat(Packets.section(LITTLE), new byte[] {1, 0, 0, 0, 13, 0, 0, 0, 0, 0, 0, 0})))
                .hasMessageContaining("a block of 13 bytes is none");
    }

    private List<Read> read(byte[] file) throws IOException {
        var found = new ArrayList<Read>();
        read(Files.write(folder.resolve("capture"), file), found);
        return found;
    }

    private static void read(Path file, List<Read> found) throws IOException {
        try (var capture = CaptureFile.open(file)) {
            var packet = new Packet();
            while (capture.next(packet)) {
                found.add(new Read(
                        new String(packet.bytes, packet.offset, packet.length, ISO_8859_1),
                        packet.originalLength, packet.timeNanos, packet.linkType));
            }
            assertThat(capture.position()).isEqualTo(capture.size()).isEqualTo(Files.size(file));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private static byte[] gzip(byte[] file) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(out)) {
            zip.write(file);
        }
        return out.toByteArray();
    }
}
