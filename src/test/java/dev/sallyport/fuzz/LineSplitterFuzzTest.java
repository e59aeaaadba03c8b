package dev.sallyport.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Received;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** The first byte of an input chooses the segments; the others are what a peer sends. */
class LineSplitterFuzzTest {

    @FuzzTest
    void segments_ofAnyBytes_changeNothing(byte[] input) {
        var bytes = Arrays.copyOfRange(input, Math.min(1, input.length), input.length);
        var random = new SplittableRandom(input.length == 0 ? 0 : input[0]);

        var found = Peer.received(Peer.segments(bytes, random));

        assertThat(found).usingElementComparator(LineSplitterFuzzTest::compare).isEqualTo(Peer.received(List.of(bytes)));
        var many = 0;
        for (var each : found) {
            switch (each) {
                case Received.Line(var line) -> {
                    Peer.assertWellFormed(line, Peer.LONGEST_LINE);
                    Peer.assertPrintable(line.toString());
                    line.synch();
                }
                case Received.TelnetOption(var answer) when answer.length == 0 ->
                    assertThat(++many * 2048).as("bytes within telnet commands").isLessThan(bytes.length);
                case Received.TelnetOption(var answer) -> {
                    assertThat(answer).hasSize(3).startsWith(255);
                    assertThat(answer[1] & 0xff).as("WONT or DONT").isIn(252, 254);
                }
                case Received.Faulty(var faults, var line) -> {
                    assertThat(faults).isNotEmpty();
                    if (line != null) {
                        // With its faults a line is whole, and the only one that may be so.
                        Peer.assertWellFormed(line, Peer.LONGEST_LINE, faults.contains(Fault.BARE_CARRIAGE_RETURN),
                                faults.contains(Fault.NUL_IN_LINE));
                    }
                }
            }
        }
    }

    /** A record with an array is not equal to its copy. */
    private static int compare(Received one, Received other) {
        if (one instanceof Received.TelnetOption(var bytes) && other instanceof Received.TelnetOption(var others)) {
            return Arrays.compare(bytes, others);
        }
        return one.equals(other) ? 0 : 1;
    }
}
