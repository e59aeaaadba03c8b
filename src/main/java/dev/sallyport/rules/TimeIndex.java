package dev.sallyport.rules;

import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which rules a minute of the week leaves possible. The answer is kept until another minute is asked for. */
final class TimeIndex {

    private static final Set<Conditions.Field> TIME = EnumSet.of(Conditions.Field.TIME);

    private record Answer(int minute, RuleBits rules) {}

    /** By rule, without those that it makes an exception of; null: all. */
    private final @Nullable BitSet[] minutes;

    private volatile @Nullable Answer last;

    TimeIndex(List<Rule> rules) {
        var equal = new HashMap<BitSet, BitSet>();
        minutes = rules.stream().map(rule -> minutes(rule, equal)).toArray(BitSet[]::new);
    }

    private static @Nullable BitSet minutes(Rule rule, Map<BitSet, BitSet> equal) {
        var times = rule.match().times();
        var exceptions = Conditions.exceptions(rule, TIME);
        if (times == null && exceptions.isEmpty()) {
            return null;
        }
        var minutes = new BitSet(Times.MINUTES_OF_WEEK);
        minutes.set(0, Times.MINUTES_OF_WEEK);
        if (times != null) {
            minutes.and(times.minutes());
        }
        for (var block : exceptions) {
            minutes.andNot(block.times() == null ? minutes : block.times().minutes());
        }
        return equal.computeIfAbsent(minutes, same -> same);
    }

    /** Threads whose clocks differ, about the end of a minute, make each other's answer anew: that costs, and harms nothing. */
    RuleBits at(int minute) {
        var answer = last;
        if (answer == null || answer.minute != minute) {
            var possible = new BitSet();
            for (var i = 0; i < minutes.length; i++) {
                var own = minutes[i];
                possible.set(i, own == null || own.get(minute));
            }
            answer = new Answer(minute, new RuleBits(possible, minutes.length));
            last = answer;
        }
        return answer.rules;
    }
}
