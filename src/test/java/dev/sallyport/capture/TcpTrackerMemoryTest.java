package dev.sallyport.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.capture.PacketDecoder.Found;
import dev.sallyport.capture.Packets.Stored;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What hostile captures would have the tracker remember, and what it does remember. */
class TcpTrackerMemoryTest {

    private final List<Stored> packets = new ArrayList<>();
    private final List<String> told = new ArrayList<>();

    @Test
    void floodOfHoles_takesBoundedMemory() {
        var decoder = new PacketDecoder();
        var segment = new TcpSegment();
        var gaps = new long[1];
        var tracker = new TcpTracker(new Teller(told, true) {
            @Override
            public void gap(Sender from, long length, Missing why, long timeNanos) {
                gaps[0]++;
            }

            @Override
            public void bytes(Sender from, byte[] bytes, int at, int length, long timeNanos) {}
        });
        var dialogue = new Dialogue("192.0.2.10", 40_000, "198.51.100.20", 21, 1_000_000_000, packets).open();
        for (var i = 0; i < 10_000; i++) {
            dialogue.skip(Sender.INITIATOR, 1).say(Sender.INITIATOR, new byte[1_000]);
            for (var packet : packets) {
                if (decoder.decode(new Packet().set(packet.bytes(), packet.original(), 0, 1), segment) == Found.TCP) {
                    tracker.take(segment);
                }
            }
            packets.clear();
        }
        assertThat(gaps[0]).as("holes that were given up at once").isGreaterThan(9_700);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void floodOfConnections_forgetsTheOldest(boolean followed) {
        var most = followed ? TcpTracker.MOST_FOLLOWED : TcpTracker.MOST_CONNECTIONS;
        var tracker = new TcpTracker(new Teller(told, followed));
        var segment = new TcpSegment();
        segment.flags = Packets.SYN;
        for (var i = 0; i < most + 100; i++) {
            // The first goes on being heard of.
            for (var source : List.of(i, 0)) {
                segment.sourceLow = source;
                tracker.take(segment);
            }
        }
        assertThat(told).filteredOn(line -> line.startsWith("FORGOTTEN")).hasSize(100);
        told.clear();
        segment.flags = Packets.RST;
        tracker.take(segment);
        assertThat(told).anyMatch(line -> line.startsWith("RESET"));
    }
}
