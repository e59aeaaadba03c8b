package dev.sallyport.rules.limit;

import java.time.Duration;
import java.util.Locale;

/**
 * So many in a time, as a token bucket: {@code 10/m burst 5 per client}.
 *
 * @param tokens how many come back in the time, 1 to {@value #MOST}
 * @param unit the time
 * @param burst how many the full bucket holds, 1 to {@value #MOST}
 * @param key whose bucket it is
 */
public record Rate(int tokens, Unit unit, int burst, Key key) {

    public static final int MOST = 100_000;

    public Rate {
        if (tokens < 1 || tokens > MOST || burst < 1 || burst > MOST) {
            throw new IllegalArgumentException(tokens + " and a burst of " + burst + " are not 1 to " + MOST);
        }
    }

    /** The time in which the tokens come back. */
    public enum Unit {
        SECOND(Duration.ofSeconds(1)),
        MINUTE(Duration.ofMinutes(1)),
        HOUR(Duration.ofHours(1)),
        DAY(Duration.ofDays(1));

        private final Duration duration;

        Unit(Duration duration) {
            this.duration = duration;
        }

        public Duration duration() {
            return duration;
        }

        /** {@code s}, {@code m}, {@code h} or {@code d}. */
        public String symbol() {
            return name().substring(0, 1).toLowerCase(Locale.ROOT);
        }
    }

    /** Who shares a bucket. */
    public enum Key {
        /** An IPv4 address, or an IPv6 /64. */
        CLIENT,
        /** A user name, wherever it is used from. */
        USER,
        /** All whom the rule meets. */
        RULE
    }

    @Override
    public String toString() {
        return tokens + "/" + unit.symbol() + " burst " + burst + " per " + key.name().toLowerCase(Locale.ROOT);
    }
}
