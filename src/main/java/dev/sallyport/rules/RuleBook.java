package dev.sallyport.rules;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The rules in force for all gateways of a process. They are replaced all at once: no two gateways ever go by rules of
 * different generations, and no reader waits.
 */
public final class RuleBook {

    private final List<String> gateways;
    /** In the order of the gateways. The list is never changed, so that this one write replaces all. */
    private volatile List<Armed> latest;

    /** @param first what each gateway goes by from the start */
    public RuleBook(Map<String, Armed> first) {
        gateways = List.copyOf(first.keySet());
        latest = numbered(first, 0);
    }

    /** Where the sessions of a gateway find its rules. @throws IllegalArgumentException when there is no such gateway */
    public RuleSource of(String gateway) {
        var index = gateways.indexOf(gateway);
        if (index < 0) {
            throw new IllegalArgumentException("no gateway " + gateway);
        }
        return () -> latest.get(index);
    }

    /** @param next what each gateway goes by from now on; its generation is counted here */
    public synchronized void swap(Map<String, Armed> next) {
        if (!next.keySet().equals(Set.copyOf(gateways))) {
            throw new IllegalArgumentException("rules for " + next.keySet() + ", gateways " + gateways);
        }
        latest = numbered(next, latest.getFirst().generation() + 1);
    }

    private List<Armed> numbered(Map<String, Armed> rules, long generation) {
        return gateways.stream().map(gateway -> Objects.requireNonNull(rules.get(gateway)))
                .map(armed -> new Armed(armed.rules(), armed.checks(), generation)).toList();
    }
}
