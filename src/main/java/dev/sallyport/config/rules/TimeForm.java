package dev.sallyport.config.rules;

import dev.sallyport.config.yaml.Form;
import dev.sallyport.config.yaml.Similar;
import dev.sallyport.rules.Times;
import java.time.DayOfWeek;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A time of the week: {@code mon-fri 08:00-18:00}, {@code sat 22:00-02:00}, {@code 12:00-13:00}.
 *
 * <pre>
 * window = [ day [ "-" day ] SP ] clock "-" clock   ; without days: every day; the end is no longer in it
 * clock  = 2DIGIT ":" 2DIGIT                        ; 00:00 to 23:59, and 24:00 as an end
 * </pre>
 */
final class TimeForm {

    private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
    private static final Pattern CLOCK = Pattern.compile("([01][0-9]|2[0-3]):([0-5][0-9])");
    private static final Pattern LOOSE_CLOCK = Pattern.compile("([0-9]):([0-5][0-9])");
    private static final String END_OF_DAY = "24:00";

    static final Form<Times.Window> WINDOW = Form.of(
            "days if need be, and two times with a dash, such as mon-fri 08:00-18:00 or 22:00-02:00", TimeForm::read)
            .because(TimeForm::why);

    private TimeForm() {}

    private static Times.@Nullable Window read(String text) {
        var parts = text.split(" +", -1);
        if (parts.length > 2) {
            return null;
        }
        var days = parts.length == 1 ? "mon-sun" : parts[0];
        var dayDash = days.indexOf('-');
        var first = DAYS.indexOf(dayDash < 0 ? days : days.substring(0, dayDash));
        var last = DAYS.indexOf(dayDash < 0 ? days : days.substring(dayDash + 1));
        var clocks = parts[parts.length - 1];
        var dash = clocks.indexOf('-');
        var begin = dash < 0 ? -1 : minute(clocks.substring(0, dash));
        var end = dash < 0 ? -1 : clocks.endsWith("-" + END_OF_DAY) ? Times.MINUTES_OF_DAY : minute(clocks.substring(dash + 1));
        return first < 0 || last < 0 || begin < 0 || end < 0
                ? null
                : new Times.Window(DayOfWeek.of(first + 1), DayOfWeek.of(last + 1), begin, end);
    }

    private static int minute(String clock) {
        var matcher = CLOCK.matcher(clock);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) * 60 + Integer.parseInt(matcher.group(2)) : -1;
    }

    private static @Nullable String why(String text) {
        var parts = text.split(" +", -1);
        if (parts.length > 2) {
            return null;
        }
        var clocks = parts[parts.length - 1];
        if (parts.length == 2) {
            for (var day : parts[0].split("-", 2)) {
                if (!DAYS.contains(day)) {
                    var lower = day.toLowerCase(Locale.ROOT);
                    var similar = lower.length() > 3 && DAYS.contains(lower.substring(0, 3))
                            ? lower.substring(0, 3)
                            : Similar.to(day, DAYS);
                    return "has '" + day + "' for a day: " + (similar == null ? "" : "did you mean '" + similar + "'? ")
                            + "Days are " + String.join(", ", DAYS) + ", or two of them with a dash.";
                }
            }
        }
        if (clocks.indexOf(':') < 0) {
            return null;
        }
        if (clocks.indexOf('-') < 0) {
            return "has no end: write two times with a dash, such as '" + text + "-18:00'.";
        }
        for (var clock : clocks.split("-", 2)) {
            if (minute(clock) < 0) {
                var loose = LOOSE_CLOCK.matcher(clock);
                return "has '" + clock + "' for a time: " + (loose.matches()
                        ? "write '0" + clock + "'."
                        : "write hours and minutes from 00:00 to 23:59, or 24:00 as an end.");
            }
        }
        return null;
    }
}
