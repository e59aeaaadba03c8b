package dev.sallyport.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimesTest {

    private static final int DAY = Times.MINUTES_OF_DAY;

    @Test
    void window_ofDays_holdsTheirMinutesButTheEnd() {
        var minutes = minutes(new Times.Window(DayOfWeek.MONDAY, DayOfWeek.TUESDAY, 8 * 60, 18 * 60));
        assertThat(minutes.cardinality()).isEqualTo(2 * 10 * 60);
        assertThat(minutes.get(8 * 60)).isTrue();
        assertThat(minutes.get(8 * 60 - 1)).isFalse();
        assertThat(minutes.get(DAY + 18 * 60 - 1)).isTrue();
        assertThat(minutes.get(DAY + 18 * 60)).isFalse();
    }

    @Test
    void window_overMidnight_belongsToTheDayItBeginsOn() {
        var minutes = minutes(new Times.Window(DayOfWeek.SUNDAY, DayOfWeek.SUNDAY, 22 * 60, 2 * 60));
        assertThat(minutes.cardinality()).isEqualTo(4 * 60);
        assertThat(minutes.get(6 * DAY + 22 * 60)).isTrue();
        assertThat(minutes.get(0)).as("Monday begins in it").isTrue();
        assertThat(minutes.get(2 * 60)).isFalse();
        assertThat(minutes.get(6 * DAY)).isFalse();
    }

    @Test
    void window_ofAWholeDay_isWrittenWith24() {
        assertThat(minutes(new Times.Window(DayOfWeek.MONDAY, DayOfWeek.SUNDAY, 0, DAY)).cardinality()).isEqualTo(7 * DAY);
        assertThat(minutes(new Times.Window(DayOfWeek.MONDAY, DayOfWeek.MONDAY, 0, 0)).cardinality()).isEqualTo(DAY);
    }

    @Test
    void days_overTheWeeksEnd_runOn() {
        var minutes = minutes(new Times.Window(DayOfWeek.SATURDAY, DayOfWeek.MONDAY, 0, 60));
        assertThat(minutes.stream()).contains(0, 5 * DAY, 6 * DAY).doesNotContain(DAY);
        assertThat(minutes.cardinality()).isEqualTo(3 * 60);
    }

    @Test
    void times_asText_areAsRuleSetsWriteThem() {
        assertThat(new Times(List.of(new Times.Window(DayOfWeek.MONDAY, DayOfWeek.FRIDAY, 8 * 60, 18 * 60 + 5),
                new Times.Window(DayOfWeek.SATURDAY, DayOfWeek.SATURDAY, 0, DAY),
                new Times.Window(DayOfWeek.MONDAY, DayOfWeek.SUNDAY, 60, 120))))
                .hasToString("mon-fri 08:00-18:05, sat 00:00-24:00, 01:00-02:00");
    }

    private static BitSet minutes(Times.Window window) {
        return new Times(List.of(window)).minutes();
    }
}
