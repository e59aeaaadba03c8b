package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code sallyport test} by the launcher, as those who write transcripts run it. */
@Tag("system")
@Timeout(180)
class LaunchedTestCommandIT {

    private static final Path LAUNCHER = Path.of("deploy/sallyport").toAbsolutePath();
    private static final Path TRANSCRIPTS = Path.of("src/test/resources/transcripts").toAbsolutePath();

    @TempDir
    private Path folder;

    @Test
    void transcriptsOfTheEngine_pass() throws Exception {
        var said = say("test", TRANSCRIPTS.toString(), "--junit", "reports/transcripts.xml");
        assertThat(said.out()).matches("([1-9]\\d+) of \\1 transcripts passed\\.\n");
        assertThat(said.exit()).isZero();
        var number = said.out().split(" ", 2)[0];
        assertThat(folder.resolve("reports/transcripts.xml")).content()
                .contains("<testsuites tests=\"" + number + "\" failures=\"0\" errors=\"0\"");
    }

    /** Written as the guide says: what goes in, then --update; then the gateway is held to it. */
    @Test
    void transcript_isWritten_passes_andFailsWhenItExpectsSomethingElse() throws Exception {
        Files.createDirectory(folder.resolve("tests"));
        var transcript = Files.writeString(folder.resolve("tests/pwd.txt"), "C: PWD\nS: 257 \"/Zürich\"\n----\n");

        assertThat(say("test", "tests", "--update")).isEqualTo(
                new Launched(0, "tests/pwd.txt: rewritten\n0 of 1 transcripts passed, 1 rewritten.\n", ""));
        assertThat(transcript).hasContent(
                "C: PWD\nS: 257 \"/Zürich\"\n----\nto server: PWD\nto client: 257 \"/Z\\xc3\\xbcrich\"\n");
        assertThat(say("test", "tests")).isEqualTo(new Launched(0, "1 of 1 transcripts passed.\n", ""));

        Files.writeString(transcript, Files.readString(transcript).replace("to server: PWD", "to server: XPWD"));
        assertThat(say("test", "tests")).isEqualTo(new Launched(1, """
                tests/pwd.txt:4: what comes out (+) is not what is expected (-)
                    C: PWD
                    S: 257 "/Zürich"
                    ----
                  - to server: XPWD
                  + to server: PWD
                    to client: 257 "/Z\\xc3\\xbcrich"

                0 of 1 transcripts passed, 1 failed.
                """, ""));
        assertThat(say("test", "test")).isEqualTo(new Launched(2, "", "sallyport test: there is no folder test.\n"));
    }

    private Launched say(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(LAUNCHER.toString()));
        command.addAll(List.of(arguments));
        return Launched.run(folder, command);
    }
}
