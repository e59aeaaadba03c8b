package dev.sallyport.lab.transcript;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.ftp.FtpLine;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Bytes written as text with escapes, {@code \r \n \t \0 \\ \xhh}, and text made fit to be shown. */
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

    /**
     * Bytes on a connection as lines for a person, escaped; {@code \c} where no CRLF ends the last. Other bytes give other
     * lines.
     */
    static List<String> lines(byte[] bytes) {
        var lines = new ArrayList<String>();
        var text = new String(bytes, ISO_8859_1);
        for (int begin = 0, end; begin < text.length(); begin = end) {
            var feed = text.indexOf('\n', begin);
            end = feed < 0 ? text.length() : feed + 1;
            var line = text.substring(begin, end);
            lines.add(line.endsWith("\r\n")
                    ? FtpLine.escape(line.substring(0, line.length() - 2))
                    : FtpLine.escape(line) + NO_LINE_END);
        }
        return lines;
    }

    /** A line of a file, for a terminal and for XML: what is not seen there, or does something, as an escape. */
    static String shown(String line) {
        var text = new StringBuilder(line.length());
        for (var i = 0; i < line.length(); i++) {
            var c = line.charAt(i);
            switch (Character.getType(c)) {
                case Character.CONTROL -> text.append(FtpLine.escape(String.valueOf(c)));
                case Character.FORMAT, Character.UNASSIGNED, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                    text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                default -> text.append(c == ' ' && i == line.length() - 1 ? "\\x20" : String.valueOf(c));
            }
        }
        return text.toString();
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
