package dev.sallyport.ftp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.Locale;

/**
 * One line of a control connection: the bytes to forward, and the text in them. A line that is not rewritten is forwarded
 * as the bytes that came (RFC 959 §5.3.2, RFC 2640 §3.1: its path is bytes, in whatever encoding).
 *
 * <p>Immutable; the array is never shared with a caller that could change it.
 */
public final class FtpLine {

    /** RFC 854. */
    private static final int DATA_MARK = 242;

    private final byte[] wire;
    private final int textStart;
    private final int textEnd;

    /** Takes ownership of the bytes: optional telnet signals, then the text, then CRLF. */
    FtpLine(byte[] wire, int textStart, int textEnd) {
        this.wire = wire;
        this.textStart = textStart;
        this.textEnd = textEnd;
    }

    /** A line of our own: the text, one byte for each character, and CRLF. */
    public static FtpLine of(String text) {
        var wire = (text + "\r\n").getBytes(ISO_8859_1);
        return new FtpLine(wire, 0, wire.length - 2);
    }

    /** The bytes to send, line end included. Not a copy: whoever sends them must not change them. */
    public byte[] wire() {
        return wire;
    }

    /**
     * Where in {@link #wire} the IAC of the Synch's data mark is, for a line that a Synch came before (RFC 854, RFC 959
     * §4.1.3); -1 for any other line.
     */
    public int synch() {
        for (var i = textStart - 2; i >= 0; i -= 2) {
            if ((wire[i + 1] & 0xff) == DATA_MARK) {
                return i;
            }
        }
        return -1;
    }

    /** Length of the text in bytes, without the line end. */
    public int length() {
        return textEnd - textStart;
    }

    /** The byte of the text at an index from 0, as 0 to 255. */
    public int at(int index) {
        return wire[textStart + index] & 0xff;
    }

    /** The text from an index to the end, one character for each byte (ISO 8859-1). */
    public String text(int from) {
        return text(from, length());
    }

    /** The text from an index to another, exclusive, one character for each byte (ISO 8859-1). */
    public String text(int from, int to) {
        return new String(wire, textStart + from, to - from, ISO_8859_1);
    }

    /** The whole text, one character for each byte (ISO 8859-1). */
    public String text() {
        return text(0);
    }

    /** The text for a log or a report: control and 8-bit bytes escaped, secrets masked. */
    @Override
    public String toString() {
        return Command.loggable(this);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FtpLine that && Arrays.equals(wire, that.wire);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(wire);
    }

    /** Peer bytes made safe for a log: printable ASCII as it is, everything else as an escape. */
    public static String escape(String text) {
        var plain = true;
        for (var i = 0; i < text.length() && plain; i++) {
            plain = text.charAt(i) >= ' ' && text.charAt(i) < 0x7f && text.charAt(i) != '\\';
        }
        if (plain) {
            return text;
        }
        var escaped = new StringBuilder(text.length() + 16);
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            switch (c) {
                case '\\' -> escaped.append("\\\\");
                case '\r' -> escaped.append("\\r");
                case '\n' -> escaped.append("\\n");
                case '\t' -> escaped.append("\\t");
                default -> {
                    if (c >= ' ' && c < 0x7f) {
                        escaped.append(c);
                    } else if (c <= 0xff) {
                        escaped.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
                    } else {
                        escaped.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    }
                }
            }
        }
        return escaped.toString();
    }
}
