package dev.sallyport.ftp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every row of the table in {@link LineSplitter}, whole, in every two segments, and byte by byte: where the segments end must
 * never show. One character stands for one byte.
 */
class LineSplitterTest {

    private static final int LONGEST = 64;

    private static final String IAC = "\u00ff";
    private static final String DONT = IAC + "\u00fe";
    private static final String DO = IAC + "\u00fd";
    private static final String WONT = IAC + "\u00fc";
    private static final String WILL = IAC + "\u00fb";
    private static final String SB = IAC + "\u00fa";
    private static final String IP = IAC + "\u00f4";
    private static final String DM = IAC + "\u00f2";
    private static final String SE = IAC + "\u00f0";

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void findings_inEverySegmentation_areThoseOfTheTable(String row, String input, List<String> expected) {
        assertEverySegmentation(LONGEST, input, expected);
    }

    static Stream<Arguments> findings_inEverySegmentation_areThoseOfTheTable() {
        var table = Stream.of(
                row("CRLF", "NOOP\r\n", line("NOOP")),
                row("empty line", "\r\n", line("")),
                row("several lines", "USER a\r\nPASS b\r\nSYST\r\n", line("USER a"), line("PASS b"), line("SYST")),
                row("bare LF", "NOOP\n", faulty("NOOP", Fault.BARE_LINE_FEED)),
                row("empty line, bare LF", "\n", faulty("", Fault.BARE_LINE_FEED)),
                row("CR CR LF", "NOOP\r\r\n", line("NOOP")),
                row("CR run", "NOOP\r\r\r\r\nSYST\r\n", line("NOOP"), line("SYST")),
                row("every end", "A\r\nB\nC\r\r\nD\r\n", line("A"), faulty("B", Fault.BARE_LINE_FEED), line("C"),
                        line("D")),
                row("CR NUL", "RETR a\r\0b\r\n", line("RETR a\r\0b")),
                row("CR NUL at the line's end", "RETR a\r\0\r\n", line("RETR a\r\0")),
                row("CR NUL twice", "RETR \r\0\r\0\r\n", line("RETR \r\0\r\0")),
                row("bare CR", "RETR a\rDELE b\r\nNOOP\r\n", faulty("RETR a\rDELE b", Fault.BARE_CARRIAGE_RETURN), line("NOOP")),
                row("bare CR first", "\rNOOP\r\nSYST\r\n", faulty("\rNOOP", Fault.BARE_CARRIAGE_RETURN), line("SYST")),
                row("CR CR and text", "a\r\rb\nNOOP\r\n",
                        faulty("a\r\rb", Fault.BARE_CARRIAGE_RETURN, Fault.BARE_LINE_FEED), line("NOOP")),
                row("CR CR NUL", "a\r\r\0b\r\nNOOP\r\n", faulty("a\r\r\0b", Fault.BARE_CARRIAGE_RETURN), line("NOOP")),
                row("CR IAC IAC", "a\r" + IAC + IAC + "\r\nNOOP\r\n",
                        faulty("a\r" + IAC + IAC, Fault.BARE_CARRIAGE_RETURN), line("NOOP")),
                row("NUL", "RETR a\0b\r\nNOOP\r\n", faulty("RETR a\0b", Fault.NUL_IN_LINE), line("NOOP")),
                row("NUL first", "\0NOOP\r\nSYST\r\n", faulty("\0NOOP", Fault.NUL_IN_LINE), line("SYST")),
                row("NUL behind CR NUL", "a\r\0\0\r\nNOOP\r\n", faulty("a\r\0\0", Fault.NUL_IN_LINE), line("NOOP")),
                row("8-bit bytes", "RETR \u00e4\u0080\u00fe\u00f4\r\n", line("RETR \u00e4\u0080\u00fe\u00f4")),
                row("control bytes", "RETR \1\t\b\33\177\r\n", line("RETR \1\t\b\33\177")),
                row("IAC IAC", "RETR a" + IAC + IAC + "b\r\n", line("RETR a" + IAC + IAC + "b")),
                row("IAC IAC at the line's end", IAC + IAC + "\r\n", line(IAC + IAC)),
                row("IAC IAC and a telnet command's byte", "a" + IAC + IAC + "\u00fd\1\r\n", line("a" + IAC + IAC + "\u00fd\1")),
                row("DO", DO + "\1NOOP\r\n", answer(WONT + "\1"), line("NOOP")),
                row("WILL", WILL + "\42NOOP\r\n", answer(DONT + "\42"), line("NOOP")),
                row("DO 255", DO + IAC + "NOOP\r\n", answer(WONT + IAC), line("NOOP")),
                row("DO in a line", "NO" + DO + "\6OP\r\nSYST\r\n", answer(WONT + "\6"), line("NOOP"), line("SYST")),
                row("DO LF", "NO" + DO + "\nOP\r\n", answer(WONT + "\n"), line("NOOP")),
                row("WILL between CR and LF", "NOOP\r" + WILL + "\3\n", answer(DONT + "\3"), line("NOOP")),
                row("DO and WILL", DO + "\1" + WILL + "\1NOOP\r\n", answer(WONT + "\1"), answer(DONT + "\1"), line("NOOP")),
                row("DO alone", DO + "\1", answer(WONT + "\1")),
                row("DONT", "NO" + DONT + "\1OP\r\n", line("NOOP")),
                row("WONT", "NO" + WONT + "\1OP\r\n", line("NOOP")),
                row("IP DM before ABOR", IP + DM + "ABOR\r\n", line(IP + DM + "ABOR")),
                row("IP and DM in a line", "AB" + IP + "O" + DM + "R\r\n", line(IP + DM + "ABOR")),
                row("DM behind the text", "ABOR" + DM + "\r\n", line(DM + "ABOR")),
                row("DM between CR and LF", "ABOR\r" + DM + "\n", line(DM + "ABOR")),
                row("a signal belongs to its line", "A\r\n" + IP + "B\r\nC\r\n", line("A"), line(IP + "B"), line("C")),
                row("a faulty line's signal goes with it", DM + "a\0\r\nNOOP\r\n", faulty(DM + "a\0", Fault.NUL_IN_LINE),
                        line("NOOP")),
                row("SB SE", "NO" + SB + "\30\0xterm" + SE + "OP\r\n", line("NOOP")),
                row("LF in SB SE", "NO" + SB + "\30\r\nDELE a\r\n" + SE + "OP\r\n", line("NOOP")),
                row("IAC IAC in SB SE", SB + IAC + IAC + "\u00f0" + SE + "NOOP\r\n", line("NOOP")),
                row("DO in SB SE", SB + DO + "\1" + SE + "NOOP\r\n", line("NOOP")),
                row("IAC below 240, an 8-bit name", "RETR " + IAC + "a\r\n", line("RETR " + IAC + "a")),
                row("IAC 239", "RETR " + IAC + "\u00ef\r\n", line("RETR " + IAC + "\u00ef")),
                row("IAC CR LF", "RETR " + IAC + "\r\n", line("RETR " + IAC)),
                row("IAC LF", "RETR " + IAC + "\nNOOP\r\n", faulty("RETR " + IAC, Fault.BARE_LINE_FEED), line("NOOP")),
                row("every fault of a line", "a\0\rb\n",
                        faulty("a\0\rb", Fault.NUL_IN_LINE, Fault.BARE_CARRIAGE_RETURN, Fault.BARE_LINE_FEED)),
                row("IAC CR NUL", "RETR " + IAC + "\r\0\r\n", line("RETR " + IAC + "\r\0")),
                row("IAC NUL", "RETR " + IAC + "\0\r\nNOOP\r\n", faulty("RETR " + IAC + "\0", Fault.NUL_IN_LINE),
                        line("NOOP")),
                row("no end", "NOOP"),
                row("no end behind a line", "NOOP\r\nSYST\r", line("NOOP")));
        var otherCommands = IntStream.of(240, 241, 243, 245, 246, 247, 248, 249)
                .mapToObj(command -> row("IAC " + command, "NO" + IAC + (char) command + "OP\r\n", line("NOOP")));
        return Stream.concat(table, otherCommands);
    }

    @ParameterizedTest
    @MethodSource
    void line_atTheLimit_isALine(String input, String text) {
        assertEverySegmentation(8, input + "NOOP\r\n", List.of(line(text), line("NOOP")));
    }

    static Stream<Arguments> line_atTheLimit_isALine() {
        return Stream.of(
                Arguments.of("12345678\r\n", "12345678"),
                Arguments.of("1234567\r\r\n", "1234567"),
                Arguments.of("\r\r\r\r\r\r\r\r\r\n", ""),
                Arguments.of("123456" + IAC + IAC + "\r\n", "123456" + IAC + IAC),
                Arguments.of("123456\r\0\r\n", "123456\r\0"),
                // What is taken out, or goes in front, is no text.
                Arguments.of(IP + DM + "12345678\r\n", IP + DM + "12345678"),
                Arguments.of("1234" + DONT + "\1" + SB + "\30\1\2\3\4\5\6" + SE + "5678\r\n", "12345678"));
    }

    @ParameterizedTest
    @MethodSource
    void line_pastTheLimit_endsTheSession(String input) {
        assertEverySegmentation(8, "NOOP\r\n" + input + "\r\nDELE a\r\n" + DO + "\1",
                List.of(line("NOOP"), fault(Fault.LINE_TOO_LONG)));
    }

    @Test
    void line_pastTheUsualLimit_comesWithItsFault() {
        var lenient = new LineLimits(8, 12, LineLimits.SUBNEGOTIATION_BYTES, false);
        assertEverySegmentation(lenient, "12345678\r\n123456789012\r\n1234567890\nNOOP\r\n1234567890123", List.of(
                line("12345678"), faulty("123456789012", Fault.LINE_TOO_LONG),
                faulty("1234567890", Fault.LINE_TOO_LONG, Fault.BARE_LINE_FEED), line("NOOP"), fault(Fault.LINE_TOO_LONG)));
    }

    @Test
    void subnegotiation_pastTheUsualLimit_isToldWithItsLine() {
        var lenient = new LineLimits(LONGEST, LONGEST, 600, false);
        assertEverySegmentation(lenient, "NO" + SB + "x".repeat(590) + SE + "OP\r\nNOOP\r\n" + SB + "x".repeat(601), List.of(
                faulty("NOOP", Fault.TELNET_SUBNEGOTIATION_TOO_LONG), line("NOOP"),
                fault(Fault.TELNET_SUBNEGOTIATION_TOO_LONG)));
    }

    @Test
    void firstByte_ofATlsHandshake_whenLinesAreReadOn_isToldWithTheFirst() {
        var lenient = new LineLimits(LONGEST, LONGEST, LineLimits.SUBNEGOTIATION_BYTES, true);
        assertEverySegmentation(lenient, "\26\3\1\r\n\26\r\n", List.of(
                faulty("\26\3\1", Fault.TLS_ON_PLAIN_PORT), line("\26")));
    }

    static Stream<String> line_pastTheLimit_endsTheSession() {
        return Stream.of(
                "123456789",
                "12345678\r",
                "1234567" + IAC + IAC,
                "12345678" + IAC + IAC,
                "12345678" + IAC + "a",
                "1234567\r\0",
                "\r\r\r\r\r\r\r\r\r\r",
                "\0" + "12345678",
                "a\rbcdefgh");
    }

    @Test
    void line_thatNeverEnds_isAFaultAtTheFirstByteTooMany() {
        var splitter = new LineSplitter(LineLimits.strict(4096));
        assertThat(findings(splitter, bytes("x".repeat(4096)))).isEmpty();
        assertThat(findings(splitter, bytes("x"))).containsExactly(fault(Fault.LINE_TOO_LONG));
        assertThat(findings(splitter, bytes("NOOP\r\n"))).isEmpty();
        assertThat(splitter.unfinished()).isFalse();
        assertThat(splitter.pending()).isFalse();
    }

    @Test
    void subnegotiation_atTheLimit_isSkipped() {
        assertThat(findings(new LineSplitter(LineLimits.strict(LONGEST)), bytes(SB + "x".repeat(511) + SE + "NOOP\r\n")))
                .containsExactly(line("NOOP"));
    }

    @Test
    void subnegotiation_limit_isOfEachOne() {
        assertThat(findings(new LineSplitter(LineLimits.strict(LONGEST)), bytes((SB + "x".repeat(300) + SE).repeat(3) + "NOOP\r\n")))
                .containsExactly(line("NOOP"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "\n", "\r\n", "\u00ff\u00ff", "\u00ff\u00fa", "\u00fe"})
    void subnegotiation_thatNeverEnds_endsTheSession(String content) {
        assertEverySegmentation(LONGEST, SB + content.repeat(1100) + SE + "DELE a\r\n",
                List.of(fault(Fault.TELNET_SUBNEGOTIATION_TOO_LONG)));
    }

    @Test
    void signals_moreThanASynchNeeds_areDropped() {
        assertThat(findings(new LineSplitter(LineLimits.strict(LONGEST)), bytes(IP.repeat(5000) + "ABOR\r\n")))
                .containsExactly(line(IP.repeat(8) + "ABOR"));
    }

    @Test
    void synch_inFrontOfALine_isNoTextOfIt() {
        var splitter = new LineSplitter(LineLimits.strict(LONGEST));
        feed(splitter, bytes(IP + DM + "ABOR\r\n"));
        assertThat(splitter.poll()).isInstanceOfSatisfying(Received.Line.class, found -> {
            assertThat(found.line().text()).isEqualTo("ABOR");
            assertThat(found.line().synch()).isEqualTo(2);
        });
    }

    @Test
    void synch_ofALineWithoutADataMark_isNone() {
        var splitter = new LineSplitter(LineLimits.strict(LONGEST));
        feed(splitter, bytes(IP + "ABOR\r\n"));
        assertThat(splitter.poll()).isInstanceOfSatisfying(Received.Line.class,
                found -> assertThat(found.line().synch()).isEqualTo(-1));
    }

    @Test
    void firstByte_ofATlsHandshake_endsTheSession() {
        assertEverySegmentation(LONGEST, "\26\3\1\2\0\1\0\1\374\3\3\nNOOP\r\n", List.of(fault(Fault.TLS_ON_PLAIN_PORT)));
    }

    @Test
    void laterByte_thatCouldBeginATlsHandshake_isText() {
        assertEverySegmentation(LONGEST, "a\26\r\n\26\3\1\r\n", List.of(line("a\26"), line("\26\3\1")));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void plainLines_inRandomSegments_leaveByteForByte(long seed) {
        var random = new Random(seed);
        var input = new StringBuilder();
        for (var i = 0; i < 200; i++) {
            for (var left = random.nextInt(LONGEST + 1); left > 0; left--) {
                var b = 1 + random.nextInt(254);
                input.append(b == '\r' || b == '\n' || input.isEmpty() && b == 0x16 ? 'x' : (char) b);
            }
            input.append("\r\n");
        }
        var wire = bytes(input.toString());
        var splitter = new LineSplitter(LineLimits.strict(LONGEST));
        var forwarded = new StringBuilder();
        for (var at = 0; at < wire.length; ) {
            var end = Math.min(wire.length, at + 1 + random.nextInt(100));
            splitter.feed(wire, at, end - at);
            for (var found = splitter.poll(); found != null; found = splitter.poll()) {
                assertThat(found).isInstanceOf(Received.Line.class);
                if (found instanceof Received.Line(var line)) {
                    forwarded.append(new String(line.wire(), ISO_8859_1));
                }
            }
            at = end;
        }
        assertThat(forwarded.toString()).isEqualTo(input.toString());
    }

    @Test
    void line_onceReturned_doesNotChangeWithTheSegment() {
        var segment = bytes("NOOP\r\n");
        var splitter = new LineSplitter(LineLimits.strict(LONGEST));
        feed(splitter, segment);
        var found = splitter.poll();
        Arrays.fill(segment, (byte) 'x');
        assertThat(found).isInstanceOfSatisfying(Received.class,
                received -> assertThat(shown(received)).isEqualTo(line("NOOP")));
    }

    @Test
    void feed_beforeTheLastSegmentIsPolled_isAMistake() {
        var splitter = new LineSplitter(LineLimits.strict(LONGEST));
        feed(splitter, bytes("NOOP\r\nSYST\r\n"));
        splitter.poll();
        assertThatThrownBy(() -> feed(splitter, bytes("QUIT\r\n"))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void pending_untilTheSegmentIsPolled_isTrue() {
        var splitter = new LineSplitter(LineLimits.strict(LONGEST));
        assertThat(splitter.pending()).isFalse();
        feed(splitter, bytes("NOOP\r\nSYST\r\n"));
        assertThat(splitter.pending()).isTrue();
        splitter.poll();
        assertThat(splitter.pending()).isTrue();
        splitter.poll();
        assertThat(splitter.pending()).isFalse();
    }

    @Test
    void pending_withTheBeginningOfALineAlone_isFalse() {
        var splitter = new LineSplitter(LineLimits.strict(LONGEST));
        assertThat(findings(splitter, bytes("NOO"))).isEmpty();
        assertThat(splitter.pending()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("beginnings")
    void unfinished_behindTheBeginningOfALine_isTrueUntilTheLineEnds(String beginning, String rest) {
        var splitter = new LineSplitter(LineLimits.strict(LONGEST));
        assertThat(splitter.unfinished()).isFalse();
        findings(splitter, bytes("SYST\r\n" + beginning));
        assertThat(splitter.unfinished()).isTrue();
        findings(splitter, bytes(rest));
        assertThat(splitter.unfinished()).isFalse();
    }

    static Stream<Arguments> beginnings() {
        return Stream.of(
                Arguments.of("N", "OOP\r\n"),
                Arguments.of("\r", "\n"),
                Arguments.of("\0", "\r\n"),
                Arguments.of(IAC, "\r\n"),
                Arguments.of(IP, "\n"),
                Arguments.of(DO, "\1"),
                Arguments.of(SB, SE),
                Arguments.of(SB + "\30" + IAC, "\u00f0"));
    }

    @Test
    void discard_ofNothing_isZero() {
        var splitter = new LineSplitter(LineLimits.strict(LONGEST));
        assertThat(splitter.discard()).isZero();
        findings(splitter, bytes("NOOP\r\n"));
        assertThat(splitter.discard()).isZero();
    }

    @Test
    void discard_ofLinesNotPolled_countsAndForgetsThem() {
        var splitter = new LineSplitter(LineLimits.strict(LONGEST));
        feed(splitter, bytes("AUTH TLS\r\nUSER a\r\nPASS"));
        splitter.poll();
        assertThat(splitter.discard()).isEqualTo(12);
        assertThat(splitter.pending()).isFalse();
        assertThat(splitter.unfinished()).isFalse();
        assertThat(findings(splitter, bytes("NOOP\r\n"))).containsExactly(line("NOOP"));
    }

    @ParameterizedTest
    @MethodSource("beginnings")
    void discard_ofTheLineUnderWay_countsAndForgetsIt(String beginning, String ignored) {
        var splitter = new LineSplitter(LineLimits.strict(LONGEST));
        findings(splitter, bytes(beginning));
        assertThat(splitter.discard()).isEqualTo(beginning.length());
        assertThat(splitter.unfinished()).isFalse();
        assertThat(findings(splitter, bytes("NOOP\r\n"))).containsExactly(line("NOOP"));
    }

    private static void assertEverySegmentation(int longest, String input, List<String> expected) {
        assertEverySegmentation(LineLimits.strict(longest), input, expected);
    }

    private static void assertEverySegmentation(LineLimits limits, String input, List<String> expected) {
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

    private static List<String> findings(LineSplitter splitter, byte[]... segments) {
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
    private static void feed(LineSplitter splitter, byte[] segment) {
        if (segment.length % 2 == 0) {
            splitter.feed(segment, 0, segment.length);
            return;
        }
        var array = new byte[segment.length + 5];
        Arrays.fill(array, (byte) '\n');
        System.arraycopy(segment, 0, array, 3, segment.length);
        splitter.feed(array, 3, segment.length);
    }

    private static String shown(Received found) {
        return switch (found) {
            case Received.Line(var line) -> "line " + escaped(line.wire());
            case Received.Faulty(var faults, var line) ->
                line == null ? "fault " + faults : "faulty " + escaped(line.wire()) + " " + faults;
            case Received.TelnetOption(var answer) -> "answer " + escaped(answer);
        };
    }

    private static Arguments row(String name, String input, String... expected) {
        return Arguments.of(name, input, List.of(expected));
    }

    private static String line(String wireWithoutEnd) {
        return "line " + FtpLine.escape(wireWithoutEnd + "\r\n");
    }

    private static String fault(Fault fault) {
        return "fault [" + fault + "]";
    }

    private static String faulty(String wireWithoutEnd, Fault... faults) {
        return "faulty " + FtpLine.escape(wireWithoutEnd + "\r\n") + " " + List.of(faults);
    }

    private static String answer(String bytes) {
        return "answer " + FtpLine.escape(bytes);
    }

    private static String escaped(byte[] bytes) {
        return FtpLine.escape(new String(bytes, ISO_8859_1));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
