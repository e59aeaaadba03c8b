package dev.sallyport.rules;

import dev.sallyport.ftp.FtpLine;
import dev.sallyport.rules.limit.Rate;
import org.jspecify.annotations.Nullable;

/**
 * What a rule does with what it matches.
 *
 * @param reply what the client is told, code included; null: as the command's role suggests, and always null with
 *     {@link Action#ALLOW}
 * @param log whether the decision is told to the log
 * @param rate with ALLOW: what exceeds it is refused; else: what is within it passes on to the next rule
 * @param mostBytes the largest file that is allowed; 0: any; always 0 but with ALLOW
 */
public record Outcome(Action action, @Nullable FtpLine reply, boolean log, @Nullable Rate rate, long mostBytes) {

    public static final Outcome ALLOW = new Outcome(Action.ALLOW, null, false, null, 0);

    public Outcome {
        if (mostBytes < 0 || action == Action.ALLOW && reply != null || action != Action.ALLOW && mostBytes != 0) {
            throw new IllegalArgumentException(action + " with reply " + reply + ", size " + mostBytes);
        }
    }

    /** What happens to the command. */
    public enum Action {
        /** It goes on to the engine. */
        ALLOW,
        /** It is answered here and goes no further. */
        DENY,
        /** It is answered, and the session ends. */
        CLOSE
    }
}
