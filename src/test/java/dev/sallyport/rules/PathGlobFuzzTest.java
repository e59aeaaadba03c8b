package dev.sallyport.rules;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The input is a pattern as somebody writes it into a rule set, a line end, and the folders of a path. */
class PathGlobFuzzTest {

    private static final int MOST_FOLDERS = 50;

    @FuzzTest
    void anyPattern_matchesFolderByFolder_orItsMistakeIsTold(byte[] input) {
        var end = Cut.at(input, '\n');
        var pattern = new String(input, 0, end, UTF_8);
        var mistake = PathGlob.mistake(pattern);
        if (mistake != null) {
            assertThat(mistake).isNotBlank();
            assertThatIllegalArgumentException().isThrownBy(() -> PathGlob.of(pattern)).withMessage(mistake);
            return;
        }
        var text = new String(input, Math.min(input.length, end + 1), Math.max(0, input.length - end - 1), ISO_8859_1);
        var names = Stream.of(text.split("/")).filter(name -> !name.isEmpty()).toList();
        if (names.size() <= MOST_FOLDERS) {
            judge(pattern, PathGlob.of(pattern), names);
        }
    }

    private static void judge(String pattern, PathGlob glob, List<String> names) {
        assertThat(glob).hasToString(pattern);
        for (var fold : new boolean[] {false, true}) {
            var path = path(names);
            var matches = glob.matches(path, path.length, fold);
            assertThat(matches).isEqualTo(matches(parts(pattern), names, fold));
            // What a folder promises of all below it holds of this path, whichever folder of its way is asked.
            for (var i = 0; i <= names.size(); i++) {
                var folder = path(names.subList(0, i));
                switch (glob.matchesBelow(folder, folder.length, fold)) {
                    case TRUE -> assertThat(matches).as("all below folder %s", i).isTrue();
                    case FALSE -> assertThat(matches).as("none below folder %s", i).isFalse();
                    case PATH_UNKNOWN -> {}
                    case USER_UNKNOWN -> throw new AssertionError("no user is asked about");
                }
            }
        }
    }

    private static byte[] path(List<String> names) {
        return names.stream().collect(Collectors.joining("/", "/", "")).getBytes(ISO_8859_1);
    }

    private static List<String> parts(String pattern) {
        return Stream.of(pattern.split("/")).filter(part -> !part.isEmpty()).toList();
    }

    /** Which first folders the first parts of the pattern can be, part by part. */
    private static boolean matches(List<String> parts, List<String> names, boolean fold) {
        var taken = new boolean[names.size() + 1];
        taken[0] = true;
        for (var part : parts) {
            var next = new boolean[taken.length];
            if (part.equals("**")) {
                for (var i = 0; i < taken.length; i++) {
                    next[i] = taken[i] || i > 0 && next[i - 1];
                }
            } else {
                var glob = Glob.of(part);
                for (var i = 0; i < names.size(); i++) {
                    var name = names.get(i).getBytes(ISO_8859_1);
                    next[i + 1] = taken[i] && glob.matches(name, 0, name.length, fold);
                }
            }
            taken = Arrays.copyOf(next, next.length);
        }
        return taken[names.size()];
    }
}
