package dev.sallyport.lab.transcript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.sallyport.lab.transcript.Suite.Mode;
import dev.sallyport.lab.transcript.Suite.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuiteTest {

    private static final String GOOD = """
            # A command and its reply.

            C: NOOP
            S: 200 OK
            ----
            to server: NOOP
            to client: 200 OK
            """;

    @TempDir
    private Path folder;

    @Test
    void transcriptsOfTheFolderAndThoseBelow_areFoundInOrder() throws IOException {
        write("b.txt", GOOD);
        write("below/a.txt", GOOD);
        write("a.txt", GOOD);
        write("a.md", "none");
        Files.createDirectories(folder.resolve("folder.txt"));
        var suite = Suite.of(folder, GivenRules.NONE);
        assertThat(suite.files()).containsExactly(folder.resolve("a.txt"), folder.resolve("b.txt"), folder.resolve("below/a.txt"));
        assertThat(suite.only("below/a").files()).containsExactly(folder.resolve("below/a.txt"));
        assertThat(suite.only(String.valueOf(folder.getFileName())).files()).as("the folder's own path does not count").isEmpty();
    }

    @Test
    void linkToAFolder_isFollowed() throws IOException {
        write("real/a.txt", GOOD);
        var link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("real"));
        assertThat(Suite.of(link, GivenRules.NONE).files()).containsExactly(link.resolve("a.txt"));
    }

    @Test
    void folderThatIsNot_cannotBeRead() {
        assertThatThrownBy(() -> Suite.of(folder.resolve("none"), GivenRules.NONE)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void transcriptThatGivesWhatItExpects_passes() throws IOException {
        var file = write("good.txt", GOOD);
        var result = Suite.of(folder, GivenRules.NONE).run(file, Mode.COMPARE);
        assertThat(result.file()).isEqualTo(file);
        assertThat(result.verdict()).isEqualTo(new Verdict.Passed());
        assertThat(result.time()).isPositive();
    }

    @Test
    void otherOutcome_isTold_withTheLineWhereItDiffers() throws IOException {
        var file = write("bad.txt", GOOD + """

                # The gateway does not know the directory.

                C: PWD
                S: 257 "/"
                ----
                to server: PWD
                to client: 257 "/pub"
                """);
        assertThat(failed(file)).singleElement().isEqualTo(new Difference(
                file + ":15", "what comes out (+) is not what is expected (-)", List.of("C: PWD", "S: 257 \"/\""),
                List.of("to server: PWD", "to client: 257 \"/pub\""), List.of("to server: PWD", "to client: 257 \"/\"")));
        assertThat(Files.readAllLines(file).get(14)).isEqualTo("to client: 257 \"/pub\"");
    }

    @Test
    void expectationThatIsTooShort_isTold_withTheLineBelowIt() throws IOException {
        var file = write("bad.txt", GOOD.replace("to client: 200 OK\n", "") + "\nC: NOOP\n----\nto server: NOOP\n");
        assertThat(failed(file)).extracting(Difference::place).containsExactly(file + ":7");
    }

    @Test
    void bytesOfADataConnection_mayBeMoreThanAnIntHolds() throws IOException {
        var file = write("large.txt", """
                C: PASV
                S: 227 Entering Passive Mode (198,51,100,20,195,80)
                C: RETR x
                D: connected 1
                D: closed 1 to-client=99999999999 to-server=0 closed
                ----
                """);
        assertThat(failed(file).getFirst().came())
                .contains("event: data of pinhole 1 ended, 99999999999 bytes to client, 0 to server, CLOSED");
    }

    @Test
    void update_writesWhatCame_andKeepsAllElse() throws IOException {
        var text = """
                # Head.
                start: logged-in
                # Of the block.

                # Its first line.
                C: NOOP

                # Between.
                S: 200 OK
                ----
                to server: NOPE


                C: PWD
                ----

                # Tail,
                # two lines.
                """;
        var file = write("stale.txt", text);
        assertThat(Suite.of(folder, GivenRules.NONE).run(file, Mode.UPDATE).verdict()).isEqualTo(new Verdict.Rewritten());
        assertThat(file).hasContent(text.replace("to server: NOPE\n", "to server: NOOP\nto client: 200 OK\n")
                .replace("C: PWD\n----\n", "C: PWD\n----\nto server: PWD\n"));
        assertThat(Suite.of(folder, GivenRules.NONE).run(file, Mode.COMPARE).verdict()).isEqualTo(new Verdict.Passed());
    }

    @Test
    void update_ofAGoodTranscript_touchesItNot() throws IOException {
        var windows = GOOD.replace("\n", "\r\n");
        var file = write("good.txt", windows);
        assertThat(Suite.of(folder, GivenRules.NONE).run(file, Mode.UPDATE).verdict()).isEqualTo(new Verdict.Passed());
        assertThat(Files.readString(file)).isEqualTo(windows);
    }

    @Test
    void transcriptThatCannotBeRead_isBroken_andSaysWhere() throws IOException {
        assertThat(broken(write("key.txt", "strat: greeted\nC: NOOP\n----\n")))
                .startsWith(folder.resolve("key.txt") + ":1: there is no setting 'strat'; there are client, ");
        assertThat(broken(write("divider.txt", "C: NOOP\n"))).isEqualTo(
                folder.resolve("divider.txt") + ":1: '----' is missing below what goes in");
        assertThat(broken(write("limit.txt", "# One\n\nline-bytes: 63\nC: NOOP\n----\n")))
                .isEqualTo(folder.resolve("limit.txt") + ":3: 'line-bytes' is at least 64, not 63");
        assertThat(broken(write("bytes.txt", "D: closed 1 to-client=-1 to-server=0 closed\n----\n")))
                .endsWith(":1: '-1' is less than no bytes");
        assertThat(broken(write("empty.txt", ""))).contains("there is no conversation");
        assertThat(broken(write("escape.txt", "\u001b[2J: x\n"))).contains("there is no setting '\\x1b[2J'");
        var latin = Files.write(folder.resolve("latin.txt"), "# Zürich".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(broken(latin)).isEqualTo(latin + ": it is not UTF-8");
        assertThat(broken(folder.resolve("gone.txt"))).contains("gone.txt: ", "NoSuchFile");
    }

    @Test
    void outcomeThatDependsOnSegments_isTold_andNotWritten() throws IOException {
        var text = """
                tls: passthrough
                start: greeted

                C: AUTH TLS
                S: 234 Go ahead\\r\\nabc\\c
                ----
                to server: AUTH TLS
                """;
        var file = write("segments.txt", text);
        assertThat(failed(file)).extracting(Difference::headline).containsExactly(
                file + ":8: what comes out (+) is not what is expected (-)",
                file + ":11: byte by byte (+) it comes out otherwise than line by line (-)");
        assertThat(failed(file).getLast().text()).endsWith("""
                    event: opaque from here on
                  - event: fault of the server, BYTES_BEHIND_AUTH (logged)
                  + event: fault of the server, CLEAR_TEXT_IN_TLS
                  + close control
                  + event: session ended, PEER_FAULT CLEAR_TEXT_IN_TLS; 0s, 1 commands, 0 transfers, 0 bytes to client, 0 to server
                """);
        assertThat(Suite.of(folder, GivenRules.NONE).run(file, Mode.UPDATE).verdict()).isInstanceOf(Verdict.Failed.class);
        assertThat(file).hasContent(text);
    }

    @Test
    void outcomeThatDependsOnPipelining_isTold_forBothEndsAndThePinholes() throws IOException {
        var file = write("pipelined.txt", """
                C: PASV
                S: 227 Entering Passive Mode (198,51,100,20,195,80)
                C: PORT 192,0,2,10,195,80
                S: 200 OK
                ----
                """);
        var differences = failed(file);
        assertThat(differences).extracting(Difference::headline).containsExactly(
                file + ":6: what comes out (+) is not what is expected (-)",
                file + ": pipelined (+) the server gets something else than line by line (-)",
                file + ": pipelined (+) the client gets something else than line by line (-)",
                file + ": pipelined (+) pinholes open and close otherwise than line by line (-)");
        assertThat(differences.get(1).text()).endsWith("""
                    PASV
                  - PORT 198,51,100,1,195,82
                  + PORT 198,51,100,1,195,81
                """);
    }

    private Path write(String name, String text) throws IOException {
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private List<Difference> failed(Path file) throws IOException {
        return assertThat(Suite.of(folder, GivenRules.NONE).run(file, Mode.COMPARE).verdict())
                .asInstanceOf(type(Verdict.Failed.class)).actual().differences();
    }

    private String broken(Path file) throws IOException {
        return assertThat(Suite.of(folder, GivenRules.NONE).run(file, Mode.COMPARE).verdict())
                .asInstanceOf(type(Verdict.Broken.class)).actual().message();
    }
}
