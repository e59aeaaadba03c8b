package dev.sallyport.ftp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.provider.Arguments;

/** What a {@link LineSplitter} finds in some bytes, as text that tests compare. One character stands for one byte. */
final class Findings {

    static final int LONGEST = 64;

    static final String IAC = "\u00ff";
    static final String DONT = IAC + "\u00fe";
    static final String DO = IAC + "\u00fd";
    static final String WONT = IAC + "\u00fc";
    static final String WILL = IAC + "\u00fb";
    static final String SB = IAC + "\u00fa";
    static final String IP = IAC + "\u00f4";
    static final String DM = IAC + "\u00f2";
    static final String SE = IAC + "\u00f0";

    private Findings() {}

    static void assertEverySegmentation(int longest, String input, List<String> expected) {
        assertEverySegmentation(LineLimits.strict(longest), input, expected);
    }

    static void assertEverySegmentation(LineLimits limits, String input, List<String> expected) {
        var whole = bytes(input);
        assertThat(findings(new LineSplitter(limits), whole)).as("whole").isEqualTo(expected);
        for (var cut = 1; cut < whole.length; cut++) {
            var first = Arrays.copyOfRange(whole, 0, cut);
            var second = Arrays.copyOfRange(whole, cut, whole.length);
            assertThat(findings(new LineSplitter(limits), first, second)).as("cut behind byte %d", cut).isEqualTo(expected);
        }
        var single = new byte[whole.length][];
        for (var i = 0; i < whole.length; i++) {
            single[i] = new byte[] {whole[i]};
        }
        assertThat(findings(new LineSplitter(limits), single)).as("byte by byte").isEqualTo(expected);
    }

    static List<String> findings(LineSplitter splitter, byte[]... segments) {
        var findings = new ArrayList<String>();
        for (var segment : segments) {
            feed(splitter, segment);
            for (var found = splitter.poll(); found != null; found = splitter.poll()) {
                findings.add(shown(found));
            }
        }
        return findings;
    }

    /** Feeds the segment from the middle of a larger array, as it comes from a buffer. */
    static void feed(LineSplitter splitter, byte[] segment) {
        if (segment.length % 2 == 0) {
            splitter.feed(segment, 0, segment.length);
            return;
        }
        var array = new byte[segment.length + 5];
        Arrays.fill(array, (byte) '\n');
        System.arraycopy(segment, 0, array, 3, segment.length);
        splitter.feed(array, 3, segment.length);
    }

    static String shown(Received found) {
        return switch (found) {
            case Received.Line(var line) -> "line " + escaped(line.wire());
            case Received.Faulty(var faults, var line) ->
                line == null ? "fault " + faults : "faulty " + escaped(line.wire()) + " " + faults;
            case Received.TelnetOption(var answer) -> "answer " + escaped(answer);
        };
    }

    static Arguments row(String name, String input, String... expected) {
        return Arguments.of(name, input, List.of(expected));
    }

    static String line(String wireWithoutEnd) {
        return "line " + FtpLine.escape(wireWithoutEnd + "\r\n");
    }

    static String fault(Fault fault) {
        return "fault [" + fault + "]";
    }

    static String faulty(String wireWithoutEnd, Fault... faults) {
        return "faulty " + FtpLine.escape(wireWithoutEnd + "\r\n") + " " + List.of(faults);
    }

    static String answer(String bytes) {
        return "answer " + FtpLine.escape(bytes);
    }

    private static String escaped(byte[] bytes) {
        return FtpLine.escape(new String(bytes, ISO_8859_1));
    }

    static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
