package dev.sallyport.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.LineLimits;
import dev.sallyport.ftp.LineSplitter;
import dev.sallyport.ftp.Received;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** A fuzzer's bytes as a peer would send them. */
final class Peer {

    /** Longest line of the splitters here: short, so that small inputs reach it. */
    static final int LONGEST_LINE = 200;

    /** Telnet signals in front of a line: at most sixteen bytes. */
    private static final int MOST_SIGNAL_BYTES = 16;

    private static final Set<Fault> BARE_LF = Set.of(Fault.BARE_LINE_FEED);

    private Peer() {}

    /** The bytes in segments of random lengths, mostly short ones. */
    static List<byte[]> segments(byte[] bytes, SplittableRandom random) {
        var segments = new ArrayList<byte[]>();
        for (var at = 0; at < bytes.length; ) {
            var end = Math.min(bytes.length, at + 1 + random.nextInt(random.nextInt(4) == 0 ? 64 : 4));
            segments.add(Arrays.copyOfRange(bytes, at, end));
            at = end;
        }
        return segments;
    }

    /** What a splitter finds in the segments. */
    static List<Received> received(List<byte[]> segments) {
        var splitter = new LineSplitter(LineLimits.strict(LONGEST_LINE));
        var found = new ArrayList<Received>();
        for (var segment : segments) {
            splitter.feed(segment, 0, segment.length);
            for (var next = splitter.poll(); next != null; next = splitter.poll()) {
                found.add(next);
            }
            assertThat(splitter.pending()).as("a segment is read to its end").isFalse();
        }
        // A line under way is all that it holds: the text with the byte that makes it too long, or its CRs.
        // The line, its pending CR, its signals, and a subnegotiation under way with its frame.
        assertThat(splitter.discard()).isBetween(0, LONGEST_LINE + 1 + MOST_SIGNAL_BYTES + 516);
        return found;
    }

    /** The whole lines that a splitter finds in the bytes. */
    static List<FtpLine> lines(byte[] bytes) {
        var lines = new ArrayList<FtpLine>();
        for (var found : received(List.of(bytes))) {
            if (found instanceof Received.Line(var line)) {
                lines.add(line);
            } else if (found instanceof Received.Faulty(var faults, var line) && faults.equals(BARE_LF) && line != null) {
                lines.add(line);
            }
        }
        return lines;
    }

    /** One line for all peers: it ends in CRLF, no other place in it could be taken for an end, its length is bounded. */
    static void assertWellFormed(FtpLine line, int longest) {
        assertWellFormed(line, longest, false, false);
    }

    /** @param crs whether a bare CR may be in it @param nuls whether a NUL may be */
    static void assertWellFormed(FtpLine line, int longest, boolean crs, boolean nuls) {
        var wire = line.wire();
        var end = wire.length - 2;
        assertThat(line.length()).isBetween(0, longest);
        assertThat(end - line.length()).as("bytes of signals").isBetween(0, MOST_SIGNAL_BYTES);
        assertThat(wire[end] == '\r' && wire[end + 1] == '\n').as("%s ends in CRLF", line).isTrue();
        for (var i = 0; i < end; i++) {
            assertThat(wire[i] != '\n').as("no LF within %s", line).isTrue();
            assertThat(crs || wire[i] != '\r' || wire[i + 1] == 0).as("no bare CR within %s", line).isTrue();
            assertThat(nuls || wire[i] != 0 || (i > 0 && wire[i - 1] == '\r')).as("no NUL within %s", line).isTrue();
        }
    }

    /** Safe for a log: one line of printable ASCII. */
    static void assertPrintable(String text) {
        assertThat(text.chars().allMatch(c -> c >= ' ' && c < 0x7f)).as("printable: %s", text).isTrue();
    }

    static String text(byte[] bytes) {
        return new String(bytes, ISO_8859_1);
    }
}
