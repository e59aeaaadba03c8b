package dev.sallyport.rules;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Parsed;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The input is a directory, a line end, and what a client sends there. */
class PathsFuzzTest {

    private static final Pattern PRINTABLE = Pattern.compile("[ -~]*");

    /** A name of a folder that is one, and no way to another. */
    private static final Pattern RESOLVED = Pattern.compile("/|(/(?!\\.{1,2}(/|\\z))[^/]+)+", Pattern.DOTALL);

    @FuzzTest
    void anyCommand_isAboutAResolvedPath_orItIsNotKnown(byte[] input) {
        var end = Cut.at(input, '\n');
        var text = new String(input, ISO_8859_1);
        var folder = RESOLVED.matcher(text.substring(0, end)).matches() ? text.substring(0, end) : null;
        var line = FtpLine.of(text.substring(Math.min(text.length(), end + 1)).replace('\n', '?'));
        if (Command.parse(line) instanceof Parsed.Value<Command>(var command)) {
            judge(command, folder, false);
            judge(command, folder, true);
        }
    }

    private static void judge(Command command, @Nullable String folder, boolean windows) {
        var paths = new Paths();
        var directory = folder == null ? Directory.UNKNOWN : Directory.of(folder.getBytes(ISO_8859_1));
        var kind = paths.resolve(command, directory, windows);
        var path = new String(paths.copy(), ISO_8859_1);
        switch (kind) {
            case NONE -> assertThat(path).isEmpty();
            case UNKNOWN -> {}
            case EXACT, BELOW -> {
                assertThat(path).matches(RESOLVED);
                assertThat(paths.lackedDirectory()).isFalse();
            }
        }
        assertThat(paths.lackedDirectory() && directory.known()).as("a directory that is known is not lacking").isFalse();
        if (windows) {
            // Folding knows less, and nothing else.
            assertThat(kind).isIn(Paths.Kind.UNKNOWN, new Paths().resolve(command, directory, false));
        } else if (PRINTABLE.matcher(command.argument()).matches()) {
            asByDefinition(command, directory.known() ? folder : null, kind, path);
        }
    }

    private static void asByDefinition(Command command, @Nullable String folder, Paths.Kind kind, String path) {
        var expected = NaivePaths.of(command, folder);
        assertThat(kind).isEqualTo(expected.kind());
        if (kind == Paths.Kind.EXACT || kind == Paths.Kind.BELOW) {
            assertThat(List.of(path.substring(1).split("/")))
                    .isEqualTo(expected.names().isEmpty() ? List.of("") : expected.names());
        }
    }
}
