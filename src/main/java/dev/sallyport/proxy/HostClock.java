package dev.sallyport.proxy;

import dev.sallyport.rules.WallClock;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoField;

/** The host's wall clock. */
public final class HostClock implements WallClock {

    private static final int MINUTES_OF_DAY = 24 * 60;

    /** Sessions ask about the present: their own clock is not looked at. */
    @Override
    public int minuteOfWeek(ZoneId zone, long nowNanos) {
        var now = ZonedDateTime.now(zone);
        return (now.getDayOfWeek().getValue() - 1) * MINUTES_OF_DAY + now.get(ChronoField.MINUTE_OF_DAY);
    }
}
