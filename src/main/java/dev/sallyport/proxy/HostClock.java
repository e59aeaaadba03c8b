package dev.sallyport.proxy;

import dev.sallyport.rules.WallClock;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The host's wall clock. Reads the calendar once a minute for each zone; in between it makes nothing. */
public final class HostClock implements WallClock {

    private static final int MINUTES_OF_DAY = 24 * 60;
    private static final int MILLIS_OF_MINUTE = 60_000;

    private record Minute(long beginMillis, int ofWeek) {

        boolean holds(long millis) {
            return millis >= beginMillis && millis - beginMillis < MILLIS_OF_MINUTE;
        }
    }

    private final InstantSource source;
    private final Map<ZoneId, Minute> minutes = new ConcurrentHashMap<>();

    public HostClock() {
        this(InstantSource.system());
    }

    HostClock(InstantSource source) {
        this.source = source;
    }

    /** Sessions ask about the present: their own clock is not looked at. */
    @Override
    public int minuteOfWeek(ZoneId zone, long nowNanos) {
        var minute = minutes.get(zone);
        if (minute == null || !minute.holds(source.millis())) {
            minute = read(zone);
            minutes.put(zone, minute);
        }
        return minute.ofWeek;
    }

    /** By the zone's own minutes, which need not begin with those of UTC. Clocks are put on and back between minutes. */
    private Minute read(ZoneId zone) {
        var begin = source.instant().atZone(zone).truncatedTo(ChronoUnit.MINUTES);
        var ofWeek = (begin.getDayOfWeek().getValue() - 1) * MINUTES_OF_DAY + begin.get(ChronoField.MINUTE_OF_DAY);
        return new Minute(begin.toInstant().toEpochMilli(), ofWeek);
    }
}
