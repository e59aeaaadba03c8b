package dev.sallyport.telemetry.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.util.Locale;

/** Bytes of peers, one character for each, as text that has all of them. */
final class PeerText {

    private PeerText() {}

    /**
     * As UTF-8. A byte that is none becomes {@code \xe9}, a backslash two, so that nothing a peer can send looks like another.
     * Control characters stay: JSON has its own way with them.
     */
    static String unicode(String bytes) {
        if (isPlain(bytes)) {
            return bytes;
        }
        var in = ByteBuffer.wrap(bytes.getBytes(ISO_8859_1));
        var decoder = UTF_8.newDecoder();
        var out = CharBuffer.allocate(in.remaining());
        var text = new StringBuilder(in.remaining());
        while (true) {
            var result = decoder.decode(in, out, true);
            text.append(out.flip().toString().replace("\\", "\\\\"));
            out.clear();
            if (result.isUnderflow()) {
                return text.toString();
            }
            for (var i = 0; i < result.length(); i++) {
                escape(text, in.get() & 0xff);
            }
        }
    }

    private static boolean isPlain(String bytes) {
        for (var i = 0; i < bytes.length(); i++) {
            if (bytes.charAt(i) > '~' || bytes.charAt(i) == '\\') {
                return false;
            }
        }
        return true;
    }

    /** As Zeek writes it without UTF-8: what is not printable ASCII, and the backslash, as {@code \x09}. */
    static String zeek(String bytes) {
        var text = new StringBuilder(bytes.length() + 16);
        for (var i = 0; i < bytes.length(); i++) {
            var c = bytes.charAt(i);
            if (c < ' ' || c > '~' || c == '\\') {
                escape(text, c & 0xff);
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    static void escape(StringBuilder text, int value) {
        text.append(String.format(Locale.ROOT, "\\x%02x", value));
    }
}
