package dev.sallyport.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sallyport.capture.ByteListener;
import dev.sallyport.capture.Packet;
import dev.sallyport.capture.PacketDecoder;
import dev.sallyport.capture.PacketDecoder.Found;
import dev.sallyport.capture.Sender;
import dev.sallyport.capture.TcpConnection;
import dev.sallyport.capture.TcpListener;
import dev.sallyport.capture.TcpSegment;
import dev.sallyport.capture.TcpTracker;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The input is packets one behind the other: two bytes of length, one of what kind of frame it is, and the frame. */
class PacketDecoderFuzzTest {

    private static final int[] LINK_TYPES = {0, 1, 12, 101, 108, 113, 228, 229, 276, 999};

    @FuzzTest
    void packets_ofAnyBytes_areSomething_andTellNothingTwice(byte[] input) {
        var decoder = new PacketDecoder();
        var segment = new TcpSegment();
        var packet = new Packet();
        var listener = new Counting();
        var tracker = new TcpTracker(listener);
        var time = 0L;
        for (var at = 0; at + 3 <= input.length; ) {
            var length = (input[at] & 0xff) << 8 | input[at + 1] & 0xff;
            var kind = LINK_TYPES[(input[at + 2] & 0xff) % LINK_TYPES.length];
            var bytes = Arrays.copyOfRange(input, at + 3, Math.min(input.length, at + 3 + length));
            at += 3 + length;
            time += 100_000_000;
            // What the input lacks at its end the capture has cut off.
            if (decoder.decode(packet.set(bytes, length, time, kind), segment) == Found.TCP) {
                tracker.take(segment);
            }
        }
        tracker.end();
        assertThat(listener.closed).isEqualTo(listener.opened);
        assertThat(listener.told).as("bytes that were told; fragments may be in as many datagrams as there are packets")
                .isLessThanOrEqualTo(65_536L * input.length);
    }

    private static final class Counting implements TcpListener, ByteListener {

        private long opened;
        private long closed;
        private long told;

        @Override
        public @Nullable ByteListener opened(TcpConnection connection, long timeNanos) {
            assertThat(connection.initiator().getPort()).isEqualTo(connection.initiatorPort());
            opened++;
            return this;
        }

        @Override
        public void closed(TcpConnection connection, End end, long timeNanos) {
            assertThat(connection.bytes(Sender.INITIATOR)).isNotNegative();
            assertThat(connection.bytes(Sender.RESPONDER)).isNotNegative();
            closed++;
        }

        @Override
        public void bytes(Sender from, byte[] bytes, int at, int length, long timeNanos) {
            assertThat(length).isPositive();
            assertThat(at + length).isLessThanOrEqualTo(bytes.length);
            told += length;
        }

        @Override
        public void gap(Sender from, long length, Missing why, long timeNanos) {
            assertThat(length).isPositive();
        }

        @Override
        public void conflict(Sender from, long timeNanos) {}

        @Override
        public void ended(Sender from, boolean reset, long timeNanos) {}
    }
}
