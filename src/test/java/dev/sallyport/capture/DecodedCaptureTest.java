package dev.sallyport.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.capture.Packets.Stored;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read ahead is not what is being looked at, and a reader ends with whoever wanted it. */
class DecodedCaptureTest {

    private static final int PACKETS = 6_000;
    private static final int PAYLOAD = 1_000;

    @TempDir
    private Path folder;

    private final byte[] said = new byte[PACKETS * PAYLOAD];
    private final List<Stored> packets = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void batch_staysAsItIs_howeverFarTheReaderIs(boolean manyBlocksBetween) throws IOException {
        Files.write(file(), manyBlocksBetween ? pcapng() : Packets.pcap(ByteOrder.LITTLE_ENDIAN, false, Packets.ETHERNET, conversation()));
        var heard = new int[1];
        var tracker = new TcpTracker(new Hearer(heard));
        var decoder = new PacketDecoder();
        var batches = 0;
        try (var capture = DecodedCapture.open(file(), decoder)) {
            for (var batch = capture.next(); batch != null; batch = capture.next()) {
                // The reader has filled all that there is to fill.
                await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(DecodedCaptureTest::readerHasStopped);
                batch.feed(tracker);
                batches++;
            }
        }
        assertThat(heard[0]).isEqualTo(said.length);
        assertThat(batches).isGreaterThan(3 * DecodedCapture.BATCHES);
        assertThat(reader()).isNull();
    }

    @Test
    void closedInTheMiddle_theReaderEnds() throws IOException {
        Files.write(file(), Packets.pcap(ByteOrder.LITTLE_ENDIAN, false, Packets.ETHERNET, conversation()));
        try (var capture = DecodedCapture.open(file(), new PacketDecoder())) {
            assertThat(capture.next()).isNotNull();
        }
        assertThat(reader()).isNull();
    }

    @Test
    void whatStandsBeforeTheDamage_comesBeforeIt() throws IOException {
        var whole = Packets.pcap(ByteOrder.LITTLE_ENDIAN, false, Packets.ETHERNET, conversation());
        Files.write(file(), Arrays.copyOf(whole, whole.length - 1));
        var heard = new int[1];
        var tracker = new TcpTracker(new Hearer(heard));
        try (var capture = DecodedCapture.open(file(), new PacketDecoder())) {
            assertThatThrownBy(() -> {
                for (var batch = capture.next(); batch != null; batch = capture.next()) {
                    batch.feed(tracker);
                }
            }).isInstanceOf(CaptureException.class).hasMessageContaining("is cut off at packet 6,003");
        }
        assertThat(heard[0]).isEqualTo(said.length - PAYLOAD);
    }

    @Test
    void packetsInAnotherOrderThanTheyCame_areTakenInTheOrderOfTheirTimes() throws IOException {
        var random = new Random(3);
        var millis = IntStream.range(0, PACKETS).boxed().collect(Collectors.toCollection(ArrayList::new));
        for (var i = 0; i < PACKETS; i += 300) {
            Collections.shuffle(millis.subList(i, i + 300), random);
        }
        // There are three batches, and 300 does not divide their length.
        assertThat(taken(millis)).isSorted().hasSize(PACKETS);
    }

    /** In the middle of a batch, and between two. */
    @ParameterizedTest
    @ValueSource(ints = {1_000, 2_048})
    void packetsBehindAClockThatWasSetBack_stayWhereTheyAre(int behind) throws IOException {
        var millis = IntStream.range(0, 4_000).map(i -> i < behind ? 5_000 + i : i).boxed().toList();
        assertThat(taken(millis)).isEqualTo(millis);
    }

    /** When connections began, as the tracker hears of it, of which a file has the first packets with these times. */
    private List<Integer> taken(List<Integer> millis) throws IOException {
        var stored = new ArrayList<Stored>();
        for (var time : millis) {
            stored.add(new Stored(
                    Packets.ethernet(0x0800, Packets.ipv4(new byte[] {10, 0, 0, 1}, new byte[] {10, 0, 0, 2}, 6, Packets.tcp(
                            new byte[] {10, 0, 0, 1}, 1_024 + stored.size(), new byte[] {10, 0, 0, 2}, 21, 0, 0, Packets.SYN,
                            new byte[0]))), time * 1_000_000L));
        }
        Files.write(file(), Packets.pcap(ByteOrder.LITTLE_ENDIAN, true, Packets.ETHERNET, stored));
        var taken = new ArrayList<Integer>();
        var tracker = new TcpTracker(new TcpListener() {
            @Override
            public @Nullable ByteListener opened(TcpConnection connection, long timeNanos) {
                taken.add((int) (timeNanos / 1_000_000));
                return null;
            }

            @Override
            public void closed(TcpConnection connection, End end, long timeNanos) {}
        });
        try (var capture = DecodedCapture.open(file(), new PacketDecoder())) {
            for (var batch = capture.next(); batch != null; batch = capture.next()) {
                batch.feed(tracker);
            }
        }
        return taken;
    }

    private Path file() {
        return folder.resolve("capture");
    }

    private List<Stored> conversation() {
        new Random(5).nextBytes(said);
        var dialogue = new Dialogue("192.0.2.10", 40_000, "198.51.100.20", 21, 1_000_000_000, packets).open();
        for (var at = 0; at < said.length; at += PAYLOAD) {
            dialogue.say(Sender.RESPONDER, Arrays.copyOfRange(said, at, at + PAYLOAD));
        }
        return packets;
    }

    /** Between the packets stand blocks of a kind that nobody knows, more of them than all buffers hold. */
    private byte[] pcapng() {
        var order = ByteOrder.LITTLE_ENDIAN;
        var parts = new ArrayList<byte[]>(List.of(Packets.section(order), Packets.describedInterface(order, Packets.ETHERNET)));
        var unknown = Packets.block(order, 0x0bad, new byte[400 << 10]);
        for (var packet : conversation()) {
            parts.add(Packets.enhanced(order, 0, packet.nanos() / 1_000, packet.bytes()));
            if (parts.size() % 1_000 == 0) {
                for (var i = 0; i < 8; i++) {
                    parts.add(unknown);
                }
            }
        }
        return Packets.concat(parts.toArray(byte[][]::new));
    }

    private static boolean readerHasStopped() {
        var reader = reader();
        return reader == null || reader.getState() == Thread.State.WAITING || reader.getState() == Thread.State.TERMINATED;
    }

    private static @Nullable Thread reader() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().equals("capture-reader"))
                .findFirst().orElse(null);
    }

    /** Compares what it is told with what was said. */
    private final class Hearer implements TcpListener, ByteListener {

        private final int[] heard;

        Hearer(int[] heard) {
            this.heard = heard;
        }

        @Override
        public ByteListener opened(TcpConnection connection, long timeNanos) {
            return this;
        }

        @Override
        public void closed(TcpConnection connection, End end, long timeNanos) {}

        @Override
        public void bytes(Sender from, byte[] bytes, int at, int length, long timeNanos) {
            assertThat(Arrays.equals(bytes, at, at + length, said, heard[0], heard[0] + length)).as("from %d on", heard[0]).isTrue();
            heard[0] += length;
        }

        @Override
        public void gap(Sender from, long length, Missing why, long timeNanos) {
            throw new AssertionError("a gap at " + heard[0]);
        }

        @Override
        public void conflict(Sender from, long timeNanos) {
            throw new AssertionError("a conflict at " + heard[0]);
        }

        @Override
        public void ended(Sender from, boolean reset, long timeNanos) {}
    }
}
