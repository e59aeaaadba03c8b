package dev.sallyport.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.ftp.Side;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;

/**
 * A server that has not spoken yet, where the client spoke first and what is no FTP passes unseen. It may be one of FTP all the
 * same, which then would do what the client says before anybody has looked at it. So a line that logs in (USER, RFC 959 §4.1.1),
 * without which nothing can be done there, waits until the server has spoken; and one that greets as FTP does ends the session.
 */
final class UnheardServer {

    /** What is to be done with a segment. */
    enum Verdict {
        PASS,
        /** It is kept from the line that logs in on, with all that the client sends from now on; what is left in it passes. */
        HOLD,
        /** The server speaks FTP: the session ends. */
        FTP,
        /** The server speaks something else: what is held goes on, and this segment, and all else. */
        OTHER
    }

    private static final String LOGIN = "USER";
    private static final int GREETING_LENGTH = 4;
    private static final int ELSEWHERE = -1;
    private static final int IAC = 0xff;

    private final StringBuilder greeting = new StringBuilder(GREETING_LENGTH);
    private final ByteArrayOutputStream held = new ByteArrayOutputStream(0);
    private boolean holding;
    /** How much of a line's first word is that of a login; {@link #ELSEWHERE} when it is another. */
    private int matched;
    /** Bytes of a telnet command that still come (RFC 854): a server takes them out of the word. */
    private int telnet;

    /** One more segment of one side. It is read when it is held, and only then. */
    Verdict saw(Side side, ByteBuf bytes) {
        if (side == Side.SERVER) {
            return answer(bytes);
        }
        var word = bytes.readerIndex();
        for (var i = word; i < bytes.writerIndex() && !holding; i++) {
            holding = logsIn(bytes.getUnsignedByte(i));
            if (!holding && matched == 0) {
                word = i + 1;
            }
        }
        if (!holding) {
            return Verdict.PASS;
        }
        held.writeBytes(ByteBufUtil.getBytes(bytes, word, bytes.writerIndex() - word));
        bytes.writerIndex(word);
        return Verdict.HOLD;
    }

    /** Whether the client has to wait. */
    boolean holds() {
        return holding;
    }

    byte[] held() {
        return held.toByteArray();
    }

    private Verdict answer(ByteBuf bytes) {
        var wanted = Math.min(bytes.readableBytes(), GREETING_LENGTH - greeting.length());
        greeting.append(bytes.toString(bytes.readerIndex(), wanted, ISO_8859_1));
        if (greeting.length() < GREETING_LENGTH) {
            return Verdict.PASS;
        }
        return ProtocolProbe.greeting(greeting.toString()) ? Verdict.FTP : Verdict.OTHER;
    }

    /** Whether one more byte ends the first word of a line that logs in, as a server would read it. */
    private boolean logsIn(int octet) {
        if (telnet > 0) {
            // IAC and one byte more; behind WILL, WONT, DO and DONT, 251 to 254, another.
            telnet += octet >= 251 && octet < IAC ? 0 : -1;
            return false;
        }
        var word = matched == LOGIN.length();
        if (octet == '\n' || octet == '\r' || octet == 0) {
            matched = 0;
        } else if (octet == IAC) {
            telnet = 1;
            return false;
        } else if (octet <= ' ' || octet >= 0x7f) {
            matched = matched > 0 && octet == ' ' ? ELSEWHERE : matched;
        } else if (matched != ELSEWHERE && !word && Character.toUpperCase(octet) == LOGIN.charAt(matched)) {
            matched++;
        } else {
            matched = ELSEWHERE;
        }
        return word && (matched != ELSEWHERE || octet == ' ');
    }
}
