package dev.sallyport.config.yaml;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the word that somebody probably meant. */
public final class Similar {

    /** Two slips at most, and never so many that a short word becomes any other. */
    private static final int MOST_SLIPS = 2;

    /** No word is longer; a longer text is not compared, which would take time and memory. */
    private static final int LONGEST = 64;

    private Similar() {}

    /** The most similar of the words; null when none is similar. Case, dashes and underscores count for nothing. */
    public static @Nullable String to(String text, Collection<String> words) {
        if (text.length() > LONGEST) {
            return null;
        }
        String best = null;
        var fewest = Math.min(MOST_SLIPS, plain(text).length() / 3) + 1;
        for (var word : words) {
            var slips = slips(plain(text), plain(word));
            if (slips < fewest) {
                fewest = slips;
                best = word;
            }
        }
        return best;
    }

    private static String plain(String text) {
        return text.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "").strip();
    }

    /** Damerau and Levenshtein's distance: letters left out, added, changed, or swapped with their neighbour. */
    private static int slips(String from, String to) {
        var distance = new int[from.length() + 1][to.length() + 1];
        for (var i = 0; i <= from.length(); i++) {
            for (var j = 0; j <= to.length(); j++) {
                if (i == 0 || j == 0) {
                    distance[i][j] = i + j;
                    continue;
                }
                var same = from.charAt(i - 1) == to.charAt(j - 1);
                var least = Math.min(distance[i - 1][j], distance[i][j - 1]) + 1;
                least = Math.min(least, distance[i - 1][j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2) && from.charAt(i - 2) == to.charAt(j - 1)) {
                    least = Math.min(least, distance[i - 2][j - 2] + 1);
                }
                distance[i][j] = least;
            }
        }
        return distance[from.length()][to.length()];
    }
}
