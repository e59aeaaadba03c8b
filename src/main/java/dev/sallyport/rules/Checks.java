package dev.sallyport.rules;

import dev.sallyport.ftp.Fault;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The level of every check. Immutable; a level is found without a search, since commands ask for some each time. */
public final class Checks {

    /** Every check as it is documented. */
    public static final Checks DEFAULT = new Checks(Map.of());

    private final Map<Check, Level> levels;
    private final Level[] ofFault = new Level[Fault.values().length];

    /** @param named the levels of some checks; the others have their {@linkplain Check#usual() default} */
    public Checks(Map<Check, Level> named) {
        var all = new EnumMap<Check, Level>(Check.class);
        for (var check : Check.values()) {
            all.put(check, named.getOrDefault(check, check.usual()));
        }
        levels = Collections.unmodifiableMap(all);
        Arrays.fill(ofFault, Level.ENFORCE);
        levels.forEach((check, level) -> check.faults().forEach(fault -> ofFault[fault.ordinal()] = level));
    }

    /** Every check at one level. */
    public static Checks all(Level level) {
        var all = new EnumMap<Check, Level>(Check.class);
        Arrays.stream(Check.values()).forEach(check -> all.put(check, level));
        return new Checks(all);
    }

    /** All of them, in the order of the checks. */
    public Map<Check, Level> levels() {
        return levels;
    }

    public Level of(Check check) {
        return levels.getOrDefault(check, check.usual());
    }

    /** The level of the check that a fault belongs to. A fault without a check is always enforced. */
    public Level of(Fault fault) {
        return ofFault[fault.ordinal()];
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

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Checks checks && levels.equals(checks.levels);
    }

    @Override
    public int hashCode() {
        return levels.hashCode();
    }

    @Override
    public String toString() {
        return levels.toString();
    }
}
