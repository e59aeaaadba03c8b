package dev.sallyport.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuleBitsTest {

    /** Sizes at the edges of words and of words of words. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 64, 65, 128, 4095, 4096, 4097, 10_000})
    void next_overSetsAtRandom_findsWhatAllHave(int size) {
        var random = new SplittableRandom(size);
        for (var density : new double[] {1, 0.9, 0.5, 0.1, 0.001}) {
            var sets = IntStream.range(0, 7).mapToObj(_ -> random(random, size, density)).toList();
            var common = new BitSet();
            common.set(0, size);
            sets.forEach(common::and);
            var left = new RulesLeft().of(new RuleBits(sets.getFirst(), size));
            sets.forEach(set -> left.and(new RuleBits(set, size)));
            var found = new ArrayList<Integer>();
            for (var i = left.next(0); i >= 0; i = left.next(i + 1)) {
                found.add(i);
            }
            assertThat(found).isEqualTo(common.stream().boxed().toList());
        }
    }

    @Test
    void sets_ofTheSameRules_areEqual() {
        var set = new BitSet();
        set.set(70);
        assertThat(new RuleBits(set, 100)).isEqualTo(new RuleBits(set, 100)).hasSameHashCodeAs(new RuleBits(set, 100));
        assertThat(new RuleBits(set, 100).toBitSet()).isEqualTo(set);
        assertThat(new RuleBits(set, 100)).isNotEqualTo(new RuleBits(new BitSet(), 100));
    }

    private static BitSet random(SplittableRandom random, int size, double density) {
        var set = new BitSet();
        IntStream.range(0, size).filter(_ -> random.nextDouble() < density).forEach(set::set);
        return set;
    }
}
