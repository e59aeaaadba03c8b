package dev.sallyport.rules;

import dev.sallyport.ftp.FtpLine;

/** An argument that is a path, or holds one: its bytes, and where servers read them in more than one way. */
final class PathText {

    private static final int IAC = 0xff;
    private static final int DIGITS_OF_TIME = 14;

    private final Bytes bytes = new Bytes();

    byte[] array() {
        return bytes.array();
    }

    int length() {
        return bytes.length();
    }

    byte at(int index) {
        return bytes.at(index);
    }

    void clear() {
        bytes.cut(0);
    }

    /** RFC 854: IAC IAC is the byte 0xFF, CR NUL is CR. @return whether nothing else of the kind is there */
    boolean read(FtpLine line, int from) {
        for (var i = from; i < line.length(); i++) {
            var b = line.at(i);
            var next = i + 1 < line.length() ? line.at(i + 1) : -1;
            if (b == 0 || b == IAC && next != IAC || b == '\r' && next != 0) {
                return false;
            }
            if (b == IAC || b == '\r') {
                i++;
            }
            bytes.add(b);
        }
        return true;
    }

    /** Whether servers may read bytes of the argument in more than one way. */
    boolean ambiguous(int from, int to, boolean windows) {
        if (from < to && (blank(at(from)) || blank(at(to - 1)) || at(from) == '~' || driveLetter(from, to))) {
            return true;
        }
        for (var i = from; i < to; i++) {
            if (at(i) == '\\' || windows && at(i) == ':') {
                return true;
            }
        }
        return false;
    }

    /** Whether the names with and behind a wildcard may be {@code ..}, or hold a slash. */
    boolean leadsElsewhere(int from, int wild) {
        var start = wild;
        while (start > from && at(start - 1) != '/') {
            start--;
        }
        for (var i = start; i < length(); i++) {
            var b = at(i);
            if (b == '{' || (i == start || at(i - 1) == '/') && (b == '.' || b == '[')) {
                return true;
            }
        }
        return false;
    }

    boolean dated() {
        if (length() <= DIGITS_OF_TIME || at(DIGITS_OF_TIME) >= '0' && at(DIGITS_OF_TIME) <= '9') {
            return false;
        }
        for (var i = 0; i < DIGITS_OF_TIME; i++) {
            if (at(i) < '0' || at(i) > '9') {
                return false;
            }
        }
        return true;
    }

    boolean oneWord() {
        for (var i = 0; i < length(); i++) {
            if (blank(at(i)) || at(i) == '"') {
                return false;
            }
        }
        return length() > 0;
    }

    /** A name that Windows takes for another: it drops dots and blanks at the end, and {@code NAME~1} is short for a longer. */
    boolean alias(int start, int end) {
        if (end - start > 2 || end - start > 0 && at(start) != '.') {
            var last = at(end - 1);
            if (last == '.' || last == ' ') {
                return true;
            }
        }
        for (var i = start; i + 1 < end; i++) {
            if (at(i) == '~' && at(i + 1) >= '0' && at(i + 1) <= '9') {
                return true;
            }
        }
        return false;
    }

    private boolean driveLetter(int from, int to) {
        return to - from > 1 && at(from + 1) == ':' && Glob.lower(at(from)) >= 'a' && Glob.lower(at(from)) <= 'z';
    }

    int blanks(int from) {
        var at = from;
        while (at < length() && blank(at(at))) {
            at++;
        }
        return at;
    }

    int word(int from) {
        var at = from;
        while (at < length() && !blank(at(at))) {
            at++;
        }
        return at;
    }

    static boolean wildcard(byte b) {
        return b == '*' || b == '?' || b == '[' || b == '{';
    }

    static boolean blank(int b) {
        return b == ' ' || b == '\t' || b == 0x0b || b == '\f';
    }
}
