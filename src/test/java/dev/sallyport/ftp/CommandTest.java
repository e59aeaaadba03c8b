package dev.sallyport.ftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTest {

    static Stream<String> vocabulary() {
        return VerbTest.vocabulary();
    }

    @ParameterizedTest
    @MethodSource("vocabulary")
    void command_ofTheVocabulary_isKnownInAnyCase(String name) {
        for (var written : new String[] {name, name.toLowerCase(Locale.ROOT), "  " + name}) {
            var command = parsed(written + " an argument");
            assertThat(command.verb()).hasToString(name);
            assertThat(command.name()).isEqualTo(name);
            assertThat(command.argument()).isEqualTo("an argument");
        }
    }

    @ParameterizedTest
    @MethodSource("vocabulary")
    void command_withoutArgument_hasAnEmptyOne(String name) {
        assertThat(parsed(name).argument()).isEmpty();
        assertThat(parsed(name + " ").argument()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\t", "\u000b", "\f"})
    void separator_ofServersInC_endsTheVerb(String separator) {
        var command = parsed("retr" + separator + "a");
        assertThat(command.verb()).isEqualTo(Verb.RETR);
        assertThat(command.argument()).isEqualTo("a");
    }

    @ParameterizedTest
    @MethodSource("noSeparators")
    void otherByte_behindTheVerb_makesTheLineMalformed(char separator) {
        assertThat(fault("RETR" + separator + "a")).isEqualTo(Fault.COMMAND_MALFORMED);
    }

    static Stream<Character> noSeparators() {
        return IntStream.rangeClosed(1, 255).mapToObj(c -> (char) c)
                .filter(c -> " \t\u000b\f".indexOf(c) < 0)
                .filter(c -> !(c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", " ", "     ", "\tNOOP", "1NOOP", "9", "220ready", "2200 ready", "22 ready", "-NOOP", "\u00e4NOOP", "\"NOOP\"", "\177",
        "\u00ff\u00ffNOOP",
        "ABCDEFGHIJKLMNOPQ", "ABCDEFGHIJKLMNOPQ x", "Host: example.com", "ssh-2.0-x"
    })
    void line_thatBeginsWithNoVerb_isMalformed(String text) {
        assertThat(fault(text)).isEqualTo(Fault.COMMAND_MALFORMED);
    }

    @ParameterizedTest
    @CsvSource({"NOPE,NOPE", "nope a,NOPE", "X,X", "ABCDEFGHIJKLMNOP,ABCDEFGHIJKLMNOP", "x509 a,X509", "UNKNOWN,UNKNOWN"})
    void unknownVerb_isAValue(String text, String name) {
        var command = parsed(text);
        assertThat(command.verb()).isEqualTo(Verb.UNKNOWN);
        assertThat(command.name()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {" a", "a b", "a  ", " ", "  a  b  ", "\ta", "a\tb", "\u00e4\u00f6\u00ff\u00ff.txt", "a\r\0b", "\1\177\u0080"})
    void argument_keepsEveryByteBehindOneSeparator(String argument) {
        assertThat(parsed("STOR " + argument).argument()).isEqualTo(argument);
        assertThat(parsed("   nope " + argument).argument()).isEqualTo(argument);
    }

    @Test
    void line_isTheOneThatCame() {
        var line = FtpLine.of("  retr a ");
        assertThat(parsed(line).line()).isSameAs(line);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "GET / HTTP/1.1", "get / http/1.1", "POST", "HEAD /", "PUT /a HTTP/1.0", "DELETE /", "CONNECT a:21 HTTP/1.1", "OPTIONS *",
        "TRACE /", "PATCH /", "PROPFIND /", "  GET /", "MKCOL /a HTTP/1.1", "BREW / HTTP/2"
    })
    void httpRequest_isRecognised(String text) {
        assertThat(fault(text)).isEqualTo(Fault.HTTP_ON_CONTROL_PORT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"STOR a HTTP/1.1", "SITE GET / HTTP/1.1", "MKCOL a", "BREW HTTP/1.1 pot", "GETX /"})
    void httpLookAlike_isACommand(String text) {
        assertThat(parsed(text).line().text()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"220 ready", "227 Entering Passive Mode (1,2,3,4,5,6)", "211-Features", "  200 OK", "000 "})
    void reply_isRecognised(String text) {
        assertThat(fault(text)).isEqualTo(Fault.REPLY_FROM_CLIENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSH-2.0-OpenSSH_9.9", "SSH-", "  SSH-1.5-x"})
    void sshBanner_isRecognised(String text) {
        assertThat(fault(text)).isEqualTo(Fault.SSH_ON_CONTROL_PORT);
    }

    @ParameterizedTest
    @CsvSource(ignoreLeadingAndTrailingWhitespace = false, value = {
        "PASS s3cret,PASS ****", "pass s3cret,PASS ****", "  PASS s3cret,PASS ****", "PASS\ts3cret,PASS ****", "PASS,PASS ****",
        "PASS a s3cret,PASS ****", "ACCT s3cret,ACCT ****", "ADAT s3cret,ADAT ****", "PASSWD s3cret,PASS****",
        "password s3cret,PASS****", "PASSs3cret,PASS****", "passs3cret a,PASS****"
    })
    void toString_ofASecret_isMasked(String text, String shown) {
        assertThat(parsed(text)).hasToString(shown);
        assertThat(FtpLine.of(text)).hasToString(shown);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', ignoreLeadingAndTrailingWhitespace = false, value = {
        "PASS:s3cret,PASS ****", "PASS\u0001s3cret,PASS ****", "pass=s3cret,pass ****", "\tPASS s3cret,\\tPASS ****",
        "500 PASS s3cret: not understood,500 PASS ****", "500 'acct s3cret' unknown,500 'acct ****", "\u00ffADAT s3cret,\\xffADAT ****",
        "530-PASSWORD s3cret,530-PASS ****", "2PASS s3cret,2PASS ****", "_PASS s3cret,_PASS ****", "PASSs3cret!,PASS ****"
    })
    void toString_ofALineThatIsNoCommand_masksFromTheSecretVerbOn(String text, String shown) {
        assertThat(FtpLine.of(text)).hasToString(shown);
    }

    @ParameterizedTest
    @CsvSource(ignoreLeadingAndTrailingWhitespace = false, value = {
        "PASV,PASV", "USER anonymous,USER anonymous", "  retr a\tb,  retr a\\tb",
        "227 Entering Passive Mode,227 Entering Passive Mode", "530-Passive only,530-Passive only", "RETR \u00e4,RETR \\xe4",
        "ACCTS a,ACCTS a"
    })
    void toString_ofWhatIsNoSecret_isTheEscapedText(String text, String shown) {
        assertThat(FtpLine.of(text)).hasToString(shown);
    }

    private static Command parsed(String text) {
        return parsed(FtpLine.of(text));
    }

    private static Command parsed(FtpLine line) {
        return switch (Command.parse(line)) {
            case Parsed.Value<Command>(var command) -> command;
            case Parsed.Rejected<Command>(var fault) -> throw new AssertionError(line.text() + ": " + fault);
        };
    }

    private static Fault fault(String text) {
        return switch (Command.parse(FtpLine.of(text))) {
            case Parsed.Value<Command>(var command) -> throw new AssertionError(command.name() + " was accepted");
            case Parsed.Rejected<Command>(var fault) -> fault;
        };
    }
}
