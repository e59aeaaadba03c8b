package dev.sallyport.config;

import dev.sallyport.config.yaml.Form;
import dev.sallyport.config.yaml.Located;
import dev.sallyport.config.yaml.Problems;
import dev.sallyport.config.yaml.Section;
import dev.sallyport.rules.Check;
import dev.sallyport.rules.Level;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The levels of a gateway's checks: those under {@code checks}, and those that have a key of their own besides. */
public final class ChecksText {

    /** {@code activeSourcePort.fromServer}, and the option of the same name. */
    public static final Form<Level> ACTIVE_SOURCE_PORT = either("strict", Level.ENFORCE, "any", Level.OFF, "");

    private static final Form<Level> FOREIGN_ADDRESS =
            either("control", Level.LOG, "refuse", Level.ENFORCE, "; a third party is let in by a rule that names it with dataTo");
    private static final Form<Level> DEFAULT_DATA_PORT = either("refuse", Level.ENFORCE, "allow", Level.OFF, "");

    private final Problems problems;
    private final Map<Check, Located<Level>> levels = new EnumMap<>(Check.class);

    private ChecksText(Problems problems) {
        this.problems = problems;
    }

    /** Those that the gateway names. @param activeSourcePort the section of that name; others read the rest of it */
    static Map<Check, Level> read(Section gateway, Section activeSourcePort, Problems problems) {
        var text = new ChecksText(problems);
        text.add(Check.PASSIVE_ADDRESS, gateway.optional("foreignAddress", FOREIGN_ADDRESS));
        text.add(Check.ACTIVE_SOURCE_PORT, activeSourcePort.optional("fromServer", ACTIVE_SOURCE_PORT));
        text.add(Check.DEFAULT_DATA_PORT, gateway.optional("defaultDataPort", DEFAULT_DATA_PORT));
        var section = gateway.section("checks");
        for (var check : Check.values()) {
            text.add(check, section.optional(check.key(), Form.oneOf(Level.class)));
        }
        section.end();
        var levels = new EnumMap<Check, Level>(Check.class);
        text.levels.forEach((check, level) -> levels.put(check, level.value()));
        return levels;
    }

    private void add(Check check, @Nullable Located<Level> level) {
        var earlier = level == null ? null : levels.put(check, level);
        if (level != null && earlier != null) {
            problems.add(level.node(), level.path(), "the same is said by '" + earlier.path() + "': leave one of them out.");
        }
    }

    private static Form<Level> either(String one, Level means, String other, Level otherMeans, String hint) {
        var words = Map.of(one, means, other, otherMeans);
        return Form.of(one + " or " + other + hint, List.of(one, other), words::get);
    }
}
