package dev.sallyport.rules;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Which rules a name leaves possible. Asked when a session begins and when somebody logs in, not for each command. */
final class NameIndex {

    private record Pattern(Glob glob, int rule) {}

    private final RuleBits anybody;
    private final Map<String, RuleBits> literals = new HashMap<>();
    private final List<Pattern> patterns = new ArrayList<>();
    private final Function<BitSet, RuleBits> share;

    /** @param globs of each rule; none: it is possible whatever the name is */
    NameIndex(List<List<Glob>> globs, Function<BitSet, RuleBits> share) {
        this.share = share;
        var any = new BitSet();
        var own = new HashMap<String, BitSet>();
        for (var rule = 0; rule < globs.size(); rule++) {
            if (globs.get(rule).isEmpty()) {
                any.set(rule);
            }
            for (var glob : globs.get(rule)) {
                var literal = glob.literal();
                if (literal == null) {
                    patterns.add(new Pattern(glob, rule));
                } else {
                    own.computeIfAbsent(new String(literal, ISO_8859_1), _ -> new BitSet()).set(rule);
                }
            }
        }
        anybody = share.apply(any);
        own.forEach((name, rules) -> {
            rules.or(any);
            literals.put(name, share.apply(rules));
        });
    }

    /** The rules that do not ask for a name. */
    RuleBits ofNobody() {
        return anybody;
    }

    RuleBits of(byte[] name) {
        var known = literals.getOrDefault(new String(name, ISO_8859_1), anybody);
        BitSet all = null;
        for (var pattern : patterns) {
            if (pattern.glob.matches(name)) {
                all = all == null ? known.toBitSet() : all;
                all.set(pattern.rule);
            }
        }
        return all == null ? known : share.apply(all);
    }
}
