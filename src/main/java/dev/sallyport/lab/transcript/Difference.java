package dev.sallyport.lab.transcript;

import java.util.ArrayList;
import java.util.List;

/**
 * Where something else came out than was expected, to be read by a person:
 *
 * <pre>
 * tests/pasv.txt:9: this is not what is expected
 *     C: PASV
 *     S: 227 Entering Passive Mode (10,0,0,1,195,80)
 *     ----
 *     to server: PASV
 *   - event: the line that was expected
 *   + event: the line that came
 * </pre>
 *
 * @param place the file, and the line in it where the two part if there is one: {@code FILE:LINE}
 * @param sentence what differs from what
 * @param input what went in, as it stands in the transcript; empty where no single block is to blame
 * @param expected what was expected, line by line
 * @param came what came, line by line
 */
public record Difference(String place, String sentence, List<String> input, List<String> expected, List<String> came) {

    /** So many alike lines are shown before and behind one that differs. */
    private static final int CONTEXT = 3;

    /** Beyond so many pairs of lines the difference is not made as short as it could be. */
    private static final int MOST_PAIRS = 4_000_000;

    private record Line(char mark, String text) {
        boolean alike() {
            return mark == ' ';
        }
    }

    /** One line: where, and what differs from what. */
    public String headline() {
        return place + ": " + sentence;
    }

    /** All of it, each line ended by a line feed; printable whatever the transcript holds. */
    public String text() {
        var text = new StringBuilder(headline()).append('\n');
        for (var line : input) {
            append(text, ' ', line);
        }
        if (!input.isEmpty()) {
            append(text, ' ', TranscriptReader.DIVIDER);
        }
        var lines = lines();
        var i = 0;
        while (i < lines.size()) {
            var end = i;
            while (end < lines.size() && lines.get(end).alike()) {
                end++;
            }
            // What is far from every difference is only counted.
            var first = i == 0 ? 0 : Math.min(i + CONTEXT, end);
            var last = end == lines.size() ? end : Math.max(end - CONTEXT, first);
            if (last - first > 1) {
                append(text, lines.subList(i, first));
                append(text, ' ', "(%d lines alike)".formatted(last - first));
                append(text, lines.subList(last, end));
            } else {
                append(text, lines.subList(i, end));
            }
            for (i = end; i < lines.size() && !lines.get(i).alike(); i++) {
                append(text, lines.subList(i, i + 1));
            }
        }
        return text.toString();
    }

    private static void append(StringBuilder to, List<Line> lines) {
        lines.forEach(line -> append(to, line.mark, line.text));
    }

    private static void append(StringBuilder to, char mark, String line) {
        to.append("  ").append(mark).append(' ').append(ByteText.shown(line)).append('\n');
    }

    /** Both, line by line, as much of them alike as can be. */
    private List<Line> lines() {
        var alike = (long) expected.size() * came.size() > MOST_PAIRS ? null : alike();
        var lines = new ArrayList<Line>();
        var i = 0;
        var j = 0;
        while (i < expected.size() || j < came.size()) {
            if (i < expected.size() && j < came.size() && expected.get(i).equals(came.get(j))) {
                lines.add(new Line(' ', expected.get(i++)));
                j++;
            } else if (i < expected.size() && (j == came.size() || alike == null || alike[i + 1][j] >= alike[i][j + 1])) {
                lines.add(new Line('-', expected.get(i++)));
            } else {
                lines.add(new Line('+', came.get(j++)));
            }
        }
        return lines;
    }

    /**
     * How many lines at most are alike from the i-th that was expected and the j-th that came on: the length of their longest
     * common subsequence.
     */
    private int[][] alike() {
        var alike = new int[expected.size() + 1][came.size() + 1];
        for (var i = expected.size() - 1; i >= 0; i--) {
            for (var j = came.size() - 1; j >= 0; j--) {
                alike[i][j] = expected.get(i).equals(came.get(j))
                        ? alike[i + 1][j + 1] + 1
                        : Math.max(alike[i + 1][j], alike[i][j + 1]);
            }
        }
        return alike;
    }
}
