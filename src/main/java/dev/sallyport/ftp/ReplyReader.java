package dev.sallyport.ftp;

/**
 * Tells which reply a server's line belongs to (RFC 959 §4.2).
 *
 * <pre>
 * reply  = code SP text                         ; or the code alone: looser than RFC 959, servers do it
 *        / code "-" text *inner code SP text    ; the last line has the same code and a space
 * inner  = any line                             ; digits at its start mean nothing (CVE-2002-1978)
 * code   = "1".."6" digit digit                 ; 6yz: protected replies (RFC 2228)
 * </pre>
 *
 * Example: {@code 227 Entering Passive Mode (198,51,100,20,195,80)}. Stricter than RFC 959: a multi-line reply ends only at
 * its code and a space, so that a bare code within it ends nothing. Stricter than RFC 1123 §4.1.2.11: a reply of too many
 * lines is not skipped to its end, which may never come.
 */
public final class ReplyReader {

    /** What a line is in its reply. */
    public enum Part {
        /** The first line of a multi-line reply. */
        FIRST,
        /** A line within a multi-line reply. */
        INNER,
        /** The last line of a multi-line reply. */
        LAST,
        /** A whole reply. */
        WHOLE,
        /** No reply: the server does not speak FTP. */
        MALFORMED,
        /** One line more than are read at all in one reply. */
        TOO_MANY
    }

    private final int mostLines;
    private int code;
    private int lines;
    private boolean within;

    /** @param mostLines most lines of one reply; positive */
    public ReplyReader(int mostLines) {
        this.mostLines = mostLines;
    }

    public Part read(FtpLine line) {
        if (within) {
            if (++lines > mostLines) {
                return Part.TOO_MANY;
            }
            if (line.length() > 3 && line.at(3) == ' ' && code(line) == code) {
                within = false;
                return Part.LAST;
            }
            return Part.INNER;
        }
        lines = 1;
        code = code(line);
        if (code == 0) {
            return Part.MALFORMED;
        }
        if (line.length() == 3 || line.at(3) == ' ') {
            return Part.WHOLE;
        }
        if (line.at(3) != '-') {
            return Part.MALFORMED;
        }
        within = true;
        return Part.FIRST;
    }

    /** The code of the reply that the last line belongs to, 100 to 699. */
    public int code() {
        return code;
    }

    /** How many lines the reply has so far that the last line belongs to. */
    public int lines() {
        return lines;
    }

    /** Whether a multi-line reply is under way. */
    public boolean within() {
        return within;
    }

    /** The fault of a server whose line is {@link Part#MALFORMED}: the protocol that it speaks, where that can be told. */
    public static Fault whatItIs(FtpLine line) {
        var text = line.text();
        if (Command.parse(line) instanceof Parsed.Value<Command>(var command) && command.verb() != Verb.UNKNOWN) {
            return Fault.COMMAND_FROM_SERVER;
        }
        return text.startsWith("SSH-") ? Fault.SSH_ON_CONTROL_PORT
                : text.startsWith("HTTP/") ? Fault.HTTP_ON_CONTROL_PORT : Fault.REPLY_MALFORMED;
    }

    /** The code that a line of a reply of one line, or a reply's first line, begins with: 100 to 699; 0 when it begins with none. */
    public static int code(FtpLine line) {
        if (line.length() < 3) {
            return 0;
        }
        var code = 0;
        for (var i = 0; i < 3; i++) {
            var digit = line.at(i) - '0';
            if (digit < 0 || digit > 9) {
                return 0;
            }
            code = code * 10 + digit;
        }
        return code >= 100 && code < 700 ? code : 0;
    }
}
