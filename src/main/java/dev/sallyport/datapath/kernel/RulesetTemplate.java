package dev.sallyport.datapath.kernel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Fills in a text. The grammar, line by line, is a small part of Mustache's:
 *
 * <pre>
 * line    = open | inverted | close | text
 * open    = "{{#" name "}}"      repeated for each map of a list, or kept when true
 * inverted= "{{^" name "}}"      kept when false, or when a list is empty
 * close   = "{{/" name "}}"      of the part opened last
 * text    = anything, with "{{" name "}}" for a value
 * </pre>
 *
 * A name is looked up in the innermost part first. Values are {@code String}, {@code Boolean} and lists of such maps. The
 * template comes with the program: a mistake in it is a programming mistake, and throws.
 */
final class RulesetTemplate {
    private static final Pattern PART = Pattern.compile("\\{\\{([#^/])(\\w+)}}");
    private static final Pattern VALUE = Pattern.compile("\\{\\{(\\w+)}}");

    private final List<String> lines;
    private final Deque<Map<String, ?>> scopes = new ArrayDeque<>();
    private final StringBuilder filled = new StringBuilder();

    private RulesetTemplate(List<String> lines) {
        this.lines = lines;
    }

    static String fill(String template, Map<String, ?> values) {
        var filling = new RulesetTemplate(template.lines().toList());
        filling.scopes.push(values);
        filling.fill(0, filling.lines.size());
        return filling.filled.toString();
    }

    private void fill(int from, int to) {
        for (var at = from; at < to; at++) {
            var part = PART.matcher(lines.get(at));
            if (part.matches()) {
                var end = endOf(at, to, part);
                for (var scope : repetitions(part.group(1), lookUp(part.group(2)))) {
                    scopes.push(scope);
                    fill(at + 1, end);
                    scopes.pop();
                }
                at = end;
            } else {
                filled.append(VALUE.matcher(lines.get(at)).replaceAll(value -> Matcher.quoteReplacement(text(value.group(1)))));
                filled.append('\n');
            }
        }
    }

    /** The line that closes a part. */
    private int endOf(int open, int to, Matcher opening) {
        var nested = new ArrayDeque<String>();
        for (var at = open; at < to; at++) {
            var part = PART.matcher(lines.get(at));
            if (!part.matches()) {
                continue;
            }
            if (!part.group(1).equals("/")) {
                nested.push(part.group(2));
            } else if (nested.isEmpty() || !nested.pop().equals(part.group(2))) {
                throw new IllegalStateException("line " + (at + 1) + " closes what is not open: " + lines.get(at));
            } else if (nested.isEmpty()) {
                return at;
            }
        }
        throw new IllegalStateException("line " + (open + 1) + " opens what is never closed: " + opening.group());
    }

    private static List<Map<String, ?>> repetitions(String kind, Object value) {
        var found = new ArrayList<Map<String, ?>>();
        switch (value) {
            case Boolean kept when kept -> found.add(Map.of());
            case List<?> list -> list.forEach(one -> found.add(scope(one)));
            default -> {}
        }
        if (kind.equals("^")) {
            return found.isEmpty() ? List.of(Map.of()) : List.of();
        }
        return found;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, ?> scope(Object one) {
        return (Map<String, ?>) one;
    }

    private String text(String name) {
        return lookUp(name) instanceof String text ? text : fail(name + " is not a value but a part");
    }

    private Object lookUp(String name) {
        for (var scope : scopes) {
            @Nullable Object value = scope.get(name);
            if (value != null) {
                return value;
            }
        }
        return fail("the template asks for " + name + ", which is not known");
    }

    private static String fail(String why) {
        throw new IllegalStateException(why);
    }
}
