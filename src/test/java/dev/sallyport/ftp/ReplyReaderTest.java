package dev.sallyport.ftp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.ReplyReader.Part;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyReaderTest {

    private final ReplyReader reader = new ReplyReader(5);

    @ParameterizedTest
    @CsvSource(ignoreLeadingAndTrailingWhitespace = false, value = {
        "220 ready,220", "220 ,220", "220,220", "100 a,100", "120 soon,120", "631 protected,631", "699 a,699", "220  -a,220"
    })
    void lineWithCodeAndSpaceOrCodeAlone_isAWholeReply(String text, int code) {
        assertThat(read(text)).containsExactly(Part.WHOLE);
        assertThat(reader.code()).isEqualTo(code);
        assertThat(reader.within()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", " ", "2", "22", "ready", "22O ready", "099 a", "000 a", "700 a", "999 a", "2200 ready", "220ready", "220\tready", "220_a",
        " 220 ready", "-220 ready", "\u00b2\u00b20 a", "SSH-2.0-x", "HTTP/1.1 400 Bad Request"
    })
    void lineWithoutACode_isMalformed(String text) {
        assertThat(read(text)).containsExactly(Part.MALFORMED);
        assertThat(reader.within()).isFalse();
    }

    @ParameterizedTest
    @MethodSource
    void multiLineReply_endsAtItsCodeAndASpaceAlone(String inner) {
        assertThat(read("220-Welcome", inner)).containsExactly(Part.FIRST, Part.INNER);
        assertThat(reader.within()).isTrue();
        assertThat(reader.code()).isEqualTo(220);
        assertThat(read("220 Ready")).containsExactly(Part.LAST);
        assertThat(reader.within()).isFalse();
        assertThat(reader.code()).isEqualTo(220);
    }

    /** Inner lines may say anything (CVE-2002-1978, CVE-2002-1979). */
    static Stream<String> multiLineReply_endsAtItsCodeAndASpaceAlone() {
        return Stream.of("", "text", " 220 indented", "220-again", "220", "220x", "220\tx", "2200 x", "221 another", "221-another",
                "227 Entering Passive Mode (192,0,2,1,195,80)", "229 Entering Extended Passive Mode (|||50000|)", "22", "22 0 x",
                "120 x", "SSH-2.0-x", "421 closing");
    }

    @Test
    void multiLineReply_withoutText_isOne() {
        assertThat(read("211-", "211 ")).containsExactly(Part.FIRST, Part.LAST);
    }

    @Test
    void repliesInARow_areApart() {
        assertThat(read("120 soon", "220-a", "b", "220 c", "331 d", "230-e", "230 f"))
                .containsExactly(Part.WHOLE, Part.FIRST, Part.INNER, Part.LAST, Part.WHOLE, Part.FIRST, Part.LAST);
        assertThat(reader.code()).isEqualTo(230);
    }

    @Test
    void code_behindAMalformedLine_isNotTheLastReplys() {
        read("220 ready", "nonsense");
        assertThat(reader.code()).isZero();
    }

    @Test
    void reply_withAsManyLinesAsAllowed_isWhole() {
        assertThat(read("211-1", "2", "3", "4", "211 5"))
                .containsExactly(Part.FIRST, Part.INNER, Part.INNER, Part.INNER, Part.LAST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6", "211 6"})
    void reply_withALineTooMany_isSaidAtThatLine(String sixth) {
        assertThat(read("211-1", "2", "3", "4", "5")).doesNotContain(Part.TOO_MANY);
        assertThat(read(sixth)).containsExactly(Part.TOO_MANY);
    }

    @Test
    void limit_isOfEachReply() {
        for (var i = 0; i < 3; i++) {
            assertThat(read("211-1", "2", "3", "4", "211 5")).doesNotContain(Part.TOO_MANY);
        }
    }

    @ParameterizedTest
    @MethodSource
    void code_ofEveryReply_isItsThreeDigits(int code) {
        assertThat(read(code + " text")).containsExactly(Part.WHOLE);
        assertThat(reader.code()).isEqualTo(code);
    }

    static IntStream code_ofEveryReply_isItsThreeDigits() {
        return IntStream.of(100, 109, 110, 190, 227, 300, 421, 599, 600, 699);
    }

    @ParameterizedTest
    @MethodSource
    void serverThatDoesNotSpeakFtp_isNamed(String text, Fault fault) {
        assertThat(ReplyReader.whatItIs(FtpLine.of(text))).isEqualTo(fault);
    }

    static Stream<Arguments> serverThatDoesNotSpeakFtp_isNamed() {
        return Stream.of(
                Arguments.of("SSH-2.0-OpenSSH_9.9", Fault.SSH_ON_CONTROL_PORT),
                Arguments.of("HTTP/1.1 400 Bad Request", Fault.HTTP_ON_CONTROL_PORT),
                Arguments.of("HTTP", Fault.REPLY_MALFORMED),
                Arguments.of(" SSH-2.0-x", Fault.REPLY_MALFORMED),
                Arguments.of("* OK IMAP4", Fault.REPLY_MALFORMED),
                Arguments.of("", Fault.REPLY_MALFORMED));
    }

    private Part[] read(String... lines) {
        return Arrays.stream(lines).map(line -> reader.read(FtpLine.of(line))).toArray(Part[]::new);
    }
}
