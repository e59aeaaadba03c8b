package dev.sallyport.ftp;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One command line (RFC 959 §5.3): {@code VERB [SP argument]}, such as {@code RETR a file.txt}.
 *
 * <pre>
 * command   = *SP verb [separator argument]
 * verb      = letter *(letter / digit)      ; 1 to 16, in any case
 * separator = SP / HT / VT / FF             ; servers in C split at isspace()
 * </pre>
 *
 * Looser than RFC 959: leading spaces, and the separators above besides SP. Stricter: whatever else follows the verb
 * makes the line malformed, so that no server that drops a byte there can read a command that we did not see.
 */
public final class Command {

    /** Longest verb that is taken for one; the longest in use has seven letters. */
    static final int LONGEST_VERB = 16;

    private static final Pattern SECRET = Pattern.compile("PASS(?!ive)|ACCT|ADAT", Pattern.CASE_INSENSITIVE);
    private static final Pattern HTTP_VERSION = Pattern.compile(" HTTP/\\d(\\.\\d)?$");

    private final Verb verb;
    private final FtpLine line;
    private final int verbStart;
    private final int verbEnd;

    private Command(Verb verb, FtpLine line, int verbStart, int verbEnd) {
        this.verb = verb;
        this.line = line;
        this.verbStart = verbStart;
        this.verbEnd = verbEnd;
    }

    public static Parsed<Command> parse(FtpLine line) {
        var parsed = parseAny(line);
        return parsed instanceof Parsed.Value<Command>(var command) && command.http()
                ? Parsed.rejected(Fault.HTTP_ON_CONTROL_PORT)
                : parsed;
    }

    /** The same, but a request line for a web server is a command with an unknown verb. */
    public static Parsed<Command> parseAny(FtpLine line) {
        var length = line.length();
        var start = 0;
        while (start < length && line.at(start) == ' ') {
            start++;
        }
        var end = start;
        while (end < length && letterOrDigit(line.at(end))) {
            end++;
        }
        if (startsWith(line, start, "SSH-")) {
            return Parsed.rejected(Fault.SSH_ON_CONTROL_PORT);
        }
        if (reply(line, start, end)) {
            return Parsed.rejected(Fault.REPLY_FROM_CLIENT);
        }
        if (end == start
                || end - start > LONGEST_VERB
                || digit(line.at(start))
                || end < length && !separator(line.at(end))) {
            return Parsed.rejected(Fault.COMMAND_MALFORMED);
        }
        return Parsed.of(new Command(Verb.of(line, start, end), line, start, end));
    }

    public Verb verb() {
        return verb;
    }

    /** The verb's letters in upper case, of a known or an unknown verb. */
    public String name() {
        return verb == Verb.UNKNOWN
                ? line.text(verbStart).substring(0, verbEnd - verbStart).toUpperCase(Locale.ROOT)
                : verb.name();
    }

    public FtpLine line() {
        return line;
    }

    /** Where in {@link #line} the {@link #argument} begins; the line's length when there is none. */
    public int argumentStart() {
        return Math.min(verbEnd + 1, line.length());
    }

    /** What stands behind the verb and one separator, as it came: a path keeps its spaces. Empty when nothing does. */
    public String argument() {
        return verbEnd < line.length() ? line.text(verbEnd + 1) : "";
    }

    /** The command for a log: escaped, secrets masked. */
    @Override
    public String toString() {
        if (verb.secret()) {
            return name() + " ****";
        }
        // PASSWD, or a password typed right behind PASS: then the name holds the secret.
        return verb == Verb.UNKNOWN && name().startsWith("PASS") ? "PASS****" : FtpLine.escape(line.text());
    }

    /**
     * Any line for a log. What is no command may be a malformed PASS, or a server's complaint that repeats one: from such a
     * verb on it is masked.
     */
    static String loggable(FtpLine line) {
        if (parse(line) instanceof Parsed.Value<Command>(var command)) {
            return command.toString();
        }
        var text = line.text();
        var secret = SECRET.matcher(text);
        return secret.find() ? FtpLine.escape(text.substring(0, secret.end())) + " ****" : FtpLine.escape(text);
    }

    /** A request line for a web server, by its method (RFC 9110 §9.3, RFC 5789, RFC 4918) or its version: NAT slipstreaming. */
    private boolean http() {
        return verb == Verb.UNKNOWN && switch (name()) {
            case "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "PROPFIND" -> true;
            default -> HTTP_VERSION.matcher(line.text(verbStart)).find();
        };
    }

    /** What a server says: three digits, and a space or a dash. */
    private static boolean reply(FtpLine line, int start, int end) {
        return end - start == 3
                && end < line.length()
                && (line.at(end) == ' ' || line.at(end) == '-')
                && digit(line.at(start))
                && digit(line.at(start + 1))
                && digit(line.at(start + 2));
    }

    private static boolean startsWith(FtpLine line, int from, String prefix) {
        if (line.length() - from < prefix.length()) {
            return false;
        }
        for (var i = 0; i < prefix.length(); i++) {
            if (line.at(from + i) != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean separator(int c) {
        return c == ' ' || c == '\t' || c == 0x0b || c == '\f';
    }

    private static boolean letterOrDigit(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || digit(c);
    }

    private static boolean digit(int c) {
        return c >= '0' && c <= '9';
    }
}
