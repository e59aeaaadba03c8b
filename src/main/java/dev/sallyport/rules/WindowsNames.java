package dev.sallyport.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * Names as Windows takes them: letters of either case are the same, and some names are another one's. A name's case is folded
 * character by character, as NTFS does it; that of ASCII letters is left to {@link Glob}.
 */
final class WindowsNames {

    private WindowsNames() {}

    /**
     * Folds a resolved path.
     *
     * @return false when it may be another path's: a name in it ends with a dot or a blank, which are dropped, or is the short
     *     form of a longer one, such as {@code NAME~1}, or is a stream's; or it is not UTF-8 (RFC 2640 §2.2), or has a letter
     *     that some take for one of ASCII
     */
    static boolean fold(Bytes path) {
        var wide = false;
        for (var i = 0; i < path.length(); i++) {
            var b = path.at(i);
            var next = i + 1 < path.length() ? path.at(i + 1) : '/';
            if (b == ':' || next == '/' && (b == '.' || b == ' ') || b == '~' && next >= '0' && next <= '9') {
                return false;
            }
            wide |= b < 0;
        }
        return !wide || foldWide(path);
    }

    private static boolean foldWide(Bytes path) {
        var text = new String(path.array(), 0, path.length(), UTF_8);
        if (!Arrays.equals(text.getBytes(UTF_8), path.copy())) {
            return false;
        }
        for (var i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7f && fold(text.charAt(i)) <= 0x7f) {
                return false;
            }
        }
        var folded = fold(text).getBytes(UTF_8);
        path.cut(0);
        path.add(folded, 0, folded.length);
        return true;
    }

    /** Text with the case of its characters outside ASCII folded. */
    static String fold(String text) {
        var folded = new StringBuilder(text);
        for (var i = 0; i < folded.length(); i++) {
            if (folded.charAt(i) > 0x7f) {
                folded.setCharAt(i, fold(folded.charAt(i)));
            }
        }
        return folded.toString();
    }

    private static char fold(char c) {
        return Character.toLowerCase(Character.toUpperCase(c));
    }
}
