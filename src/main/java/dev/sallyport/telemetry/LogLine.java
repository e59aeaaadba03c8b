package dev.sallyport.telemetry;

import dev.sallyport.ftp.FtpLine;
import dev.sallyport.session.SessionId;
import java.time.Duration;
import java.util.Locale;

/**
 * One line of the log as {@code key=value} pairs, the session first. Values of our own stand bare, peers' bytes in quotes
 * and escaped, so that no peer can end a line, a value or a quote.
 */
final class LogLine {

    private final StringBuilder text = new StringBuilder(160);

    LogLine(SessionId session, String event) {
        text.append("session=").append(session).append(" event=").append(event);
    }

    /** Of no session. */
    LogLine(String event) {
        text.append("event=").append(event);
    }

    /** A value of our own: a number, an address, an id. */
    LogLine with(String key, Object value) {
        text.append(' ').append(key).append('=').append(value);
        return this;
    }

    /** A value of a closed set: {@code CLIENT_CLOSED} as {@code client-closed}. */
    LogLine with(String key, Enum<?> value) {
        return with(key, value.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    /** In seconds, to the millisecond. */
    LogLine with(String key, Duration value) {
        return with(key, String.format(Locale.ROOT, "%.3f", value.toNanos() / 1e9));
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
