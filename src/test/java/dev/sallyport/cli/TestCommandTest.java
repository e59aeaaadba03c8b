package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sallyport test}: all that it prints and its exit codes. */
class TestCommandTest {

    private static final String GOOD = """
            C: NOOP
            S: 200 OK
            ----
            to server: NOOP
            to client: 200 OK
            """;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("good.txt"), GOOD);
        Files.createDirectory(folder.resolve("below"));
    }

    @Test
    void transcriptsThatPass_areCounted() throws IOException {
        Files.writeString(folder.resolve("below/too.txt"), GOOD);
        assertThat(execute()).isZero();
        assertThat(out).hasToString("2 of 2 transcripts passed.\n");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void transcriptThatFails_isShown_andOneThatCannotBeReadToo() throws IOException {
        var bad = bad();
        var unreadable = Files.writeString(folder.resolve("unreadable.txt"), "C: NOOP\n");
        assertThat(execute()).isEqualTo(1);
        assertThat(out).hasToString("""
                %s:4: what comes out (+) is not what is expected (-)
                    C: NOOP
                    S: 200 OK
                    ----
                  - to server: PWD
                  + to server: NOOP
                    to client: 200 OK

                %s:1: '----' is missing below what goes in

                1 of 3 transcripts passed, 1 failed, 1 cannot be read or run.
                """.formatted(bad, unreadable));
    }

    @Test
    void filter_leavesTheOthersOut() throws IOException {
        bad();
        assertThat(execute("--filter", "goo")).isZero();
        assertThat(out).hasToString("1 of 1 transcripts passed.\n");
    }

    @Test
    void rules_areThoseOfTranscriptsWithoutTheirOwn() throws IOException {
        var rules = Files.writeString(folder.resolve("closed.yaml"), """
                rules: [{ name: noise, commands: NOOP, action: deny, reply: 550 Hush. }]
                defaults: { action: allow }
                """);
        Files.writeString(folder.resolve("below/quiet.txt"), """
                C: NOOP
                ----
                event: denied by noise: NOOP
                reply: 550 Hush.
                """);
        Files.writeString(folder.resolve("below/own.txt"), """
                rules: ../open.yaml

                %s""".formatted(GOOD));
        Files.writeString(folder.resolve("open.yaml"), """
                rules: [{ name: all, action: allow }]
                defaults: { action: deny }
                """);
        assertThat(execute("--filter", "below", "--rules", rules.toString())).isZero();
        assertThat(out).hasToString("2 of 2 transcripts passed.\n");
    }

    @Test
    void rulesAtFault_areToldWithTheirPlace_whereverTheyStand() throws IOException {
        var rules = Files.writeString(folder.resolve("closed.yaml"), "rules: []\ndefaults: { action: forbid }\n");
        assertThat(execute("--rules", rules.toString())).isEqualTo(2);
        assertThat(err.toString()).contains(rules + ":2:21: defaults.action: 'forbid'");
        var transcript = Files.writeString(folder.resolve("below/own.txt"), """
                # Its rules begin on the third line.
                rules:
                  rules: [{ name: all, action: allow }]
                  defaults: { action: forbid }

                %s""".formatted(GOOD));
        assertThat(execute("--filter", "own")).isEqualTo(1);
        assertThat(out.toString()).contains(transcript + ":4:23: defaults.action: 'forbid'");
    }

    @Test
    void update_rewritesWhatIsExpected() throws IOException {
        var bad = bad();
        assertThat(execute("--update")).isZero();
        assertThat(out).hasToString(bad + ": rewritten\n1 of 2 transcripts passed, 1 rewritten.\n");
        assertThat(bad).hasContent(GOOD);
        assertThat(execute()).isZero();
    }

    @Test
    void junit_isWritten_alsoWhenTranscriptsFail() throws IOException {
        bad();
        var xml = folder.resolve("reports/junit.xml");
        assertThat(execute("--junit", xml.toString())).isEqualTo(1);
        assertThat(Files.readString(xml)).contains(
                "<testsuites tests=\"2\" failures=\"1\" errors=\"0\"", "<testcase name=\"bad.txt\"", "- to server: PWD");
    }

    @Test
    void junitFileThatCannotBeWritten_isSaid() {
        assertThat(execute("--junit", folder.resolve("good.txt/junit.xml").toString())).isEqualTo(1);
        assertThat(err.toString()).startsWith("sallyport test: cannot write " + folder.resolve("good.txt/junit.xml") + ": ");
    }

    /** A run that tests nothing must not look like one in which all is well. */
    @Test
    void nothingToRun_isWrongUsage() {
        assertThat(run("test", folder + "/none")).isEqualTo(2);
        assertThat(run("test", folder + "/good.txt")).isEqualTo(2);
        assertThat(run("test", folder + "/below")).isEqualTo(2);
        assertThat(execute("--filter", "other")).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err).hasToString("""
                sallyport test: there is no folder F/none.
                sallyport test: F/good.txt is no folder: name the one that it is in, and the file with --filter.
                sallyport test: there is no transcript below F/below: they are files that end in .txt.
                sallyport test: none of the 1 transcripts below F has 'other' in its path.
                """.replace("F", folder.toString()));
    }

    private Path bad() throws IOException {
        return Files.writeString(folder.resolve("below/bad.txt"), GOOD.replace("to server: NOOP", "to server: PWD"));
    }

    private int execute(String... options) {
        var arguments = new String[options.length + 2];
        arguments[0] = "test";
        arguments[1] = folder.toString();
        System.arraycopy(options, 0, arguments, 2, options.length);
        return run(arguments);
    }

    private int run(String... arguments) {
        return Sallyport.commandLine()
                .setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(arguments);
    }
}
