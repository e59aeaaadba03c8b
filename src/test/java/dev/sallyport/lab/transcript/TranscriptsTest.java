package dev.sallyport.lab.transcript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.sallyport.config.rules.TranscriptRules;
import dev.sallyport.rules.RuleSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs every file under {@code src/test/resources/transcripts}. {@code mvn test -Dtranscripts.update=true} rewrites what they
 * expect; read the difference against the RFCs before it is committed.
 */
class TranscriptsTest {

    private static final Path FOLDER = Path.of("src/test/resources/transcripts");

    private static final GivenRules RULES = new GivenRules(new TranscriptRules(), RuleSet.ALLOW_ALL);

    private static final Suite.Mode MODE =
            Boolean.getBoolean("transcripts.update") ? Suite.Mode.UPDATE : Suite.Mode.COMPARE;

    @TestFactory
    Stream<DynamicTest> transcripts_inAnySegmentation_haveTheOutcomeThatTheyExpect() throws IOException {
        var suite = Suite.of(FOLDER, RULES);
        assertThat(suite.files()).isNotEmpty();
        return suite.files().stream().map(file -> DynamicTest.dynamicTest(
                String.valueOf(file.getFileName()), file.toUri(), () -> judge(suite.run(file, MODE).verdict())));
    }

    private static void judge(Suite.Verdict verdict) {
        switch (verdict) {
            case Suite.Verdict.Passed(), Suite.Verdict.Rewritten() -> {}
            case Suite.Verdict.Failed(var differences) ->
                fail(differences.stream().map(Difference::text).collect(Collectors.joining("\n")));
            case Suite.Verdict.Broken(var message) -> fail(message);
        }
    }
}
