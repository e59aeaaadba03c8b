package dev.sallyport.config.rules;

import dev.sallyport.config.yaml.Form;
import dev.sallyport.config.yaml.Located;
import dev.sallyport.config.yaml.Problems;
import dev.sallyport.config.yaml.Section;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.rules.Check;
import dev.sallyport.rules.Checks;
import dev.sallyport.rules.Level;
import dev.sallyport.rules.LineRules;
import dev.sallyport.rules.Masks;
import dev.sallyport.rules.limit.LoginLimits;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import org.jspecify.annotations.Nullable;

/** What a rule set says besides its rules: checks and what they measure by, failed logins, masks. */
final class ConductSections {

    private static final Form<Duration> SOME_TIME = Form.duration(Duration.ofMillis(1));

    private final Problems problems;

    ConductSections(Problems problems) {
        this.problems = problems;
    }

    static Checks checks(Section section) {
        var levels = new EnumMap<Check, Level>(Check.class);
        for (var check : Check.values()) {
            levels.put(check, section.value(check.key(), RuleForms.LEVEL, check.usual()));
        }
        section.end();
        return new Checks(levels);
    }

    /** The bounds are those that {@link LineRules} states. */
    static LineRules limits(Section section) {
        var otherwise = LineRules.DEFAULT;
        var argument = section.value("argument", Form.integer(1, 65_536), otherwise.argumentBytes());
        var lines = section.value("linesPerSecond", Form.integer(1, 1_000_000), otherwise.linesPerSecond());
        section.end();
        return new LineRules(argument, lines);
    }

    /** The bounds are those that {@link LoginLimits} states. */
    LoginLimits logins(Section section) {
        var otherwise = LoginLimits.DEFAULT;
        var free = section.value("free", Form.integer(0, 1000), otherwise.free());
        var delay = section.optional("delay", SOME_TIME);
        var longest = section.optional("longest", SOME_TIME);
        var refuseAfter = section.value("refuseAfter", Form.integer(0, 1_000_000), otherwise.refuseAfter());
        var forget = section.value("forget", SOME_TIME, otherwise.forget());
        section.end();
        var first = delay == null ? otherwise.delay() : delay.value();
        var last = longest == null ? otherwise.longest() : longest.value();
        if (last.compareTo(first) < 0) {
            if (longest != null) {
                problems.add(longest, text(last) + " is shorter than the first delay of " + text(first) + ": write that or more.");
            } else if (delay != null) {
                problems.add(delay, text(first) + " is more than the longest delay, which is " + text(last)
                        + " when 'longest' is left out: write that too.");
            }
            return otherwise;
        }
        return new LoginLimits(free, first, last, refuseAfter, forget);
    }

    Masks masks(Section section) {
        var banner = section.optional("banner", RuleForms.textOf(220));
        var system = section.optional("system", RuleForms.textOf(215));
        var help = section.optional("help", RuleForms.textOf(214));
        var features = section.someOf("features", RuleForms.FEATURE);
        section.end();
        var hidden = new HashSet<String>();
        var keep = false;
        for (var feature : features) {
            switch (feature.value()) {
                case "keep" -> {
                    keep = true;
                    if (features.size() > 1) {
                        problems.add(feature, "'keep' stands alone: nothing is hidden then.");
                    }
                }
                case "refused" -> {}
                default -> hidden.add(feature.value());
            }
        }
        return new Masks(line(banner), line(system), line(help), !keep, hidden);
    }

    private static String text(Duration duration) {
        return duration.toMillisPart() == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }

    private static @Nullable FtpLine line(@Nullable Located<FtpLine> located) {
        return located == null ? null : located.value();
    }
}
