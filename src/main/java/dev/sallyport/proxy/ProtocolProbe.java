package dev.sallyport.proxy;

import dev.sallyport.ftp.Side;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/**
 * Tells an FTP control connection from everything else, where connections to every port come in. What it has seen waits in it.
 *
 * <p>In FTP the server speaks first, and says 220 (RFC 959 §5.4). So does SMTP (RFC 5321 §4.3.2): where the greeting does not
 * tell, the client gets it and its first word decides.
 */
final class ProtocolProbe {

    enum Verdict {
        /** More must be seen. */
        UNDECIDED,
        /** The greeting may be FTP's: the client must see it and say its first word. */
        GREETING,
        FTP,
        OTHER
    }

    /** Longer greetings and first words are no FTP. */
    private static final int MOST_BYTES = 8 * 1024;

    private static final Set<String> GREETING_CODES = Set.of("220", "120", "421");

    /** What clients of other protocols that greet with 220 say first: SMTP, ESMTP, LMTP (RFC 5321, 2033). */
    private static final Set<String> OTHER_FIRST_WORDS = Set.of("EHLO", "HELO", "LHLO");

    private static final int CODE_LENGTH = 3;
    private static final int LONGEST_WORD = 4;

    private final ByteArrayOutputStream fromClient = new ByteArrayOutputStream(64);
    private final ByteArrayOutputStream fromServer = new ByteArrayOutputStream(128);
    private boolean greeted;

    /** One more segment of one side. */
    Verdict saw(Side side, byte[] segment) {
        (side == Side.CLIENT ? fromClient : fromServer).writeBytes(segment);
        if (fromClient.size() > MOST_BYTES || fromServer.size() > MOST_BYTES) {
            return Verdict.OTHER;
        }
        return greeted ? firstWord() : greeting(side);
    }

    byte[] bytes(Side side) {
        return (side == Side.CLIENT ? fromClient : fromServer).toByteArray();
    }

    private Verdict greeting(Side side) {
        if (side == Side.CLIENT) {
            return Verdict.OTHER;
        }
        var text = fromServer.toString(StandardCharsets.ISO_8859_1);
        if (text.length() <= CODE_LENGTH) {
            return GREETING_CODES.stream().anyMatch(code -> code.startsWith(text)) || GREETING_CODES.contains(text)
                    ? Verdict.UNDECIDED
                    : Verdict.OTHER;
        }
        var separator = text.charAt(CODE_LENGTH);
        if (!GREETING_CODES.contains(text.substring(0, CODE_LENGTH)) || separator != ' ' && separator != '-') {
            return Verdict.OTHER;
        }
        var lower = text.toLowerCase(Locale.ROOT);
        if (lower.contains("smtp")) {
            return Verdict.OTHER;
        }
        if (lower.contains("ftp")) {
            return Verdict.FTP;
        }
        if (!complete(text)) {
            return Verdict.UNDECIDED;
        }
        greeted = true;
        return Verdict.GREETING;
    }

    /** Whether the last line of a reply is there: its code and a space (RFC 959 §4.2). */
    private static boolean complete(String text) {
        var last = text.lastIndexOf('\n', text.length() - 2) + 1;
        return text.endsWith("\n") && text.length() - last > CODE_LENGTH && text.charAt(last + CODE_LENGTH) == ' ';
    }

    private Verdict firstWord() {
        var text = fromClient.toString(StandardCharsets.ISO_8859_1);
        var end = 0;
        while (end < text.length() && Character.isLetter(text.charAt(end)) && text.charAt(end) < 0x80) {
            end++;
        }
        if (end == text.length() && end <= LONGEST_WORD) {
            return Verdict.UNDECIDED;
        }
        var word = text.substring(0, end).toUpperCase(Locale.ROOT);
        return end < CODE_LENGTH || end > LONGEST_WORD || OTHER_FIRST_WORDS.contains(word) ? Verdict.OTHER : Verdict.FTP;
    }
}
