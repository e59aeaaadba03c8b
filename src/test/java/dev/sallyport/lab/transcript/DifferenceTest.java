package dev.sallyport.lab.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DifferenceTest {

    @Test
    void text_showsInputExpectedAndCame() {
        var difference = new Difference(
                "pasv.txt:9", "something else", List.of("C: PASV", "S: 227 no"), List.of("to server: PASV", "old", "end"),
                List.of("to server: PASV", "new", "more", "end"));
        assertThat(difference.headline()).isEqualTo("pasv.txt:9: something else");
        assertThat(difference.text()).isEqualTo("""
                pasv.txt:9: something else
                    C: PASV
                    S: 227 no
                    ----
                    to server: PASV
                  - old
                  + new
                  + more
                    end
                """);
    }

    @Test
    void lineThatIsMissing_doesNotMakeTheOthersDiffer() {
        assertThat(text(List.of("a", "b", "c", "d"), List.of("a", "c", "d", "e")))
                .isEqualTo("x: y\n    a\n  - b\n    c\n    d\n  + e\n");
        assertThat(text(List.of(), List.of("a"))).isEqualTo("x: y\n  + a\n");
        assertThat(text(List.of("a"), List.of())).isEqualTo("x: y\n  - a\n");
    }

    @Test
    void linesAlike_farFromEveryDifference_areCounted() {
        var expected = IntStream.range(0, 20).mapToObj(i -> i == 10 ? "old" : "line " + i).toList();
        var came = IntStream.range(0, 20).mapToObj(i -> i == 10 ? "new" : "line " + i).toList();
        assertThat(text(expected, came)).isEqualTo("""
                x: y
                    (7 lines alike)
                    line 7
                    line 8
                    line 9
                  - old
                  + new
                    line 11
                    line 12
                    line 13
                    (6 lines alike)
                """);
    }

    @Test
    void linesAlike_betweenTwoDifferences_areCounted() {
        var between = IntStream.range(0, 8).mapToObj(i -> "line " + i).toList();
        assertThat(text(join("a", between, "b"), join("c", between, "d"))).isEqualTo("""
                x: y
                  - a
                  + c
                    line 0
                    line 1
                    line 2
                    (2 lines alike)
                    line 5
                    line 6
                    line 7
                  - b
                  + d
                """);
        // One line counted would be no shorter than the line itself.
        assertThat(text(join("a", between.subList(0, 7), "b"), join("c", between.subList(0, 7), "d")))
                .contains("line 3").doesNotContain("alike");
    }

    @Test
    void differencesTooLongToBeMinimal_areStillWhole() {
        var expected = Collections.nCopies(3000, "old");
        var came = Collections.nCopies(3000, "new");
        assertThat(text(expected, came).lines().skip(1)).hasSize(6000).startsWith("  - old").endsWith("  + new");
    }

    @Test
    void whatIsNotSeenOrDoesSomething_isShownAsAnEscape() {
        assertThat(text(List.of("reply: 200 OK"), List.of("reply: 200 OK ", "a\u001b[2Jb\tc\u202ed\uffff", "Zürich")))
                .isEqualTo("x: y\n  - reply: 200 OK\n  + reply: 200 OK\\x20\n  + a\\x1b[2Jb\\tc\\u202ed\\uffff\n  + Zürich\n");
    }

    private static String text(List<String> expected, List<String> came) {
        return new Difference("x", "y", List.of(), expected, came).text();
    }

    private static List<String> join(String first, List<String> between, String last) {
        return IntStream.range(-1, between.size() + 1)
                .mapToObj(i -> i < 0 ? first : i < between.size() ? between.get(i) : last).toList();
    }
}
