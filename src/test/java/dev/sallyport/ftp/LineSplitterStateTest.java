package dev.sallyport.ftp;

import static dev.sallyport.ftp.Findings.DO;
import static dev.sallyport.ftp.Findings.IAC;
import static dev.sallyport.ftp.Findings.IP;
import static dev.sallyport.ftp.Findings.LONGEST;
import static dev.sallyport.ftp.Findings.SB;
import static dev.sallyport.ftp.Findings.SE;
import static dev.sallyport.ftp.Findings.bytes;
import static dev.sallyport.ftp.Findings.feed;
import static dev.sallyport.ftp.Findings.findings;
import static dev.sallyport.ftp.Findings.line;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a splitter says of itself between segments, and what it forgets. */
class LineSplitterStateTest {

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
}
