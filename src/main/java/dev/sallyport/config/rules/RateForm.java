package dev.sallyport.config.rules;

import dev.sallyport.config.yaml.Form;
import dev.sallyport.config.yaml.Similar;
import dev.sallyport.rules.limit.Rate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How often: {@code 10/m burst 5 per client}.
 *
 * <pre>
 * rate = count "/" ( "s" / "m" / "h" / "d" ) [ SP "burst" SP count ] [ SP "per" SP ( "client" / "user" / "rule" ) ]
 * </pre>
 */
final class RateForm {

    private static final Pattern TEXT =
            Pattern.compile("([0-9]{1,7})/([A-Za-z]+)(?: +burst +([0-9]{1,7}))?(?: +per +([A-Za-z]+))?");

    private static final List<String> KEYS =
            Arrays.stream(Rate.Key.values()).map(key -> key.name().toLowerCase(Locale.ROOT)).toList();

    static final Form<Rate> RATE = Form.of(
            "a count and its time, s, m, h or d, then if need be a burst and whose count it is, client, user or rule, such as 10/m "
                    + "or '10/m burst 5 per client'",
            RateForm::read).because(RateForm::why);

    private RateForm() {}

    private static @Nullable Rate read(String text) {
        var matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        var unit = unit(matcher.group(2));
        var tokens = count(matcher.group(1));
        var burst = matcher.group(3) == null ? tokens : count(matcher.group(3));
        var key = matcher.group(4) == null ? 0 : KEYS.indexOf(matcher.group(4));
        return unit == null || tokens == 0 || burst == 0 || key < 0 ? null : new Rate(tokens, unit, burst, Rate.Key.values()[key]);
    }

    private static @Nullable String why(String text) {
        var matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        if (unit(matcher.group(2)) == null) {
            return "has no time that is known: write s, m, h or d behind the slash, such as '" + matcher.group(1) + "/m'.";
        }
        if (matcher.group(4) != null && !KEYS.contains(matcher.group(4))) {
            return "has '" + matcher.group(4) + "' for whose count it is: " + whose(matcher) + "client, user or rule.";
        }
        return "has a count out of bounds: write 1 to " + Rate.MOST + "; what is never allowed is an action: deny.";
    }

    private static String whose(Matcher matcher) {
        var similar = Similar.to(matcher.group(4), KEYS);
        return similar == null ? "write " : "did you mean '" + similar + "'? Write ";
    }

    private static Rate.@Nullable Unit unit(String text) {
        return Arrays.stream(Rate.Unit.values()).filter(unit -> unit.symbol().equals(text)).findFirst().orElse(null);
    }

    /** 0 when it is out of bounds. */
    private static int count(String digits) {
        var count = Integer.parseInt(digits);
        return count > Rate.MOST ? 0 : count;
    }
}
