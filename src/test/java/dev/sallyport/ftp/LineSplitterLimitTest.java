package dev.sallyport.ftp;

import static dev.sallyport.ftp.Findings.DM;
import static dev.sallyport.ftp.Findings.DO;
import static dev.sallyport.ftp.Findings.DONT;
import static dev.sallyport.ftp.Findings.IAC;
import static dev.sallyport.ftp.Findings.IP;
import static dev.sallyport.ftp.Findings.LONGEST;
import static dev.sallyport.ftp.Findings.SB;
import static dev.sallyport.ftp.Findings.SE;
import static dev.sallyport.ftp.Findings.answer;
import static dev.sallyport.ftp.Findings.assertEverySegmentation;
import static dev.sallyport.ftp.Findings.bytes;
import static dev.sallyport.ftp.Findings.fault;
import static dev.sallyport.ftp.Findings.faulty;
import static dev.sallyport.ftp.Findings.findings;
import static dev.sallyport.ftp.Findings.line;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The lengths of lines and Telnet commands: what reaches them is read, what passes them ends the session or is told. */
class LineSplitterLimitTest {

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
                .containsExactly(answer(""), answer(""), line(IP.repeat(8) + "ABOR"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00ff\u00f1", "\u00ff\u00f4", "\u00ff\u00fcx", "\u00ff\u00fa123\u00ff\u00f0"})
    void telnet_thatNeedsNoAnswer_isToldOfByTheKilobyte(String command) {
        var commands = command.repeat(5000);
        var within = 5000 * (command.length() - 1);
        assertThat(findings(new LineSplitter(LineLimits.strict(LONGEST)), bytes(commands)))
                .hasSize(within / LineSplitter.MANY_TELNET_BYTES)
                .containsOnly(answer(""));
    }
}
