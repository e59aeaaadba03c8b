package dev.sallyport.rules;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sallyport.ftp.ProcessorTime;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {

    @ParameterizedTest
    @CsvSource({
        "bob, bob, true", "bob, bobby, false", "bob, Bob, false", "'', '', true", "'', a, false",
        "*, '', true", "*, anything, true", "p*, p, true", "*.key, a.key, true", "*.key, a.keys, false",
        "a*b*c, a-b-b-c, true", "a*b*c, a-c-b, false", "**, x, true",
        "?, a, true", "?, '', false", "??, a, false",
        "[a-c]x, bx, true", "[a-c]x, dx, false", "[!a-c]x, dx, true", "[!a-c]x, ax, false", "[a-c0-9_]*, _, true",
        "[-a], -, true", "[a-], -, true", "[\\]], ], true", "[!\\]], ], false", "[*], *, true", "[*], a, false",
        "\\*, *, true", "\\*, a, false", "\\a, a, true", "[ab]c], ac], true"
    })
    void glob_ofText_matches(String pattern, String text, boolean matches) {
        assertThat(Glob.of(pattern).matches(text.getBytes(UTF_8))).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({"BOB, bob, true", "b[A-C]*, BBx, true", "[!c]*, Chmod, false", "[!c]*, chmod, false", "[!C], c, false",
        "[_-a], A, true", "\u00c4, \u00e4, false"})
    void glob_withoutCase_foldsAsciiLettersAlone(String pattern, String text, boolean matches) {
        var bytes = text.getBytes(UTF_8);
        assertThat(Glob.of(pattern).matches(bytes, 0, bytes.length, true)).isEqualTo(matches);
    }

    @Test
    void pattern_outsideAscii_isItsUtf8Bytes() {
        assertThat(Glob.of("\u00e4*").matches("\u00e4b".getBytes(UTF_8))).isTrue();
        assertThat(Glob.of("\u00e4").matches("\u00e4".getBytes(ISO_8859_1))).isFalse();
        assertThat(Glob.of("??").matches("\u00e4".getBytes(UTF_8))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "a[b, has a '[' without a ']'; write '\\[' for the character itself",
        "a[], has an empty set; write '\\[' for the character '[' itself",
        "[!], has an empty set; write '\\[' for the character '[' itself",
        "[z-a], has a range in its set that runs backwards: write the lower end first",
        "[\u00e4], has a character in its set that is not ASCII; write '?' or '*' in place of the set",
        "a\\, ends with a '\\' that escapes nothing"
    })
    void pattern_thatIsNone_isToldWhy(String pattern, String mistake) {
        assertThat(Glob.mistake(pattern)).isEqualTo(mistake);
        assertThatIllegalArgumentException().isThrownBy(() -> Glob.of(pattern)).withMessage(mistake);
    }

    @Test
    void pattern_thatIsOne_hasNoMistake() {
        assertThat(Glob.mistake("partner-[0-9]*")).isNull();
    }

    @Test
    @Timeout(60)
    void manyStars_onALongText_takeNoTimeThatGrowsWithTheirNumber() {
        var text = "a".repeat(4000).getBytes(UTF_8);
        var glob = Glob.of("*a".repeat(500) + "*b");
        ProcessorTime.atMost(Duration.ofSeconds(2), () -> assertThat(glob.matches(text)).isFalse());
    }

    /** Against the JDK's regular expressions, over an alphabet in which patterns and texts meet often. */
    @Test
    void globs_atRandom_areThoseRegularExpressions() {
        var random = new SplittableRandom(7);
        for (var i = 0; i < 100_000; i++) {
            var pattern = new StringBuilder();
            var regex = new StringBuilder();
            for (var part = random.nextInt(7); part > 0; part--) {
                switch (random.nextInt(7)) {
                    case 0 -> add(pattern, "*", regex, ".*");
                    case 1 -> add(pattern, "?", regex, ".");
                    case 2 -> add(pattern, "[ab]", regex, "[ab]");
                    case 3 -> add(pattern, "[!a-b]", regex, "[^a-b]");
                    case 4 -> add(pattern, "\\*", regex, "\\*");
                    case 5 -> add(pattern, "a", regex, "a");
                    default -> add(pattern, "b", regex, "b");
                }
            }
            var text = new StringBuilder();
            for (var length = random.nextInt(9); length > 0; length--) {
                text.append("aabbc*".charAt(random.nextInt(6)));
            }
            assertThat(Glob.of(pattern.toString()).matches(text.toString().getBytes(UTF_8)))
                    .as("%s of %s", pattern, text)
                    .isEqualTo(Pattern.matches(regex.toString(), text));
        }
    }

    private static void add(StringBuilder pattern, String part, StringBuilder regex, String same) {
        pattern.append(part);
        regex.append(same);
    }
}
