package dev.sallyport.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Parsed;
import dev.sallyport.ftp.Verb;
import java.util.Locale;

/** The input is what a client sends. */
class CommandFuzzTest {

    private static final String SECRET = "hunter2-\u00e9";

    @FuzzTest
    void anyLine_parses_orIsRejected(byte[] input) {
        for (var line : Peer.lines(input)) {
            Peer.assertPrintable(line.toString());
            if (Command.parse(line) instanceof Parsed.Value<Command>(var command)) {
                reads(line, command);
                secretStaysSecret(line, command);
            }
        }
    }

    private static void reads(FtpLine line, Command command) {
        var text = line.text();
        var bare = text.stripLeading();
        assertThat(command.name()).matches("[A-Z][A-Z0-9]{0,15}");
        assertThat(bare.toUpperCase(Locale.ROOT)).startsWith(command.name());
        assertThat(text).endsWith(command.argument());
        assertThat(text.length() - command.argument().length() - command.name().length())
                .as("spaces in front and one separator in %s", line)
                .isBetween(0, text.length() - bare.length() + 1);
        assertThat(command.line().wire()).isEqualTo(line.wire());
        if (command.verb() != Verb.UNKNOWN) {
            assertThat(command.name()).isEqualTo(command.verb().name());
        }
        Peer.assertPrintable(command.toString());
    }

    private static void secretStaysSecret(FtpLine line, Command command) {
        if (!command.verb().secret() || line.text().contains("hunter2")) {
            return;
        }
        var told = FtpLine.of(command.name() + " " + SECRET + command.argument());
        assertThat(told.wire()).isEqualTo((told.text() + "\r\n").getBytes(ISO_8859_1));
        assertThat(told.toString()).doesNotContain("hunter2");
    }
}
