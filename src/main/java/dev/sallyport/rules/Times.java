package dev.sallyport.rules;

import java.time.DayOfWeek;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Times of the week, by the wall clock: {@code mon-fri 08:00-18:00}, {@code sat 22:00-02:00}. */
public record Times(List<Window> windows) {

    public static final int MINUTES_OF_DAY = 24 * 60;
    public static final int MINUTES_OF_WEEK = 7 * MINUTES_OF_DAY;

    public Times {
        windows = List.copyOf(windows);
        if (windows.isEmpty()) {
            throw new IllegalArgumentException("no time at all");
        }
    }

    /** The minutes of the week that are in a window; minute 0 is Monday, 00:00. */
    public BitSet minutes() {
        var minutes = new BitSet(MINUTES_OF_WEEK);
        for (var window : windows) {
            window.addTo(minutes);
        }
        return minutes;
    }

    /**
     * A span of the day on some days. One that ends at or before its begin crosses midnight, and belongs to the day that it
     * begins on.
     *
     * @param first the first day; the days may run over Sunday
     * @param begin minute of the day, 0 to 1,439
     * @param end minute of the day that is no longer in it, 0 to 1,440
     */
    public record Window(DayOfWeek first, DayOfWeek last, int begin, int end) {

        public Window {
            if (begin < 0 || begin >= MINUTES_OF_DAY || end < 0 || end > MINUTES_OF_DAY) {
                throw new IllegalArgumentException("minutes " + begin + " to " + end);
            }
        }

        private void addTo(BitSet minutes) {
            var days = Math.floorMod(last.getValue() - first.getValue(), 7) + 1;
            var length = end > begin ? end - begin : end + MINUTES_OF_DAY - begin;
            for (var day = 0; day < days; day++) {
                var start = (first.getValue() - 1 + day) % 7 * MINUTES_OF_DAY + begin;
                var stop = start + length;
                minutes.set(start, Math.min(stop, MINUTES_OF_WEEK));
                minutes.set(0, Math.max(0, stop - MINUTES_OF_WEEK));
            }
        }

        @Override
        public String toString() {
            var days = first == DayOfWeek.MONDAY && last == DayOfWeek.SUNDAY
                    ? ""
                    : day(first) + (first == last ? "" : "-" + day(last)) + " ";
            return days + clock(begin) + "-" + clock(end);
        }

        private static String day(DayOfWeek day) {
            return day.name().substring(0, 3).toLowerCase(Locale.ROOT);
        }
    }

    /** A minute of the day as clocks show it. */
    static String clock(int minute) {
        return String.format(Locale.ROOT, "%02d:%02d", minute / 60, minute % 60);
    }

    @Override
    public String toString() {
        return windows.stream().map(Window::toString).collect(Collectors.joining(", "));
    }
}
