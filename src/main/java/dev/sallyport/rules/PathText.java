package dev.sallyport.rules;

import dev.sallyport.ftp.FtpLine;

/**
 * An argument that is a path, or holds one: its bytes, and where servers read them in more than one way. Servers of BSD's
 * descent end a line at its first CR, also where RFC 854 has it escaped.
 */
final class PathText {

    private static final int IAC = 0xff;

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

    /** RFC 854: IAC IAC is the byte 0xFF. @return whether nothing else of the kind is there, and no CR and NUL */
    boolean read(FtpLine line, int from) {
        for (var i = from; i < line.length(); i++) {
            var b = line.at(i);
            var next = i + 1 < line.length() ? line.at(i + 1) : -1;
            if (b == 0 || b == '\r' || b == IAC && next != IAC) {
                return false;
            }
            if (b == IAC) {
                i++;
            }
            bytes.add(b);
        }
        return true;
    }

    /** Whether servers may read bytes of the argument in more than one way. */
    boolean ambiguous(int from, int to, boolean windows) {
        if (from < to && (blank(at(from)) || blank(at(to - 1)) || at(from) == '~' || quote(at(from)) || driveLetter(from, to))) {
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

    /** Whether a time may stand in front, which some servers then set: they look for a digit, and for a blank somewhere behind. */
    boolean dated() {
        return length() > 0 && at(0) >= '0' && at(0) <= '9' && wordEnd(0) < length();
    }

    /** Whether it is one, without a blank or quote at which a server might split it. */
    boolean oneWord() {
        for (var i = 0; i < length(); i++) {
            if (blank(at(i)) || at(i) == '"') {
                return false;
            }
        }
        return length() > 0;
    }

    private boolean driveLetter(int from, int to) {
        return to - from > 1 && at(from + 1) == ':' && Glob.lower(at(from)) >= 'a' && Glob.lower(at(from)) <= 'z';
    }

    /** Some servers take off quotes, some take them for part of the name. */
    private static boolean quote(byte b) {
        return b == '"' || b == '\'';
    }

    boolean beginsWithBlank() {
        return length() > 0 && blank(at(0));
    }

    /** Where the word that begins at a place ends. */
    int wordEnd(int from) {
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
