package dev.sallyport.config;

import dev.sallyport.config.yaml.MistakeCases;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every kind of mistake in a file, with the whole message that it gets. */
class ConfigurationMistakesTest {

    private static final Path CASES = Path.of("src/test/resources/config/mistakes.txt");

    @TestFactory
    Stream<DynamicTest> mistakes() throws IOException {
        return MistakeCases.tests(CASES, 31, file -> ConfigurationFile.parse("gate.yaml", file));
    }
}
