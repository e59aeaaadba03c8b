package dev.sallyport.lab.replay;

import dev.sallyport.ftp.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway would have made of one control session of a capture. All texts are escaped, and secrets masked.
 *
 * @param number of the session in the capture, from 1, by its first packet
 * @param start when its first packet came
 * @param duration to the last that was told of it
 * @param user who logged in; empty: nobody
 * @param followed how much of it is known
 * @param commands how many the client sent, as far as it was followed
 * @param refused how many of them would not have reached the server
 * @param rewritten how many of them, and of replies, would have reached the other end with other bytes
 * @param verdicts what is not just passed on, in order
 * @param pinholes those that would have opened, in order
 * @param strays data connections that would not have come through
 * @param evasive whether bytes were sent again with other content
 * @param remarks what else there is to know, sentences
 * @param end how it would have ended; null: the capture ends before it does, or it could not be followed to its end
 */
public record SessionReport(
        int number, Endpoint client, Endpoint server, Instant start, Duration duration, String user, Followed followed, int commands,
        int refused, int rewritten, List<Verdict> verdicts, List<Pinhole> pinholes, List<Stray> strays, boolean evasive,
        List<String> remarks, @Nullable String end) {

    public SessionReport {
        verdicts = List.copyOf(verdicts);
        pinholes = List.copyOf(pinholes);
        strays = List.copyOf(strays);
        remarks = List.copyOf(remarks);
    }

    /** How much of a session is known. */
    public enum Followed {
        /** All that the capture has of it. */
        WHOLLY,
        /** From its beginning to where bytes are missing. */
        TO_A_GAP,
        /** Nothing: its beginning is not in the capture. */
        NOT
    }

    /** What becomes of a line. */
    public enum Outcome {
        /** A command is answered by the gateway, or a reply is replaced. */
        REFUSED,
        /** Other bytes go on. */
        REWRITTEN,
        /** A command waits before it goes on. */
        HELD,
        /** The session ends by it. */
        ENDED,
        /** It goes on, but something is at fault with it. */
        NOTED
    }

    /**
     * @param after since the session's start
     * @param command of the client's, from 1; 0: no command's
     * @param line what came
     * @param told what goes on or is answered instead; empty: nothing
     * @param why the rule or the check; empty where neither is known
     */
    public record Verdict(Duration after, int command, String line, Outcome outcome, String told, String why) {}

    /** What came of a pinhole. */
    public enum Fit {
        USED,
        NEVER_USED
    }

    /**
     * A pinhole that would have opened.
     *
     * @param number within the session, from 1
     * @param mode the command that asked for it
     * @param from who is to connect
     * @param to where they are told to connect to
     * @param after when it opened, since the session's start
     * @param detail what else is known, such as how soon it was used, or why it was closed
     * @param closed whether the data connection's end is in the capture
     */
    public record Pinhole(
            int number, String mode, String from, Endpoint to, Duration after, Fit fit, @Nullable Endpoint usedBy, long bytesToClient,
            long bytesToServer, boolean closed, String detail) {}

    /** Why a data connection does not fit. */
    public enum Misfit {
        OUTSIDE("outside any pinhole"),
        TOO_EARLY("too early"),
        TOO_LATE("too late"),
        WRONG_ADDRESS("from the wrong address"),
        WRONG_PORT("from the wrong port"),
        SECOND_USE("second use");

        private final String text;

        Misfit(String text) {
            this.text = text;
        }

        /** For people. */
        public String text() {
            return text;
        }
    }

    /** @param after when it began, since the session's start @param pinhole the one that it would have needed; 0: none */
    public record Stray(Duration after, Endpoint from, Endpoint to, Misfit why, int pinhole, String detail) {}

    /** Whether everything in it went as it came, and all data connections fit. */
    public boolean clean() {
        return refused == 0 && strays.isEmpty() && followed == Followed.WHOLLY && !evasive
                && verdicts.stream().allMatch(verdict -> verdict.outcome() == Outcome.REWRITTEN);
    }
}
