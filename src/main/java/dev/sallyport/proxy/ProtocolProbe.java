package dev.sallyport.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.ftp.Side;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells an FTP control connection from everything else, where connections to every port come in. What it has seen waits in it
 * until it is taken.
 *
 * <p>In FTP the server speaks first, and says 220 (RFC 959 §5.4). So does SMTP (RFC 5321 §4.3.2): where the greeting does not
 * tell, the client gets it and says its first word. One of SMTP is not believed: whoever sends EHLO to a server of FTP would
 * be let alone with it. The server gets that one line, and what it answers decides. Whatever greets as FTP does is never
 * taken for anything else but for SMTP.
 */
final class ProtocolProbe {

    enum Verdict {
        /** More must be seen. */
        UNDECIDED,
        /** What the server has said may be FTP's: the client must see it and say its first word. */
        GREETING,
        /** The client speaks SMTP: {@link #line} is to go to the server. */
        MAIL,
        /** The server does not: the client must be told, and be asked {@link #again}. */
        MAIL_REFUSED,
        FTP,
        OTHER
    }

    private enum Awaiting {
        GREETING,
        FIRST_WORD,
        ANSWER
    }

    /** Longer greetings, first words and answers are no FTP. */
    private static final int MOST_BYTES = 8 * 1024;

    private static final Set<String> GREETING_CODES = Set.of("220", "120", "421");

    /** SMTP's server says its name, and what it speaks behind it (RFC 5321 §4.2). */
    private static final Pattern MAIL_GREETING = Pattern.compile("220[- ]\\S+ .*\\be?smtp\\b.*", Pattern.DOTALL);

    /** What clients of other protocols that greet with 220 say first, SMTP, ESMTP, LMTP (RFC 5321 §4.1.1.1, §4.5.3.1.4, RFC 2033). */
    private static final Pattern MAIL_LINE = Pattern.compile("(?:EHLO|HELO|LHLO) [!-~][ -~]{0,504}\\r\\n", Pattern.CASE_INSENSITIVE);

    private static final Set<String> MAIL_WORDS = Set.of("EHLO", "HELO", "LHLO");

    private static final int CODE_LENGTH = 3;
    private static final int LONGEST_WORD = 4;
    private static final String ACCEPTED = "250";

    private final ByteArrayOutputStream fromClient = new ByteArrayOutputStream(64);
    private final ByteArrayOutputStream fromServer = new ByteArrayOutputStream(128);
    private Awaiting awaiting = Awaiting.GREETING;
    private boolean greetsAsFtp;

    /** One more segment of one side. */
    Verdict saw(Side side, byte[] segment) {
        buffer(side).writeBytes(segment);
        if (fromClient.size() > MOST_BYTES || fromServer.size() > MOST_BYTES) {
            greetsAsFtp |= greeting(text(fromServer.toByteArray()));
            return Verdict.OTHER;
        }
        return switch (awaiting) {
            case GREETING -> side == Side.CLIENT ? Verdict.OTHER : greeting();
            case FIRST_WORD -> side == Side.SERVER ? Verdict.GREETING : firstWord();
            case ANSWER -> side == Side.CLIENT ? Verdict.UNDECIDED : answer();
        };
    }

    /** What the client has said behind a line that was refused. */
    Verdict again() {
        return fromClient.size() == 0 ? Verdict.UNDECIDED : firstWord();
    }

    /** Takes what is here from one side. */
    byte[] take(Side side) {
        var bytes = buffer(side).toByteArray();
        buffer(side).reset();
        return bytes;
    }

    /** Takes the client's first line. */
    byte[] line() {
        var bytes = take(Side.CLIENT);
        var end = text(bytes).indexOf('\n') + 1;
        fromClient.write(bytes, end, bytes.length - end);
        return Arrays.copyOf(bytes, end);
    }

    /** Whether what is no FTP may go on unseen: not where the server may speak it all the same. */
    boolean mayPass() {
        return !greetsAsFtp;
    }

    /** Whether the server has said nothing yet, or too little to tell how it greets. */
    boolean unheard() {
        return awaiting == Awaiting.GREETING && fromServer.size() <= CODE_LENGTH;
    }

    /** Whether a server's first words are a greeting of FTP. */
    static boolean greeting(String text) {
        return text.length() > CODE_LENGTH && GREETING_CODES.contains(text.substring(0, CODE_LENGTH))
                && (text.charAt(CODE_LENGTH) == ' ' || text.charAt(CODE_LENGTH) == '-');
    }

    private Verdict greeting() {
        var text = text(fromServer.toByteArray());
        if (text.length() <= CODE_LENGTH) {
            return GREETING_CODES.stream().anyMatch(code -> code.startsWith(text)) ? Verdict.UNDECIDED : Verdict.OTHER;
        }
        if (!greeting(text)) {
            return Verdict.OTHER;
        }
        var lower = text.toLowerCase(Locale.ROOT);
        if (lower.contains("ftp")) {
            greetsAsFtp = true;
            if (!lower.contains("smtp")) {
                return Verdict.FTP;
            }
        } else if (MAIL_GREETING.matcher(lower).matches()) {
            return Verdict.OTHER;
        }
        greetsAsFtp = true;
        if (!complete(text)) {
            return Verdict.UNDECIDED;
        }
        awaiting = Awaiting.FIRST_WORD;
        return Verdict.GREETING;
    }

    /** Whether the last line of a reply is there: its code and a space (RFC 959 §4.2); a 120 is not the last of a greeting. */
    private static boolean complete(String text) {
        var last = text.lastIndexOf('\n', text.length() - 2) + 1;
        return text.endsWith("\n") && text.length() - last > CODE_LENGTH && text.charAt(last + CODE_LENGTH) == ' '
                && !text.startsWith("120", last);
    }

    private Verdict firstWord() {
        var text = text(fromClient.toByteArray());
        var end = 0;
        while (end < text.length() && Character.isLetter(text.charAt(end)) && text.charAt(end) < 0x80) {
            end++;
        }
        if (end == text.length() && end <= LONGEST_WORD) {
            return Verdict.UNDECIDED;
        }
        if (MAIL_WORDS.contains(text.substring(0, end).toUpperCase(Locale.ROOT))) {
            return mail(text);
        }
        return end < CODE_LENGTH || end > LONGEST_WORD ? Verdict.OTHER : Verdict.FTP;
    }

    /** One whole line and nothing else in it: what passes unseen must hide nothing. */
    private Verdict mail(String text) {
        var end = text.indexOf('\n') + 1;
        if (end == 0) {
            return Verdict.UNDECIDED;
        }
        if (!MAIL_LINE.matcher(text.substring(0, end)).matches()) {
            return Verdict.FTP;
        }
        awaiting = Awaiting.ANSWER;
        return Verdict.MAIL;
    }

    /** A server of FTP refuses what it does not know (RFC 959 §5.4: 500, 502). */
    private Verdict answer() {
        var text = text(fromServer.toByteArray());
        var digits = 0;
        while (digits < Math.min(CODE_LENGTH, text.length()) && Character.isDigit(text.charAt(digits))) {
            digits++;
        }
        if (digits < Math.min(CODE_LENGTH, text.length()) || text.startsWith(ACCEPTED) && text.length() > CODE_LENGTH) {
            greetsAsFtp = false;
            return Verdict.OTHER;
        }
        if (!complete(text)) {
            return Verdict.UNDECIDED;
        }
        awaiting = Awaiting.FIRST_WORD;
        return Verdict.MAIL_REFUSED;
    }

    private ByteArrayOutputStream buffer(Side side) {
        return side == Side.CLIENT ? fromClient : fromServer;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, ISO_8859_1);
    }
}
