package dev.sallyport.session;

import dev.sallyport.ftp.FtpLine;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How large files are, as far as the peers have told: the server in its replies to SIZE and MLST (RFC 3659 §4, §7.5.7), the
 * client in ALLO (RFC 959 §4.1.3). The files that were told of last are remembered.
 */
final class Sizes {

    /** What is not known. */
    static final long UNKNOWN = -1;

    private static final int MOST = 16;

    private static final Pattern FACT = Pattern.compile("(?:^ ?|;)size=(\\d{1,18});", Pattern.CASE_INSENSITIVE);
    /** RFC 959 §5.4 leaves the text of a 150 to the server; this is what most have copied from one another. */
    private static final Pattern OPENING = Pattern.compile("\\((\\d{1,18}) bytes\\)");
    private static final Pattern NUMBER = Pattern.compile("\\s*(\\d{1,18})(?:\\s.*)?");

    private final Map<String, Long> byPath = new LinkedHashMap<>();
    private long announced = UNKNOWN;

    /** The size of a file; {@link #UNKNOWN} when nobody has told. */
    long of(String path) {
        return byPath.getOrDefault(path, UNKNOWN);
    }

    /** What the client says that it will send next; {@link #UNKNOWN} when it has not. Asked once. */
    long announced() {
        var bytes = announced;
        announced = UNKNOWN;
        return bytes;
    }

    /** The client's ALLO. */
    void announced(String argument) {
        announced = first(NUMBER, argument, true);
    }

    /** A 213 that answers SIZE. */
    void told(String path, FtpLine reply) {
        put(path, first(NUMBER, reply.text(3), true));
    }

    /** A line within the reply to MLST. */
    void toldFacts(String path, FtpLine line) {
        put(path, first(FACT, line.text(), false));
    }

    /** The size in a server's 150; {@link #UNKNOWN} when there is none. */
    static long opening(FtpLine reply) {
        return first(OPENING, reply.text(), false);
    }

    private void put(String path, long bytes) {
        if (bytes == UNKNOWN) {
            return;
        }
        byPath.remove(path);
        byPath.put(path, bytes);
        if (byPath.size() > MOST) {
            byPath.remove(byPath.keySet().iterator().next());
        }
    }

    private static long first(Pattern pattern, String text, boolean whole) {
        var matcher = pattern.matcher(text);
        return (whole ? matcher.matches() : matcher.find()) ? Long.parseLong(matcher.group(1)) : UNKNOWN;
    }
}
