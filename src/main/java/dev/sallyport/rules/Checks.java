package dev.sallyport.rules;

import dev.sallyport.ftp.Fault;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * The level of every check. Immutable.
 *
 * @param levels the checks that are named; the constructor gives the others their {@linkplain Check#usual() default}
 */
public record Checks(Map<Check, Level> levels) {

    /** Every check as it is documented. */
    public static final Checks DEFAULT = new Checks(Map.of());

    public Checks {
        var all = new EnumMap<Check, Level>(Check.class);
        for (var check : Check.values()) {
            all.put(check, levels.getOrDefault(check, check.usual()));
        }
        levels = Collections.unmodifiableMap(all);
    }

    /** Every check at one level. */
    public static Checks all(Level level) {
        var all = new EnumMap<Check, Level>(Check.class);
        Arrays.stream(Check.values()).forEach(check -> all.put(check, level));
        return new Checks(all);
    }

    public Level of(Check check) {
        return levels.getOrDefault(check, check.usual());
    }

    /** The level of the check that a fault belongs to. A fault without a check is always enforced. */
    public Level of(Fault fault) {
        var check = Check.of(fault);
        return check == null ? Level.ENFORCE : of(check);
    }

    /** These levels, but for the checks that are named. */
    public Checks with(Map<Check, Level> over) {
        var all = new EnumMap<Check, Level>(Check.class);
        all.putAll(levels);
        all.putAll(over);
        return new Checks(all);
    }

    /** These levels, but for one check. */
    public Checks with(Check check, Level level) {
        return with(Map.of(check, level));
    }
}
