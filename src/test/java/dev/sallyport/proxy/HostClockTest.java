package dev.sallyport.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostClockTest {

    private Instant now = Instant.EPOCH;
    private final HostClock clock = new HostClock(() -> now);

    /** One clock asked again and again, over the ends of minutes, of summer time, of the week, and set back. */
    @ParameterizedTest
    @CsvSource({
        "UTC, 2026-11-22T23:59:59.999Z 2026-11-23T00:00:00Z 2026-11-23T00:00:59.999Z 2026-11-23T00:01:00Z, 10079 0 0 1",
        "UTC, 2026-11-23T00:01:00Z 2026-11-22T23:59:00Z, 1 10079",
        "Europe/Berlin, 2026-10-25T00:59:59Z 2026-10-25T01:00:00Z 2026-10-25T02:00:00Z, 8819 8760 8820",
        "Europe/Berlin, 2026-03-29T00:59:59Z 2026-03-29T01:00:00Z, 8759 8820",
        "+01:00:30, 2026-11-23T00:00:29.999Z 2026-11-23T00:00:30Z, 60 61"})
    void minuteOfWeek_asTimePasses_isThatOfTheZonesClock(ZoneId zone, String instants, String minutes) {
        var read = new StringBuilder();
        for (var instant : instants.split(" ", -1)) {
            now = Instant.parse(instant);
            read.append(read.isEmpty() ? "" : " ").append(clock.minuteOfWeek(zone, 0));
        }
        assertThat(read).hasToString(minutes);
    }

    @Test
    void zones_askedInTurn_haveTheirOwnMinutes() {
        for (var i = 0; i < 2; i++) {
            assertThat(clock.minuteOfWeek(ZoneId.of("UTC"), 0)).isEqualTo(3 * 1440);
            assertThat(clock.minuteOfWeek(ZoneId.of("Asia/Tokyo"), 0)).isEqualTo(3 * 1440 + 9 * 60);
        }
    }

    /** A verdict that asks for the time is to allocate nothing. */
    @Test
    void minuteOfWeek_withinAMinute_allocatesNothing() {
        var host = new HostClock();
        var zone = ZoneId.of("Europe/Berlin");
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (var round = 0; round < 50; round++) {
            var before = threads.getCurrentThreadAllocatedBytes();
            for (var i = 0; i < 10_000; i++) {
                host.minuteOfWeek(zone, 0);
            }
            if (threads.getCurrentThreadAllocatedBytes() - before < 10_000) {
                return;
            }
        }
        throw new AssertionError("each question allocates");
    }
}
