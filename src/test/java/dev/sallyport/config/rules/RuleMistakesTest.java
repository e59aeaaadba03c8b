package dev.sallyport.config.rules;

import dev.sallyport.config.yaml.MistakeCases;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every kind of mistake in a rule set, with the whole message that it gets. */
class RuleMistakesTest {

    static final Path CASES = Path.of("src/test/resources/rules/mistakes.txt");

    @TestFactory
    Stream<DynamicTest> mistakes() throws IOException {
        return MistakeCases.tests(CASES, 100, file -> RuleFile.parse("x.yaml", file, 1));
    }
}
