package dev.sallyport.admin.http;

import dev.sallyport.admin.Answer;
import dev.sallyport.telemetry.LiveSession;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which sessions somebody asks for.
 *
 * @param most how many are to be told, 1 to {@value #MOST}
 * @param gateway those of this one; null: of all
 * @param words in lower case; a session has each of them
 */
record SessionQuery(int most, @Nullable String gateway, List<String> words) {

    static final int MOST = 10_000;
    private static final int USUAL = 200;

    private static final Pattern BLANKS = Pattern.compile(" +");

    /** @return null when the limit is none */
    static @Nullable SessionQuery of(Map<String, List<String>> asked) {
        var most = most(first(asked, "limit"));
        var words = BLANKS.splitAsStream(Objects.requireNonNullElse(first(asked, "q"), "").toLowerCase(Locale.ROOT))
                .filter(word -> !word.isEmpty()).toList();
        return most < 1 || most > MOST ? null : new SessionQuery(most, first(asked, "gateway"), words);
    }

    private static int most(@Nullable String text) {
        try {
            return text == null ? USUAL : Integer.parseInt(text);
        } catch (NumberFormatException noNumber) {
            return 0;
        }
    }

    private static @Nullable String first(Map<String, List<String>> asked, String name) {
        return asked.getOrDefault(name, List.of()).stream().findFirst().orElse(null);
    }

    boolean finds(LiveSession session) {
        if (gateway != null && !session.gateway().equals(gateway)) {
            return false;
        }
        if (words.isEmpty()) {
            return true;
        }
        var text = searchable(Answer.Session.of(session));
        return words.stream().allMatch(text::contains);
    }

    /** What the page searches too. */
    private static String searchable(Answer.Session session) {
        return Stream.of(
                        session.id(), session.user(), session.client(), session.address(), session.server(), session.gateway(),
                        session.state(), session.transfer())
                .filter(Objects::nonNull).collect(Collectors.joining("\n")).toLowerCase(Locale.ROOT);
    }
}
