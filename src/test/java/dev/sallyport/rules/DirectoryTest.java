package dev.sallyport.rules;

import static dev.sallyport.rules.Matching.command;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.FtpLine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "257 \"/\" is the current directory|/", "257 \"/home/bob\"|/home/bob", "257 \"/a \"\"b\"\" c\" is cwd.|/a \"b\" c",
        "257-\"/x//y/\" is|/x/y"
    })
    void directory_inAnAnswerToPwd_isRead(String reply, String path) {
        assertThat(Directory.told(FtpLine.of(reply))).hasToString(path).matches(Directory::known);
    }

    @ParameterizedTest
    @ValueSource(strings = {"257 /home/bob", "257 \"\"", "257 \"home\"", "257 \"C:\\\\\" is", "257 \"/a/../b\"", "257 \"/a/.\"",
        "257 \"/unclosed", "257", "257 \"/a\"\""})
    void answer_withoutAnAbsolutePath_tellsNothing(String reply) {
        assertThat(Directory.told(FtpLine.of(reply))).isEqualTo(Directory.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "CWD a|/home/bob/a", "CWD /x|/x", "XCWD .|/home/bob"
    })
    void directory_thatTheServerTold_isFollowedDown(String line, String path) {
        assertThat(told("/home/bob").entered(command(line))).hasToString(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"CDUP", "CWD ../y", "CWD ../..", "CWD a/..", "CWD a/../../b", "CWD /x/../y", "CWD ~", "CWD", "CWD a\\b"})
    void directory_aboveANameThatMayBeALink_isNotKnown(String line) {
        assertThat(told("/home/bob").entered(command(line))).isEqualTo(Directory.UNKNOWN);
    }

    @Test
    void directory_thatWasComputed_isFollowedDownAlone() {
        var computed = told("/home/bob").entered(command("CWD a"));
        assertThat(computed.entered(command("CWD b"))).hasToString("/home/bob/a/b");
        assertThat(computed.entered(command("CDUP"))).isEqualTo(Directory.UNKNOWN);
        assertThat(computed.entered(command("CWD ../b"))).isEqualTo(Directory.UNKNOWN);
        assertThat(told("/").entered(command("CWD /")).entered(command("CDUP"))).hasToString("/");
    }

    @Test
    void directory_thatIsUnknown_isKnownAgainByAnAbsolutePath() {
        assertThat(Directory.UNKNOWN.entered(command("CWD a"))).isEqualTo(Directory.UNKNOWN);
        assertThat(Directory.UNKNOWN.entered(command("CWD /a"))).hasToString("/a");
    }

    @Test
    void directory_thatGrowsWithoutEnd_isForgotten() {
        var name = "x".repeat(1000);
        var directory = told("/");
        for (var i = 0; i < 4; i++) {
            directory = directory.entered(command("CWD " + name));
            assertThat(directory.known()).isTrue();
        }
        assertThat(directory.entered(command("CWD " + name))).isEqualTo(Directory.UNKNOWN);
    }

    private static Directory told(String path) {
        return Directory.of(path.getBytes(ISO_8859_1));
    }
}
