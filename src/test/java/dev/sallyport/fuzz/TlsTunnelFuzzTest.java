package dev.sallyport.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.TlsTunnel;
import java.util.Arrays;
import java.util.SplittableRandom;

/** The first byte of an input chooses the segments; the others are what the two sides send, up to a byte 0xff the client. */
class TlsTunnelFuzzTest {

    @FuzzTest
    void segments_ofAnyBytes_changeNothing(byte[] input) {
        var bytes = Arrays.copyOfRange(input, Math.min(1, input.length), input.length);
        var random = new SplittableRandom(input.length == 0 ? 0 : input[0]);
        var parting = 0;
        while (parting < bytes.length && bytes[parting] != -1) {
            parting++;
        }
        var client = Arrays.copyOf(bytes, parting);
        var server = Arrays.copyOfRange(bytes, Math.min(parting + 1, bytes.length), bytes.length);
        var whole = new TlsTunnel();
        var parts = new TlsTunnel();
        for (var side : Side.values()) {
            var sent = side == Side.CLIENT ? client : server;
            var taken = whole.take(side, sent, sent.length);
            assertThat(taken).isBetween(0, sent.length);
            assertThat(taken < sent.length).as("only what is no TLS is left").isEqualTo(whole.broken(side) || whole.clear(side));
            assertThat(whole.broken(side) && whole.clear(side)).isFalse();
            if (whole.clear(side)) {
                assertThat(sent[taken] & 0xff).as("what begins clear text").matches(first -> first < 20 || first > 24);
            }
            var inParts = 0;
            for (var segment : Peer.segments(sent, random)) {
                inParts += parts.take(side, segment, segment.length);
            }
            assertThat(inParts).isEqualTo(taken);
            assertThat(parts.broken(side)).isEqualTo(whole.broken(side));
            assertThat(parts.clear(side)).isEqualTo(whole.clear(side));
        }
        assertThat(parts.over()).isEqualTo(whole.over());
        assertThat(whole.over() && !whole.clear(Side.CLIENT) && !whole.clear(Side.SERVER)).isFalse();
    }
}
