package dev.sallyport.config.yaml;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a value may be: how it is read, and how one says what is allowed. One form serves the file and the command line.
 *
 * @param <T> what it is read into
 */
public final class Form<T> {

    /** Far beyond any sensible limit, and far below what overflows when counted in nanoseconds. */
    private static final Duration LONGEST = Duration.ofDays(365);

    /** Plain ASCII digits: the JDK's parser would take a plus sign and the digits of every script. */
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}");

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

    private static final Pattern BYTES = Pattern.compile("([0-9]{1,13})([KMGT]?)");
    private static final Pattern LOOSE_BYTES = Pattern.compile("([0-9]{1,13}) ?([kmgtKMGT])i?[bB]?");

    private final String allowed;
    private final List<String> words;
    private final Function<String, @Nullable T> reader;
    private final Function<String, @Nullable String> why;

    private Form(
            String allowed, List<String> words, Function<String, @Nullable T> reader, Function<String, @Nullable String> why) {
        this.allowed = allowed;
        this.words = words;
        this.reader = reader;
        this.why = why;
    }

    /**
     * @param allowed part of a sentence: what may be written
     * @param reader gives null for what does not fit
     */
    public static <T> Form<T> of(String allowed, Function<String, @Nullable T> reader) {
        return of(allowed, List.of(), reader);
    }

    /** @param words among what may be written, for who nearly wrote one */
    public static <T> Form<T> of(String allowed, List<String> words, Function<String, @Nullable T> reader) {
        return new Form<>(allowed, words, reader, text -> null);
    }

    /**
     * The same form, which knows some mistakes better.
     *
     * @param why given a text that does not fit: the rest of a sentence that begins with that text in quotes, what is wrong
     *     and what to write; null where the usual words will do
     */
    public Form<T> because(Function<String, @Nullable String> why) {
        return new Form<>(allowed, words, reader, why);
    }

    /** A word that means a value, or whatever another form reads. */
    public static <T> Form<T> wordOr(String word, T meaning, Form<? extends T> otherwise) {
        return of(
                otherwise.allowed + ", or " + word, Stream.concat(otherwise.words.stream(), Stream.of(word)).toList(),
                text -> text.equals(word) ? meaning : otherwise.read(text));
    }

    /** What another form reads, made into something else. */
    public <R> Form<R> as(Function<T, R> made) {
        return new Form<>(allowed, words, text -> {
            var read = reader.apply(text);
            return read == null ? null : made.apply(read);
        }, why);
    }

    /** A whole number, both bounds included. */
    public static Form<Integer> integer(int lowest, int highest) {
        return of("a whole number from " + lowest + " to " + highest, text -> {
            if (!NUMBER.matcher(text).matches()) {
                return null;
            }
            var number = Long.parseLong(text);
            return number >= lowest && number <= highest ? (int) number : null;
        });
    }

    /** A duration with its unit, the bound included. */
    public static Form<Duration> duration(Duration shortest) {
        var lowest = shortest.isZero() ? "0s" : shortest.toMillis() + "ms";
        return of(
                "a duration with its unit, ms, s, m, h or d, from " + lowest + " to " + LONGEST.toDays() + "d, such as 30s",
                text -> {
                    var duration = duration(text);
                    return duration == null || duration.compareTo(shortest) < 0 || duration.compareTo(LONGEST) > 0
                            ? null
                            : duration;
                });
    }

    /** A number of bytes, 1 or more. */
    public static Form<Long> bytes() {
        return of("a number of bytes, at least 1, or one with K, M, G or T for powers of 1024, such as 100M", Form::bytes)
                .because(text -> {
                    var loose = LOOSE_BYTES.matcher(text);
                    return loose.matches() && bytes(loose.group(1) + loose.group(2).toUpperCase(Locale.ROOT)) != null
                            ? "does not fit: write '" + loose.group(1) + loose.group(2).toUpperCase(Locale.ROOT) + "'."
                            : null;
                });
    }

    private static @Nullable Long bytes(String text) {
        var matcher = BYTES.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        var unit = 10 * ("KMGT".indexOf(matcher.group(2)) + (matcher.group(2).isEmpty() ? 0 : 1));
        var count = Long.parseLong(matcher.group(1));
        return count == 0 || count > Long.MAX_VALUE >> unit ? null : count << unit;
    }

    public static Form<Boolean> yesOrNo() {
        return Form.<Boolean>of("true or false", List.of("true", "false"), text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> null;
        }).because(text -> switch (text.toLowerCase(Locale.ROOT)) {
            case "yes", "on" -> "does not fit: write true.";
            case "no", "off" -> "does not fit: write false.";
            default -> null;
        });
    }

    /** One of an enumeration's values in lower case, dashes for underscores. */
    public static <E extends Enum<E>> Form<E> oneOf(Class<E> type) {
        var values = List.of(type.getEnumConstants());
        var words = values.stream().map(Form::word).toList();
        return of(
                words.subList(0, words.size() - 1).stream().collect(joining(", ")) + " or " + words.getLast(),
                words,
                text -> values.stream().filter(value -> word(value).equals(text)).findFirst().orElse(null));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Null when the text does not fit. */
    public @Nullable T read(String text) {
        return reader.apply(text);
    }

    /** Part of a sentence: what may be written. */
    public String allowed() {
        return allowed;
    }

    /** A sentence about a text that does not fit: what is wrong, and what to write. */
    public String refusal(String text) {
        var known = why.apply(text);
        if (known != null) {
            return Quoted.of(text) + " " + known;
        }
        var similar = Similar.to(text, words);
        return Quoted.of(text) + " does not fit: "
                + (similar == null ? write() : "did you mean '" + similar + "'? Write " + allowed + ".");
    }

    /** What to write. */
    public String write() {
        return "write " + allowed + ".";
    }

    private static @Nullable Duration duration(String text) {
        var matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        var count = Integer.parseInt(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }
}
