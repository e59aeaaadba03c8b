package dev.sallyport.rules;

import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Verb;

/**
 * The path that a command is about, as the server would resolve it: absolute, without {@code .}, {@code ..} and empty names,
 * such as {@code /pub/a}. Names are those that the client uses; a symbolic link is not followed.
 *
 * <p>Where servers may read an argument in two ways, the path is {@link Kind#UNKNOWN}, so that a rule that needs it refuses:
 * blanks at the ends, {@code ~}, drive letters, backslashes, NUL and bare CR, a lone IAC.
 *
 * <p>Belongs to one {@link Question}; its memory is used again for each.
 */
final class Paths {

    /** How much is known. */
    enum Kind {
        /** The command is about no path. */
        NONE,
        /** It is about this path. */
        EXACT,
        /** It is about something that is this path or below it. */
        BELOW,
        /** It is about a path that cannot be told. */
        UNKNOWN
    }

    private static final int IAC = 0xff;
    private static final int DIGITS_OF_TIME = 14;

    private final Bytes raw = new Bytes();
    private final Bytes path = new Bytes();
    private boolean lackedDirectory;
    private boolean climbed;
    private boolean climbedOwn;

    byte[] array() {
        return path.array();
    }

    int length() {
        return path.length();
    }

    byte[] copy() {
        return path.copy();
    }

    /** Whether the path is unknown for no other reason than that the directory is. */
    boolean lackedDirectory() {
        return lackedDirectory;
    }

    /** Whether a {@code ..} took a name away. */
    boolean climbed() {
        return climbed;
    }

    /** Whether a {@code ..} took a name away that the argument itself had given. */
    boolean climbedOwn() {
        return climbedOwn;
    }

    /**
     * Resolves a command's path.
     *
     * @param windows whether the server folds names as Windows does, where more than one name is the same file's
     */
    Kind resolve(Command command, Directory directory, boolean windows) {
        var argument = command.verb().argument();
        raw.cut(0);
        path.cut(0);
        lackedDirectory = false;
        climbed = false;
        climbedOwn = false;
        if (argument == Verb.Argument.NONE) {
            return Kind.NONE;
        }
        if (argument == Verb.Argument.OPAQUE || !unescape(command.line(), command.argumentStart())) {
            return Kind.UNKNOWN;
        }
        return switch (argument) {
            case PATH -> raw.length() == 0 ? Kind.UNKNOWN : join(0, raw.length(), directory, windows);
            case FOLDER -> join(0, raw.length(), directory, windows);
            case PARENT -> parent(directory);
            case LISTING -> listing(command.verb(), directory, windows);
            case UNIQUE -> unique(directory, windows);
            case BEHIND_WORD -> behindWord(directory, windows);
            case DATED -> dated() || raw.length() == 0 ? Kind.UNKNOWN : join(0, raw.length(), directory, windows);
            case ONE_WORD -> oneWord() ? join(0, raw.length(), directory, windows) : Kind.UNKNOWN;
            case NONE, OPAQUE -> throw new AssertionError(argument);
        };
    }

    /** RFC 854: IAC IAC is the byte 0xFF, CR NUL is CR. @return whether nothing else of the kind is there */
    private boolean unescape(FtpLine line, int from) {
        for (var i = from; i < line.length(); i++) {
            var b = line.at(i);
            var next = i + 1 < line.length() ? line.at(i + 1) : -1;
            if (b == 0 || b == IAC && next != IAC || b == '\r' && next != 0) {
                return false;
            }
            if (b == IAC || b == '\r') {
                i++;
            }
            raw.add(b);
        }
        return true;
    }

    private Kind parent(Directory directory) {
        if (!begin(directory)) {
            return Kind.UNKNOWN;
        }
        climb(path.length());
        rootIfNothing();
        return Kind.EXACT;
    }

    /** Options, then a path that may hold wildcards, and is then something below what stands before the first of them. */
    private Kind listing(Verb verb, Directory directory, boolean windows) {
        if (verb == Verb.STAT && raw.length() == 0) {
            return Kind.NONE;
        }
        var from = blanks(0);
        var recursive = false;
        while (from < raw.length() && raw.at(from) == '-') {
            var end = word(from);
            for (var i = from; i < end; i++) {
                recursive |= raw.at(i) == 'R';
            }
            from = Math.min(end + 1, raw.length());
        }
        if (from == blanks(0) && from > 0) {
            return Kind.UNKNOWN;
        }
        var wild = from;
        while (wild < raw.length() && !wildcard(raw.at(wild))) {
            wild++;
        }
        if (wild == raw.length()) {
            var kind = join(from, raw.length(), directory, windows);
            return recursive && kind == Kind.EXACT ? Kind.BELOW : kind;
        }
        if (ambiguous(from, raw.length(), windows) || leadsElsewhere(from, wild)) {
            return Kind.UNKNOWN;
        }
        var folder = wild;
        while (folder > from && raw.at(folder - 1) != '/') {
            folder--;
        }
        return join(from, folder, directory, windows) == Kind.EXACT ? Kind.BELOW : Kind.UNKNOWN;
    }

    /** Whether the names with and behind a wildcard may be {@code ..}, or hold a slash. */
    private boolean leadsElsewhere(int from, int wild) {
        var start = wild;
        while (start > from && raw.at(start - 1) != '/') {
            start--;
        }
        for (var i = start; i < raw.length(); i++) {
            var b = raw.at(i);
            if (b == '{' || (i == start || raw.at(i - 1) == '/') && (b == '.' || b == '[')) {
                return true;
            }
        }
        return false;
    }

    /** In the working directory; where a name with a slash ends up, servers disagree. */
    private Kind unique(Directory directory, boolean windows) {
        for (var i = 0; i < raw.length(); i++) {
            if (raw.at(i) == '/') {
                return Kind.UNKNOWN;
            }
        }
        if (ambiguous(0, raw.length(), windows) || !begin(directory)) {
            return Kind.UNKNOWN;
        }
        rootIfNothing();
        return Kind.BELOW;
    }

    private Kind behindWord(Directory directory, boolean windows) {
        var behind = word(0) + 1;
        return behind >= raw.length() ? Kind.UNKNOWN : join(behind, raw.length(), directory, windows);
    }

    private boolean dated() {
        if (raw.length() <= DIGITS_OF_TIME || raw.at(DIGITS_OF_TIME) >= '0' && raw.at(DIGITS_OF_TIME) <= '9') {
            return false;
        }
        for (var i = 0; i < DIGITS_OF_TIME; i++) {
            if (raw.at(i) < '0' || raw.at(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private boolean oneWord() {
        for (var i = 0; i < raw.length(); i++) {
            if (blank(raw.at(i)) || raw.at(i) == '"') {
                return false;
            }
        }
        return raw.length() > 0;
    }

    /** Resolves bytes of the argument; none mean the directory itself. */
    private Kind join(int from, int to, Directory directory, boolean windows) {
        if (ambiguous(from, to, windows)) {
            return Kind.UNKNOWN;
        }
        if ((from == to || raw.at(from) != '/') && !begin(directory)) {
            return Kind.UNKNOWN;
        }
        var own = path.length();
        var start = from;
        while (start < to) {
            var end = start;
            while (end < to && raw.at(end) != '/') {
                end++;
            }
            if (windows && alias(start, end)) {
                return Kind.UNKNOWN;
            }
            name(start, end, own);
            start = end + 1;
        }
        rootIfNothing();
        return Kind.EXACT;
    }

    private void rootIfNothing() {
        if (path.length() == 0) {
            path.add('/');
        }
    }

    /** Whether servers may read bytes of the argument in more than one way. */
    private boolean ambiguous(int from, int to, boolean windows) {
        if (from < to && (blank(raw.at(from)) || blank(raw.at(to - 1)) || raw.at(from) == '~' || driveLetter(from, to))) {
            return true;
        }
        for (var i = from; i < to; i++) {
            if (raw.at(i) == '\\' || windows && raw.at(i) == ':') {
                return true;
            }
        }
        return false;
    }

    /** Starts with the directory. @return whether it is known */
    private boolean begin(Directory directory) {
        if (!directory.known()) {
            lackedDirectory = true;
            return false;
        }
        var folder = directory.path();
        // The root stands here as nothing, so that a slash before each name makes a path.
        path.add(folder, 0, folder.length == 1 ? 0 : folder.length);
        return true;
    }

    private void name(int start, int end, int own) {
        var length = end - start;
        if (length == 0 || length == 1 && raw.at(start) == '.') {
            return;
        }
        if (length == 2 && raw.at(start) == '.' && raw.at(start + 1) == '.') {
            climb(own);
            return;
        }
        path.add('/');
        path.add(raw.array(), start, length);
    }

    /** To the folder above; at the root it stays. @param own where in the path the argument's own names begin */
    private void climb(int own) {
        var length = path.length();
        if (length == 0) {
            return;
        }
        climbed = true;
        climbedOwn |= length > own;
        while (path.at(--length) != '/') {
            continue;
        }
        path.cut(length);
    }

    /** A name that Windows takes for another: it drops dots and blanks at the end, and {@code NAME~1} is short for a longer one. */
    private boolean alias(int start, int end) {
        if (end - start > 2 || end - start > 0 && raw.at(start) != '.') {
            var last = raw.at(end - 1);
            if (last == '.' || last == ' ') {
                return true;
            }
        }
        for (var i = start; i + 1 < end; i++) {
            if (raw.at(i) == '~' && raw.at(i + 1) >= '0' && raw.at(i + 1) <= '9') {
                return true;
            }
        }
        return false;
    }

    private boolean driveLetter(int from, int to) {
        return to - from > 1 && raw.at(from + 1) == ':' && Glob.lower(raw.at(from)) >= 'a' && Glob.lower(raw.at(from)) <= 'z';
    }

    private int blanks(int from) {
        var at = from;
        while (at < raw.length() && blank(raw.at(at))) {
            at++;
        }
        return at;
    }

    private int word(int from) {
        var at = from;
        while (at < raw.length() && !blank(raw.at(at))) {
            at++;
        }
        return at;
    }

    private static boolean wildcard(byte b) {
        return b == '*' || b == '?' || b == '[' || b == '{';
    }

    static boolean blank(int b) {
        return b == ' ' || b == '\t' || b == 0x0b || b == '\f';
    }
}
