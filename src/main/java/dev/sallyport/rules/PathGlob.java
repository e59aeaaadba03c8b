package dev.sallyport.rules;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pattern over resolved paths, component by component: {@code /pub/**}, <code>**&#47;*.key</code>.
 *
 * <pre>
 * path-glob = ["**"] 1*( "/" ( "**" / glob ) ) / "/"   ; "**": any number of components, none included
 * </pre>
 *
 * So {@code /x/**} is {@code /x} and all below it, and {@code *} never goes past a slash.
 */
public final class PathGlob extends WrittenPattern {

    /** One for each component; null stands for {@code **}. */
    private final @Nullable Glob[] components;

    private PathGlob(String pattern, @Nullable Glob[] components) {
        super(pattern);
        this.components = components;
    }

    /** @throws IllegalArgumentException when there is a {@link #mistake} in the pattern */
    public static PathGlob of(String pattern) {
        if (!pattern.startsWith("/") && !pattern.startsWith("**/")) {
            throw new IllegalArgumentException("does not begin with '/': write '/" + pattern + "', or '**/" + pattern
                    + "' for any folder that holds it");
        }
        if (pattern.length() > Glob.LONGEST) {
            throw new IllegalArgumentException("is longer than " + Glob.LONGEST + " characters");
        }
        var components = new ArrayList<@Nullable Glob>();
        for (var text : components(pattern)) {
            if (text.equals("**")) {
                // Two in a row are one.
                if (components.isEmpty() || components.getLast() != null) {
                    components.add(null);
                }
                continue;
            }
            if (text.contains("**")) {
                throw new IllegalArgumentException("has '**' within '" + text + "': it stands for whole folders, as in '/a/**/b'");
            }
            if (text.equals(".") || text.equals("..")) {
                throw new IllegalArgumentException(
                        "has '" + text + "' in it, which is resolved before rules are asked: write the path without it");
            }
            if (text.isEmpty()) {
                throw new IllegalArgumentException(
                        "has an empty folder name in it: write one '/' between names, and '/**' at the end for all below");
            }
            components.add(Glob.of(text));
        }
        return new PathGlob(pattern, components.toArray(@Nullable Glob[]::new));
    }

    /** The same pattern, for paths that {@link WindowsNames} has folded. */
    PathGlob folded() {
        return new PathGlob(pattern, of(WindowsNames.fold(pattern)).components);
    }

    private static List<String> components(String pattern) {
        var inside = pattern.startsWith("/") ? pattern.substring(1) : pattern;
        return inside.isEmpty() ? List.of() : List.of(inside.split("/", -1));
    }

    /** What is wrong with a pattern, as the end of a sentence that begins with it; null when nothing is. */
    public static @Nullable String mistake(String pattern) {
        try {
            of(pattern);
            return null;
        } catch (IllegalArgumentException mistaken) {
            return mistaken.getMessage();
        }
    }

    /**
     * Whether a path matches: bytes 0 to {@code length}, resolved, such as {@code /pub/a} or {@code /}.
     *
     * @param fold whether the case of ASCII letters counts for nothing
     */
    boolean matches(byte[] path, int length, boolean fold) {
        var component = 0;
        var at = start(path, length);
        // As in Glob: after a mismatch the last "**" takes one component more.
        var retryComponent = -1;
        var retryAt = at;
        while (true) {
            if (component < components.length && components[component] == null) {
                retryComponent = ++component;
                retryAt = at;
            } else if (component < components.length && at < length && takes(component, path, at, length, fold)) {
                component++;
                at = next(path, at, length);
            } else if (component == components.length && at >= length) {
                return true;
            } else if (retryComponent < 0 || retryAt >= length) {
                return false;
            } else {
                component = retryComponent;
                retryAt = next(path, retryAt, length);
                at = retryAt;
            }
        }
    }

    /**
     * Whether something of which no more is known than a folder matches: the folder itself, or anything below it.
     *
     * @return {@link Truth#TRUE} when all of it matches, {@link Truth#FALSE} when none can
     */
    Truth matchesBelow(byte[] folder, int length, boolean fold) {
        var component = 0;
        for (var at = start(folder, length); at < length; at = next(folder, at, length)) {
            if (component == components.length) {
                return Truth.FALSE;
            }
            if (components[component] == null) {
                break;
            }
            if (!takes(component++, folder, at, length, fold)) {
                return Truth.FALSE;
            }
        }
        return component == components.length - 1 && components[component] == null ? Truth.TRUE : Truth.PATH_UNKNOWN;
    }

    private boolean takes(int component, byte[] path, int at, int length, boolean fold) {
        var glob = components[component];
        return glob != null && glob.matches(path, at, end(path, at, length), fold);
    }

    /** Where the first component begins; the root has none. */
    private static int start(byte[] path, int length) {
        return length == 1 && path[0] == '/' ? 1 : Math.min(1, length);
    }

    private static int next(byte[] path, int at, int length) {
        return end(path, at, length) + 1;
    }

    private static int end(byte[] path, int at, int length) {
        var end = at;
        while (end < length && path[end] != '/') {
            end++;
        }
        return end;
    }

    /** The leading components that name one folder each. */
    List<byte[]> literals() {
        return literals(0);
    }

    private List<byte[]> literals(int from) {
        var literals = new ArrayList<byte[]>();
        for (var i = from; i < components.length; i++) {
            var literal = literal(i);
            if (literal == null) {
                break;
            }
            literals.add(literal);
        }
        return literals;
    }

    private byte @Nullable [] literal(int component) {
        var glob = components[component];
        return glob == null ? null : glob.literal();
    }

    /** The bytes that every path that matches begins with. */
    byte[] beginning() {
        var text = new Bytes();
        for (var component : components) {
            if (component == null) {
                break;
            }
            text.add('/');
            text.add(component.beginning());
            if (component.literal() == null) {
                break;
            }
        }
        return text.copy();
    }

    /** The bytes behind its last wildcard, which every path that matches ends with; none when it has no wildcard. */
    byte[] ending() {
        var text = new Bytes();
        var wild = components.length - 1;
        while (wild >= 0 && literal(wild) != null) {
            wild--;
        }
        if (wild < 0) {
            return text.copy();
        }
        var last = components[wild];
        if (last != null) {
            text.add(last.ending());
        }
        for (var name : literals(wild + 1)) {
            text.add('/');
            text.add(name);
        }
        return text.copy();
    }

    /** How many components there are. */
    int depth() {
        return components.length;
    }

    /** Whether it ends with {@code **}. */
    boolean open() {
        return components.length > 0 && components[components.length - 1] == null;
    }
}
