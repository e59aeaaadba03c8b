package dev.sallyport.rules;

import java.time.ZoneId;

/** What time it is where people look at clocks. */
@FunctionalInterface
public interface WallClock {

    /**
     * The minute of the week, 0 (Monday, 00:00) to 10,079.
     *
     * @param nowNanos the session's clock
     */
    int minuteOfWeek(ZoneId zone, long nowNanos);
}
