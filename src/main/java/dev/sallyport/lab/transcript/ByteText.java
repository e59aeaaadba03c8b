package dev.sallyport.lab.transcript;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/** Bytes written as text with escapes: {@code \r \n \t \0 \\ \xhh}. */
final class ByteText {

    /** At the end of a line: no CRLF behind it. */
    private static final String NO_LINE_END = "\\c";

    private ByteText() {}

    /**
     * The bytes of a line of a transcript, CRLF behind them unless it ends in {@code \c}. Letters beyond ASCII stand for their
     * UTF-8 bytes.
     *
     * @throws IllegalArgumentException when an escape is none of those above
     */
    static byte[] line(String text) {
        var bytes = new ByteArrayOutputStream(text.length() + 2);
        var ends = !text.endsWith(NO_LINE_END);
        var body = ends ? text : text.substring(0, text.length() - NO_LINE_END.length());
        for (var i = 0; i < body.length(); i++) {
            if (body.charAt(i) != '\\') {
                var end = Character.isHighSurrogate(body.charAt(i)) ? i + 2 : i + 1;
                bytes.writeBytes(body.substring(i, end).getBytes(UTF_8));
                i = end - 1;
                continue;
            }
            i++;
            switch (i < body.length() ? body.charAt(i) : ' ') {
                case 'r' -> bytes.write('\r');
                case 'n' -> bytes.write('\n');
                case 't' -> bytes.write('\t');
                case '0' -> bytes.write(0);
                case '\\' -> bytes.write('\\');
                case 'x' -> {
                    bytes.write(hex(body, i + 1));
                    i += 2;
                }
                default -> throw new IllegalArgumentException("an escape is one of \\r \\n \\t \\0 \\\\ \\xhh, and \\c at the end");
            }
        }
        if (ends) {
            bytes.write('\r');
            bytes.write('\n');
        }
        return bytes.toByteArray();
    }

    private static int hex(String text, int at) {
        if (at + 2 > text.length()) {
            throw new IllegalArgumentException("\\x takes two hexadecimal digits");
        }
        try {
            return Integer.parseInt(text, at, at + 2, 16);
        } catch (NumberFormatException notHex) {
            throw new IllegalArgumentException("\\x takes two hexadecimal digits", notHex);
        }
    }
}
