package dev.sallyport.rules;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pattern over bytes, such as {@code partner-*}. Matching takes at most pattern × text steps and no memory.
 *
 * <pre>
 * glob   = *( "*" / "?" / set / "\" any / byte )   ; any run of bytes, one byte, one of a set, the next as it is, itself
 * set    = "[" ["!"] 1*( byte ["-" byte] ) "]"     ; ASCII; "]" and "-" behind "\"
 * </pre>
 *
 * A pattern's characters outside ASCII are their UTF-8 bytes, as clients send them (RFC 2640 §2.2).
 */
public final class Glob extends WrittenPattern {

    /** Longest pattern, in characters: PATH_MAX of Linux. */
    static final int LONGEST = 4096;

    private static final int ONE = 0x100;
    private static final int ANY = 0x101;

    /** From here on: the index of a set. */
    private static final int SET = 0x102;

    /** Bytes to match, {@link #ONE}, {@link #ANY}, or {@link #SET} and an index. */
    private final int[] parts;

    private final Members[] sets;

    /** The bytes in a set, 256 bits: as it is written, and with letters of either case in both. */
    private record Members(long[] exact, long[] folded) {}

    private Glob(String pattern, int[] parts, Members[] sets) {
        super(pattern);
        this.parts = parts;
        this.sets = sets;
    }

    /** @throws IllegalArgumentException when there is a {@link #mistake} in the pattern */
    public static Glob of(String pattern) {
        if (pattern.length() > LONGEST) {
            throw new IllegalArgumentException("is longer than " + LONGEST + " characters");
        }
        return new Parser(pattern).parse();
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
     * Whether bytes {@code from} to {@code to} (exclusive) match.
     *
     * @param fold whether the case of ASCII letters counts for nothing
     */
    public boolean matches(byte[] text, int from, int to, boolean fold) {
        var part = 0;
        var at = from;
        // Where to go on after a mismatch: behind the last "*", which then takes one byte more.
        var retryPart = -1;
        var retryAt = from;
        while (true) {
            if (part < parts.length && parts[part] == ANY) {
                retryPart = ++part;
                retryAt = at;
            } else if (part < parts.length && at < to && takes(parts[part], text[at] & 0xff, fold)) {
                part++;
                at++;
            } else if (part == parts.length && at == to) {
                return true;
            } else if (retryPart < 0 || retryAt == to) {
                return false;
            } else {
                part = retryPart;
                at = ++retryAt;
            }
        }
    }

    boolean matches(byte[] text) {
        return matches(text, 0, text.length, false);
    }

    private boolean takes(int part, int b, boolean fold) {
        if (part < ONE) {
            return part == b || fold && lower(part) == lower(b);
        }
        if (part == ONE) {
            return true;
        }
        var members = sets[part - SET];
        var set = fold ? members.folded : members.exact;
        return (set[b >> 6] & 1L << b) != 0;
    }

    /** The bytes that alone match; null when others do. */
    byte @Nullable [] literal() {
        var beginning = beginning();
        return beginning.length == parts.length ? beginning : null;
    }

    /** The bytes before a {@code *} that is the pattern's only special part; null when it is of another form. */
    byte @Nullable [] prefix() {
        var beginning = beginning();
        return beginning.length == parts.length - 1 && parts[beginning.length] == ANY ? beginning : null;
    }

    /** The bytes that every text that matches begins with. */
    byte[] beginning() {
        var end = 0;
        while (end < parts.length && parts[end] < ONE) {
            end++;
        }
        return bytes(0, end);
    }

    /** The bytes behind its last wildcard, which every text that matches ends with; none when it has no wildcard. */
    byte[] ending() {
        var start = parts.length;
        while (start > 0 && parts[start - 1] < ONE) {
            start--;
        }
        return start == 0 ? bytes(0, 0) : bytes(start, parts.length);
    }

    private byte[] bytes(int from, int to) {
        var bytes = new byte[to - from];
        for (var i = from; i < to; i++) {
            bytes[i - from] = (byte) parts[i];
        }
        return bytes;
    }

    static int lower(int b) {
        return b >= 'A' && b <= 'Z' ? b + 32 : b;
    }

    private static int upper(int b) {
        return b >= 'a' && b <= 'z' ? b - 32 : b;
    }

    private static final class Parser {

        private final String pattern;
        private final byte[] bytes;
        private final List<Members> sets = new ArrayList<>();
        private int at;

        Parser(String pattern) {
            this.pattern = pattern;
            this.bytes = pattern.getBytes(UTF_8);
        }

        Glob parse() {
            var parts = new int[bytes.length];
            var length = 0;
            while (at < bytes.length) {
                var c = next();
                var part = switch (c) {
                    case '*' -> ANY;
                    case '?' -> ONE;
                    case '[' -> set();
                    case '\\' -> escaped();
                    default -> c;
                };
                // Two "*" are one; a run of them would only cost time.
                if (part != ANY || length == 0 || parts[length - 1] != ANY) {
                    parts[length++] = part;
                }
            }
            return new Glob(pattern, Arrays.copyOf(parts, length), sets.toArray(Members[]::new));
        }

        private int set() {
            var exact = new long[4];
            var folded = new long[4];
            var not = at < bytes.length && bytes[at] == '!';
            if (not) {
                at++;
            }
            var start = at;
            while (at < bytes.length && bytes[at] != ']') {
                var first = member();
                var last = first;
                if (at + 1 < bytes.length && bytes[at] == '-' && bytes[at + 1] != ']') {
                    at++;
                    last = member();
                }
                if (last < first) {
                    throw new IllegalArgumentException("has a range in its set that runs backwards: write the lower end first");
                }
                for (var b = first; b <= last; b++) {
                    add(exact, b);
                    add(folded, lower(b));
                    add(folded, upper(b));
                }
            }
            if (at == bytes.length) {
                throw new IllegalArgumentException("has a '[' without a ']'; write '\\[' for the character itself");
            }
            if (at == start) {
                throw new IllegalArgumentException("has an empty set; write '\\[' for the character '[' itself");
            }
            at++;
            if (not) {
                for (var i = 0; i < exact.length; i++) {
                    exact[i] = ~exact[i];
                    folded[i] = ~folded[i];
                }
            }
            sets.add(new Members(exact, folded));
            return SET + sets.size() - 1;
        }

        private static void add(long[] set, int b) {
            set[b >> 6] |= 1L << b;
        }

        private int member() {
            var c = next();
            var member = c == '\\' ? escaped() : c;
            if (member > 0x7f) {
                throw new IllegalArgumentException("has a character in its set that is not ASCII; write '?' or '*' in place of the set");
            }
            return member;
        }

        private int escaped() {
            if (at == bytes.length) {
                throw new IllegalArgumentException("ends with a '\\' that escapes nothing");
            }
            return next();
        }

        private int next() {
            return bytes[at++] & 0xff;
        }
    }

    /** Text of the wire, a character for each byte, as bytes again. */
    static byte[] wire(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
