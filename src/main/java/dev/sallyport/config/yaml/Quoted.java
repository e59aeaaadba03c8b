package dev.sallyport.config.yaml;

import java.util.Locale;

/** Words of a file as messages repeat them: on one line, of bounded length, harmless for a terminal. */
final class Quoted {

    /** What is longer says no more about what is wrong. */
    private static final int LONGEST_WORD = 100;

    private static final int LONGEST_MESSAGE = 4000;

    private Quoted() {}

    static String of(String word) {
        return "'" + cut(word, LONGEST_WORD) + "'";
    }

    /** A message with such words in it, each character that does not show written as its number. */
    static String harmless(String message) {
        var cut = cut(message, LONGEST_MESSAGE);
        if (cut.chars().noneMatch(Quoted::hidden)) {
            return cut;
        }
        var shown = new StringBuilder();
        cut.chars().forEach(c -> {
            if (hidden(c)) {
                shown.append(String.format(Locale.ROOT, "\\u%04X", c));
            } else {
                shown.append((char) c);
            }
        });
        return shown.toString();
    }

    /** Control characters, and those that turn the direction of the text around. */
    private static boolean hidden(int c) {
        return Character.isISOControl(c) || Character.getType(c) == Character.FORMAT || c == '\u2028' || c == '\u2029';
    }

    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest) + "…";
    }
}
