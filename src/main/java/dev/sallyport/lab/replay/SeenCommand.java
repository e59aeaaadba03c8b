package dev.sallyport.lab.replay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Parsed;
import dev.sallyport.ftp.Verb;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A line of the client in the capture, and what the gateway makes of it. */
final class SeenCommand {

    private static final int IAC = 0xff;

    final int number;
    final byte[] bytes;
    private final FtpLine line;
    private final @Nullable Command command;
    /** The gateway has decided about it. */
    boolean judged;
    /** It did not reach the server: nor did the server's reply to it come. */
    boolean refused;

    SeenCommand(int number, byte[] bytes) {
        this.number = number;
        this.bytes = bytes;
        this.line = line(bytes);
        this.command = Command.parseAny(line) instanceof Parsed.Value<Command>(var parsed) ? parsed : null;
    }

    /** The text of a line for messages, without its end and the telnet signals before it. */
    static FtpLine line(byte[] bytes) {
        var begin = 0;
        while (begin + 1 < bytes.length && (bytes[begin] & 0xff) == IAC) {
            begin += 2;
        }
        var end = bytes.length;
        while (end > begin && (bytes[end - 1] == '\n' || bytes[end - 1] == '\r')) {
            end--;
        }
        return FtpLine.of(new String(bytes, begin, end - begin, ISO_8859_1));
    }

    /** Whether a server answers it. */
    boolean answered() {
        return command != null;
    }

    Verb verb() {
        return command == null ? Verb.UNKNOWN : command.verb();
    }

    /** Escaped, secrets masked. */
    String shown() {
        return line.toString();
    }

    /** Whether these bytes go on in its place, and do not ask something else. */
    boolean goesOnAs(FtpLine forwarded) {
        if (Arrays.equals(forwarded.wire(), bytes)) {
            return true;
        }
        var other = Command.parseAny(forwarded) instanceof Parsed.Value<Command>(var parsed) ? parsed.verb() : Verb.UNKNOWN;
        return other == verb() || other.setsUp() && verb().setsUp();
    }
}
