package dev.sallyport.ftp;

import static dev.sallyport.ftp.Findings.DM;
import static dev.sallyport.ftp.Findings.DO;
import static dev.sallyport.ftp.Findings.DONT;
import static dev.sallyport.ftp.Findings.IAC;
import static dev.sallyport.ftp.Findings.IP;
import static dev.sallyport.ftp.Findings.LONGEST;
import static dev.sallyport.ftp.Findings.SB;
import static dev.sallyport.ftp.Findings.SE;
import static dev.sallyport.ftp.Findings.WILL;
import static dev.sallyport.ftp.Findings.WONT;
import static dev.sallyport.ftp.Findings.answer;
import static dev.sallyport.ftp.Findings.assertEverySegmentation;
import static dev.sallyport.ftp.Findings.bytes;
import static dev.sallyport.ftp.Findings.fault;
import static dev.sallyport.ftp.Findings.faulty;
import static dev.sallyport.ftp.Findings.feed;
import static dev.sallyport.ftp.Findings.line;
import static dev.sallyport.ftp.Findings.row;
import static dev.sallyport.ftp.Findings.shown;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

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
 * never show.
 */
class LineSplitterTest {

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

    @Test
    void firstByte_ofATlsHandshake_whenLinesAreReadOn_isToldWithTheFirst() {
        var lenient = new LineLimits(LONGEST, LONGEST, LineLimits.SUBNEGOTIATION_BYTES, true);
        assertEverySegmentation(lenient, "\26\3\1\r\n\26\r\n", List.of(
                faulty("\26\3\1", Fault.TLS_ON_PLAIN_PORT), line("\26")));
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
}
