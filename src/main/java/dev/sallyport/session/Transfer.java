package dev.sallyport.session;

import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.Verb;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One transfer that has ended.
 *
 * @param verb the command that moved the data
 * @param argument its argument as the client sent it, one character for each byte; empty when it had none
 * @param mode the command that set up the data connection; null when there was none
 * @param pinhole the pinhole that it used; null when there was none
 * @param bytesToClient payload bytes from server to client
 * @param bytesToServer payload bytes from client to server
 * @param duration from the command to the later of its final reply and the end of its data connection
 * @param finalCode the code of the final reply; 0 when the session ended before it came
 * @param aborted whether the client sent ABOR before the final reply
 * @param protection which side of its data connection was to have TLS of the gateway's
 * @param resumed of these the sides whose data connection has resumed the TLS session of its control connection
 * @param dataEnd how the data connection ended; null when none was made
 * @param path what the argument means to the server: absolute, one character for each byte; null where that is not known
 * @param rule the rule that has let it go on, or {@link dev.sallyport.rules.Decision#DEFAULTS}
 * @param ruling {@code ALLOWED}, or {@code TOO_LARGE} when it has moved more than the rule allows
 */
public record Transfer(
        Verb verb,
        String argument,
        @Nullable Verb mode,
        @Nullable PinholeId pinhole,
        long bytesToClient,
        long bytesToServer,
        Duration duration,
        int finalCode,
        boolean aborted,
        DataProtection protection,
        Set<Side> resumed,
        @Nullable DataEnd dataEnd,
        @Nullable String path,
        String rule,
        SessionEvent.Ruling ruling) {

    /** Whether the server said that all went well. */
    public boolean completed() {
        return finalCode >= 200 && finalCode < 300;
    }
}
