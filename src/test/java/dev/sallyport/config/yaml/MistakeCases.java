package dev.sallyport.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Files with mistakes in them, and the whole message that each gets: a title, a file and its messages for each.
 * {@code -Dgolden.write=true} writes the messages anew, to be read as a diff.
 */
public final class MistakeCases {

    private static final String TITLE = "==== ";
    private static final String MESSAGES = "----\n";

    /** Reads a file, which it should refuse. */
    @FunctionalInterface
    public interface Reader {
        Object read(String text) throws ConfigurationException;
    }

    /** A file with a mistake in it. */
    public record Mistake(String title, String file, String messages) {
        private static Mistake of(String text) {
            var titleEnd = text.indexOf('\n') + 1;
            var fileEnd = text.indexOf(MESSAGES, titleEnd);
            return new Mistake(
                    text.substring(0, titleEnd).strip(),
                    text.substring(titleEnd, fileEnd),
                    text.substring(fileEnd + MESSAGES.length()).strip());
        }
    }

    private MistakeCases() {}

    public static List<Mistake> read(Path cases) throws IOException {
        return Stream.of(Files.readString(cases).split("(?m)^" + TITLE)).skip(1).map(Mistake::of).toList();
    }

    /**
     * A test for each case: its messages are those that the reader gives.
     *
     * @param least how many cases there are at least
     */
    public static Stream<DynamicTest> tests(Path cases, int least, Reader reader) throws IOException {
        var mistakes = read(cases);
        assertThat(mistakes).hasSizeGreaterThanOrEqualTo(least);
        if (Boolean.getBoolean("golden.write")) {
            var text = new StringBuilder();
            for (var mistake : mistakes) {
                text.append(TITLE).append(mistake.title).append('\n').append(mistake.file).append(MESSAGES)
                        .append(messages(mistake.file, reader)).append('\n');
            }
            Files.writeString(cases, text);
        }
        return mistakes.stream().map(mistake -> DynamicTest.dynamicTest(
                mistake.title, () -> assertThat(messages(mistake.file, reader)).isEqualTo(mistake.messages)));
    }

    private static String messages(String file, Reader reader) {
        try {
            return fail("accepted: " + reader.read(file));
        } catch (ConfigurationException refused) {
            return String.valueOf(refused.getMessage());
        }
    }
}
