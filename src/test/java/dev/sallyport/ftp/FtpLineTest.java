package dev.sallyport.ftp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FtpLineTest {

    @ParameterizedTest
    @MethodSource
    void escape_givesPrintableAsciiAlone(String text, String escaped) {
        assertThat(FtpLine.escape(text)).isEqualTo(escaped);
    }

    static Stream<Arguments> escape_givesPrintableAsciiAlone() {
        return Stream.of(
                Arguments.of("", ""),
                Arguments.of("RETR a file.txt ~!\"'", "RETR a file.txt ~!\"'"),
                Arguments.of("a\\b", "a\\\\b"),
                Arguments.of("\\x41", "\\\\x41"),
                Arguments.of("a\r\nINFO session=2", "a\\r\\nINFO session=2"),
                Arguments.of("\t", "\\t"),
                Arguments.of("\0\1\33[2J\177", "\\x00\\x01\\x1b[2J\\x7f"),
                Arguments.of("\u0080\u00e4\u00ff", "\\x80\\xe4\\xff"),
                Arguments.of("\u0100\u20ac\u2028", "\\u0100\\u20ac\\u2028"));
    }

    @Test
    void escape_ofEveryByte_isPrintableAndTellsThemApart() {
        var escapes = IntStream.rangeClosed(0, 255).mapToObj(c -> FtpLine.escape("" + (char) c)).collect(Collectors.toSet());
        assertThat(escapes).hasSize(256).allSatisfy(escaped -> assertThat(escaped).matches("[ -~]+"));
    }

    @Test
    void line_ofOurOwn_isTheTextAndCrlf() {
        var line = FtpLine.of("RETR \u00e4\u00ff");
        assertThat(new String(line.wire(), ISO_8859_1)).isEqualTo("RETR \u00e4\u00ff\r\n");
        assertThat(line.length()).isEqualTo(7);
        assertThat(line.at(5)).isEqualTo(0xe4);
        assertThat(line.at(6)).isEqualTo(0xff);
        assertThat(line.text()).isEqualTo("RETR \u00e4\u00ff");
        assertThat(line.text(5)).isEqualTo("\u00e4\u00ff");
        assertThat(line.text(7)).isEmpty();
        assertThat(line.synch()).isEqualTo(-1);
    }

    @Test
    void line_withSignals_hasItsTextBehindThem() {
        var line = new FtpLine("\u00ff\u00f4\u00ff\u00f2ABOR\r\n".getBytes(ISO_8859_1), 4, 8);
        assertThat(line.text()).isEqualTo("ABOR");
        assertThat(line.length()).isEqualTo(4);
        assertThat(line.at(0)).isEqualTo('A');
        assertThat(line.synch()).isEqualTo(2);
        assertThat(line).hasToString("ABOR");
    }

    @Test
    void synch_ofSeveralDataMarks_isTheLast() {
        assertThat(new FtpLine("\u00ff\u00f2\u00ff\u00f2\u00ff\u00f4\r\n".getBytes(ISO_8859_1), 6, 6).synch()).isEqualTo(2);
    }

    @Test
    void equality_isThatOfTheBytesOnTheWire() {
        assertThat(FtpLine.of("NOOP")).isEqualTo(FtpLine.of("NOOP")).hasSameHashCodeAs(FtpLine.of("NOOP"))
                .isNotEqualTo(FtpLine.of("noop"));
    }
}
