package dev.sallyport.telemetry.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Set;

/** How the log is written. */
public enum Format {
    /** One object a line, see {@link Field}. */
    JSON {
        @Override
        Lines lines(Set<Told> told) {
            return new JsonLines(told);
        }
    },
    /** What Zeek's ftp.log says, a row for each transfer. */
    ZEEK {
        @Override
        Lines lines(Set<Told> told) {
            return new ZeekLines(told);
        }
    };

    abstract Lines lines(Set<Told> told);

    /** Whether a file that begins with this byte may be a session log. */
    static boolean begins(int first) {
        return Arrays.stream(values()).anyMatch(format -> format.lines(Set.of()).first() == first);
    }

    /** Makes the lines of a file. Not safe for several threads. */
    interface Lines {

        /** Few lines are longer. */
        int LINE_BYTES = 1_024;

        /** What a new file begins with; may be empty. */
        String head(ZonedDateTime now);

        /** What ends a file that another follows; may be empty. */
        String foot(ZonedDateTime now);

        /** The byte that every file of this format begins with. */
        char first();

        /** Adds a line with its end, printable ASCII otherwise. @return whether the format has one for it */
        boolean line(Entry entry, Portion to);

        /** The line alone; empty where the format has none for it. */
        default String line(Entry entry) {
            var portion = new Portion(LINE_BYTES);
            line(entry, portion);
            return portion.toString(US_ASCII);
        }
    }
}
