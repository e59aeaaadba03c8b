package dev.sallyport.lab.transcript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.sallyport.config.rules.TranscriptRules;
import dev.sallyport.rules.RuleSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs every file under {@code src/test/resources/transcripts}, and those of the rule sets ready to use.
 * {@code mvn test -Dtranscripts.update=true} rewrites what they expect; read the difference against the RFCs before it is
 * committed.
 */
class TranscriptsTest {

    private static final List<Path> FOLDERS = List.of(Path.of("src/test/resources/transcripts"), Path.of("rules"));

    private static final GivenRules RULES = new GivenRules(new TranscriptRules(), RuleSet.ALLOW_ALL);

    private static final Suite.Mode MODE =
            Boolean.getBoolean("transcripts.update") ? Suite.Mode.UPDATE : Suite.Mode.COMPARE;

    @TestFactory
    Stream<DynamicTest> transcripts_inAnySegmentation_haveTheOutcomeThatTheyExpect() throws IOException {
        var tests = new ArrayList<DynamicTest>();
        for (var folder : FOLDERS) {
            var suite = Suite.of(folder, RULES);
            assertThat(suite.files()).isNotEmpty();
            suite.files().forEach(file -> tests.add(DynamicTest.dynamicTest(
                    String.valueOf(file.getFileName()), file.toUri(), () -> judge(suite.run(file, MODE).verdict()))));
        }
        return tests.stream();
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
