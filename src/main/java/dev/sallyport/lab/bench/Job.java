package dev.sallyport.lab.bench;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Duration;

/**
 * What the load client is told to do: a line of JSON on its standard input, answered by an {@link Outcome} on its standard output.
 *
 * <p>The client is one long-lived process, so that its own warming up is over before anything counts.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "job")
sealed interface Job {

    /** One session downloads one file. */
    record Download(Target server, long bytes) implements Job {}

    /** {@code sessions} at once repeat PASV and RETR of a small file for {@code time}, each logged in once. */
    record SmallTransfers(Target server, int sessions, long bytes, Duration time) implements Job {
        /** The client reads the data after the 226, so the file must fit the smallest socket buffer on its way. */
        static final long MOST_BYTES = 16 * 1024;

        public SmallTransfers {
            if (bytes > MOST_BYTES) {
                throw new IllegalArgumentException("a small file has at most " + MOST_BYTES + " bytes, not " + bytes);
            }
        }
    }

    /** One session sends NOOP and awaits the reply, {@code count} times. */
    record RoundTrips(Target server, int count) implements Job {}

    /** {@code sessions} at once connect, log in and quit, again and again for {@code time}. */
    record Logins(Target server, int sessions, Duration time) implements Job {}

    /** Logs in {@code sessions} and keeps them until {@link ReleaseIdle}. */
    record HoldIdle(Target server, int sessions) implements Job {}

    /** Asks each idle session for one NOOP, so that none was lost unseen, and closes it. */
    record ReleaseIdle() implements Job {}

    /** Tells what TLS both ends of the load have had on data connections since this was asked last. @param server called directly */
    record TellHandshakes(Target server) implements Job {}
}
