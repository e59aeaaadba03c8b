package dev.sallyport.rules;

import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.Verb;

/**
 * The path that a command is about, as the server would resolve it: absolute, without {@code .}, {@code ..} and empty names,
 * such as {@code /pub/a}. Names are those that the client uses; a symbolic link is not followed.
 *
 * <p>A {@code ..} leads to the parent of what its name stands for now, which behind a symbolic link, or after a renaming, is
 * another folder than that in the name. So only commands that change the directory are resolved through one: where they have
 * led the server can be asked.
 *
 * <p>Where servers may read an argument in two ways, the path is {@link Kind#UNKNOWN}, so that a rule that needs it refuses:
 * blanks at the ends, a quote or {@code ~} in front, drive letters, backslashes, NUL and CR, a lone IAC; and blanks within what
 * is to be listed, where some servers begin another name.
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

    private final PathText raw = new PathText();
    private final Bytes path = new Bytes();
    private boolean lackedDirectory;
    private boolean climbed;

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

    /**
     * Resolves a command's path.
     *
     * @param windows whether the server folds names as Windows does, where more than one name is the same file's
     */
    Kind resolve(Command command, Directory directory, boolean windows) {
        var argument = command.verb().argument();
        raw.clear();
        path.cut(0);
        lackedDirectory = false;
        climbed = false;
        if (argument == Verb.Argument.NONE) {
            return Kind.NONE;
        }
        if (argument == Verb.Argument.OPAQUE || !raw.read(command.line(), command.argumentStart())) {
            return Kind.UNKNOWN;
        }
        var kind = switch (argument) {
            case PATH -> raw.length() == 0 ? Kind.UNKNOWN : join(0, raw.length(), directory, windows);
            case TREE -> raw.length() == 0 ? Kind.UNKNOWN : below(join(0, raw.length(), directory, windows));
            case FOLDER -> join(0, raw.length(), directory, windows);
            case PARENT -> parent(directory);
            case LISTING -> listing(command.verb(), directory, windows);
            case UNIQUE -> unique(directory, windows);
            case BEHIND_WORD -> behindWord(directory, windows);
            case DATED -> raw.dated() || raw.length() == 0 ? Kind.UNKNOWN : join(0, raw.length(), directory, windows);
            case ONE_WORD -> raw.oneWord() ? join(0, raw.length(), directory, windows) : Kind.UNKNOWN;
            case NONE, OPAQUE -> throw new AssertionError(argument);
        };
        if (kind == Kind.EXACT || kind == Kind.BELOW) {
            return climbed && !entersFolder(command.verb()) || windows && !WindowsNames.fold(path) ? Kind.UNKNOWN : kind;
        }
        return kind;
    }

    private static boolean entersFolder(Verb verb) {
        return switch (verb) {
            case CWD, XCWD, CDUP, XCUP -> true;
            default -> false;
        };
    }

    private Kind parent(Directory directory) {
        if (!begin(directory)) {
            return Kind.UNKNOWN;
        }
        climb();
        rootIfNothing();
        return Kind.EXACT;
    }

    /** Options, then a path that may hold wildcards, and is then something below what stands before the first of them. */
    private Kind listing(Verb verb, Directory directory, boolean windows) {
        if (verb == Verb.STAT && raw.length() == 0) {
            return Kind.NONE;
        }
        if (raw.beginsWithBlank()) {
            // Some servers skip a blank in front, to others it begins a name.
            return Kind.UNKNOWN;
        }
        var from = 0;
        var recursive = false;
        while (from < raw.length() && raw.at(from) == '-') {
            var end = raw.wordEnd(from);
            for (var i = from + 1; i < end; i++) {
                if (!Character.isLetterOrDigit(raw.at(i))) {
                    // A name to some servers, such as -/../a; or --recursive, and what else there is of long options.
                    return Kind.UNKNOWN;
                }
                recursive |= raw.at(i) == 'R';
            }
            from = Math.min(end + 1, raw.length());
        }
        if (raw.wordEnd(from) < raw.length()) {
            // One name to some servers, several to those that hand it to ls.
            return Kind.UNKNOWN;
        }
        var wild = from;
        while (wild < raw.length() && !PathText.wildcard(raw.at(wild))) {
            wild++;
        }
        if (wild == raw.length()) {
            var kind = join(from, raw.length(), directory, windows);
            return recursive ? below(kind) : kind;
        }
        if (raw.ambiguous(from, raw.length(), windows) || raw.leadsElsewhere(from, wild)) {
            return Kind.UNKNOWN;
        }
        var folder = wild;
        while (folder > from && raw.at(folder - 1) != '/') {
            folder--;
        }
        return below(join(from, folder, directory, windows));
    }

    private static Kind below(Kind kind) {
        return kind == Kind.EXACT ? Kind.BELOW : kind;
    }

    /** In the working directory; where a name with a slash ends up, servers disagree. */
    private Kind unique(Directory directory, boolean windows) {
        for (var i = 0; i < raw.length(); i++) {
            if (raw.at(i) == '/') {
                return Kind.UNKNOWN;
            }
        }
        if (raw.ambiguous(0, raw.length(), windows) || !begin(directory)) {
            return Kind.UNKNOWN;
        }
        rootIfNothing();
        return Kind.BELOW;
    }

    private Kind behindWord(Directory directory, boolean windows) {
        var end = raw.wordEnd(0);
        // Behind a blank the word is nothing to some servers, and the next one to others.
        return end == 0 || end + 1 >= raw.length() ? Kind.UNKNOWN : join(end + 1, raw.length(), directory, windows);
    }

    /** Resolves bytes of the argument; none mean the directory itself. */
    private Kind join(int from, int to, Directory directory, boolean windows) {
        if (raw.ambiguous(from, to, windows)) {
            return Kind.UNKNOWN;
        }
        if ((from == to || raw.at(from) != '/') && !begin(directory)) {
            return Kind.UNKNOWN;
        }
        var start = from;
        while (start < to) {
            var end = start;
            while (end < to && raw.at(end) != '/') {
                end++;
            }
            name(start, end);
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

    private void name(int start, int end) {
        var length = end - start;
        if (length == 0 || length == 1 && raw.at(start) == '.') {
            return;
        }
        if (length == 2 && raw.at(start) == '.' && raw.at(start + 1) == '.') {
            climb();
            return;
        }
        path.add('/');
        path.add(raw.array(), start, length);
    }

    /** To the folder above; at the root it stays. */
    private void climb() {
        var length = path.length();
        if (length == 0) {
            return;
        }
        climbed = true;
        while (path.at(--length) != '/') {
            continue;
        }
        path.cut(length);
    }
}
