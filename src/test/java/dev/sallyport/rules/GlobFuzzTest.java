package dev.sallyport.rules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The input is a pattern as somebody writes it into a rule set, a line end, and a text as somebody sends it. */
class GlobFuzzTest {

    /** A text as long as any name of a user, and far from a case that a slow yardstick cannot judge. */
    private static final int LONGEST_TEXT = 300;

    @FuzzTest
    void anyPattern_matchesWhatItsGrammarSays_orItsMistakeIsTold(byte[] input) {
        var end = Cut.at(input, '\n');
        var pattern = new String(input, 0, end, UTF_8);
        var text = Arrays.copyOfRange(input, Math.min(input.length, end + 1), input.length);
        var mistake = Glob.mistake(pattern);
        if (mistake != null) {
            assertThat(mistake).isNotBlank();
            assertThatIllegalArgumentException().isThrownBy(() -> Glob.of(pattern)).withMessage(mistake);
        } else if (text.length <= LONGEST_TEXT) {
            judge(pattern, Glob.of(pattern), text);
        }
    }

    private static void judge(String pattern, Glob glob, byte[] text) {
        assertThat(glob).hasToString(pattern);
        assertThat(glob.matches(text)).isEqualTo(matches(parts(pattern, false), text, false));
        assertThat(glob.matches(text, 0, text.length, true)).isEqualTo(matches(parts(pattern, true), text, true));
        if (text.length > 1) {
            var inner = Arrays.copyOfRange(text, 1, text.length - 1);
            assertThat(glob.matches(text, 1, text.length - 1, false)).as("within a longer one").isEqualTo(glob.matches(inner));
        }
        var literal = glob.literal();
        if (literal != null) {
            assertThat(glob.matches(text)).as("literal").isEqualTo(Arrays.equals(literal, text));
        }
        var prefix = glob.prefix();
        if (prefix != null) {
            var begins = prefix.length <= text.length && Arrays.equals(prefix, 0, prefix.length, text, 0, prefix.length);
            assertThat(glob.matches(text)).as("prefix").isEqualTo(begins);
        }
    }

    /** Which bytes each part of a pattern takes; null stands for {@code *}. */
    private static List<@Nullable BitSet> parts(String text, boolean fold) {
        var pattern = text.getBytes(UTF_8);
        var parts = new ArrayList<@Nullable BitSet>();
        for (var at = 0; at < pattern.length; at++) {
            var bytes = new BitSet();
            switch (pattern[at]) {
                case '*' -> bytes = null;
                case '?' -> bytes.set(0, 256);
                case '[' -> at = set(pattern, at + 1, bytes, fold);
                case '\\' -> bytes.set(lower(pattern[++at], fold));
                default -> bytes.set(lower(pattern[at], fold));
            }
            parts.add(bytes);
        }
        return parts;
    }

    /** @return where its bracket is */
    private static int set(byte[] pattern, int from, BitSet bytes, boolean fold) {
        var at = from;
        var not = pattern[at] == '!';
        at += not ? 1 : 0;
        while (pattern[at] != ']') {
            at += pattern[at] == '\\' ? 1 : 0;
            var first = pattern[at++];
            var last = first;
            if (pattern[at] == '-' && pattern[at + 1] != ']') {
                at += pattern[at + 1] == '\\' ? 2 : 1;
                last = pattern[at++];
            }
            for (int b = first; b <= last; b++) {
                bytes.set(lower((byte) b, fold));
            }
        }
        if (not) {
            bytes.flip(0, 256);
        }
        return at;
    }

    /** All that each part can have taken so far, part by part. */
    private static boolean matches(List<@Nullable BitSet> parts, byte[] text, boolean fold) {
        var taken = new BitSet();
        taken.set(0);
        for (var part : parts) {
            var next = new BitSet();
            if (part == null) {
                var first = taken.nextSetBit(0);
                if (first >= 0) {
                    next.set(first, text.length + 1);
                }
            } else {
                taken.stream().filter(at -> at < text.length && part.get(lower(text[at], fold))).forEach(at -> next.set(at + 1));
            }
            taken = next;
        }
        return taken.get(text.length);
    }

    private static int lower(byte b, boolean fold) {
        return fold && b >= 'A' && b <= 'Z' ? b + 32 : b & 0xff;
    }
}
