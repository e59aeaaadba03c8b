package dev.sallyport.telemetry;

import dev.sallyport.ftp.FtpLine;
import dev.sallyport.session.SessionId;
import java.time.Duration;

/**
 * One line of the log as {@code key=value} pairs, the session first. Values of our own stand bare, peers' bytes in quotes
 * and escaped, so that no peer can end a line, a value or a quote.
 */
final class LogLine {

    private static final long HALF_A_MILLI = 500_000;

    private final StringBuilder text = new StringBuilder(160);

    LogLine(SessionId session, String event) {
        text.append("session=").append(session).append(" event=").append(event);
    }

    /** Of no session. */
    LogLine(String event) {
        text.append("event=").append(event);
    }

    /** A value of our own: an address, an id. */
    LogLine with(String key, Object value) {
        text.append(' ').append(key).append('=').append(value);
        return this;
    }

    /** A value of a closed set: {@code CLIENT_CLOSED} as {@code client-closed}. */
    LogLine with(String key, Enum<?> value) {
        return with(key, Word.of(value).replace('_', '-'));
    }

    /** A number of our own. */
    LogLine with(String key, long value) {
        text.append(' ').append(key).append('=').append(value);
        return this;
    }

    /** In seconds, to the millisecond. @param value 0 or more */
    LogLine with(String key, Duration value) {
        var millis = value.plusNanos(HALF_A_MILLI).toMillis();
        with(key, millis / 1000).text.append('.');
        for (var digit = 100; digit > 0; digit /= 10) {
            text.append((char) ('0' + millis / digit % 10));
        }
        return this;
    }

    /** Bytes that a peer sent, one character for each; left out when there are none. */
    LogLine peer(String key, String bytes) {
        return escaped(key, FtpLine.escape(bytes));
    }

    /** Peer bytes that are escaped already; left out when there are none. */
    LogLine escaped(String key, String escaped) {
        if (!escaped.isEmpty()) {
            text.append(' ').append(key).append("=\"").append(escaped.replace("\"", "\\\"")).append('"');
        }
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
