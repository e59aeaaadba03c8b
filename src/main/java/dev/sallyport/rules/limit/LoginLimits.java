package dev.sallyport.rules.limit;

import java.time.Duration;

/**
 * How failed logins of one client slow the next ones.
 *
 * @param free attempts that wait for nothing, 0 to 1,000; 0 is as 1: who has not failed does not wait
 * @param delay how long the attempt behind them waits, above zero; each further failure doubles it
 * @param longest what the wait never exceeds, at least the delay
 * @param refuseAfter failures after which the client is turned away; 0: never
 * @param forget how long after the last failure all of them are forgotten, above zero
 */
public record LoginLimits(int free, Duration delay, Duration longest, int refuseAfter, Duration forget) {

    public static final LoginLimits DEFAULT =
            new LoginLimits(3, Duration.ofSeconds(1), Duration.ofSeconds(30), 20, Duration.ofMinutes(15));

    public LoginLimits {
        if (free < 0 || free > 1000 || refuseAfter < 0 || !delay.isPositive() || !forget.isPositive()
                || longest.compareTo(delay) < 0) {
            throw new IllegalArgumentException(free + " free, " + delay + " to " + longest + ", " + refuseAfter + ", " + forget);
        }
    }
}
