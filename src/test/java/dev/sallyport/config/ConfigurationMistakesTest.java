package dev.sallyport.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.sallyport.config.yaml.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every kind of mistake in a file, with the whole message that it gets: {@code src/test/resources/config/mistakes.txt} has
 * a title, a file and its messages for each. {@code -Dgolden.write=true} writes the messages anew, to be read as a diff.
 */
class ConfigurationMistakesTest {

    private static final Path CASES = Path.of("src/test/resources/config/mistakes.txt");
    private static final String TITLE = "==== ";
    private static final String MESSAGES = "----\n";

    @TestFactory
    Stream<DynamicTest> mistakes() throws IOException {
        var cases = Stream.of(Files.readString(CASES).split("(?m)^" + TITLE)).skip(1).map(Mistake::of).toList();
        if (Boolean.getBoolean("golden.write")) {
            var text = new StringBuilder();
            for (var mistake : cases) {
                text.append(TITLE).append(mistake.title).append('\n').append(mistake.file).append(MESSAGES)
                        .append(messages(mistake.file)).append('\n');
            }
            Files.writeString(CASES, text);
        }
        assertThat(cases).hasSizeGreaterThan(30);
        return cases.stream().map(mistake -> DynamicTest.dynamicTest(
                mistake.title, () -> assertThat(messages(mistake.file)).isEqualTo(mistake.messages)));
    }

    private static String messages(String file) {
        try {
            return fail("accepted: " + ConfigurationFile.parse("gate.yaml", file));
        } catch (ConfigurationException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    private record Mistake(String title, String file, String messages) {
        static Mistake of(String text) {
            var titleEnd = text.indexOf('\n') + 1;
            var fileEnd = text.indexOf(MESSAGES, titleEnd);
            return new Mistake(
                    text.substring(0, titleEnd).strip(),
                    text.substring(titleEnd, fileEnd),
                    text.substring(fileEnd + MESSAGES.length()).strip());
        }
    }
}
