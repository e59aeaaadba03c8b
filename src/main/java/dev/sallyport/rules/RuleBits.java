package dev.sallyport.rules;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** A set of rules, by their places in the rule set: a bit for each, and a bit for each word that has any. Immutable. */
final class RuleBits {

    private final long[] words;
    private final long[] summary;
    private final boolean all;

    RuleBits(BitSet rules, int size) {
        words = Arrays.copyOf(rules.toLongArray(), words(size));
        all = rules.nextClearBit(0) >= size;
        summary = new long[words(words.length)];
        for (var i = 0; i < words.length; i++) {
            if (words[i] != 0) {
                summary[i >> 6] |= 1L << i;
            }
        }
    }

    private static int words(int bits) {
        return (bits + Long.SIZE - 1) / Long.SIZE;
    }

    BitSet toBitSet() {
        return BitSet.valueOf(words);
    }

    /** Whether every rule is in it. */
    boolean all() {
        return all;
    }

    /**
     * The first rule at a place or behind it that is in all of these sets of one size; -1 when there is none.
     *
     * @param count how many of the sets are meant, one at least
     */
    static int next(int from, RuleBits[] sets, int count) {
        var word = from >> 6;
        if (word >= sets[0].words.length) {
            return -1;
        }
        var bits = common(sets, count, word) & -1L << from;
        if (bits != 0) {
            return word << 6 | Long.numberOfTrailingZeros(bits);
        }
        word++;
        var mask = -1L << word;
        for (var i = word >> 6; i < sets[0].summary.length; i++) {
            var filled = mask;
            for (var set = 0; set < count; set++) {
                filled &= sets[set].summary[i];
            }
            mask = -1;
            while (filled != 0) {
                word = i << 6 | Long.numberOfTrailingZeros(filled);
                bits = common(sets, count, word);
                if (bits != 0) {
                    return word << 6 | Long.numberOfTrailingZeros(bits);
                }
                filled &= filled - 1;
            }
        }
        return -1;
    }

    private static long common(RuleBits[] sets, int count, int word) {
        var common = -1L;
        for (var set = 0; set < count; set++) {
            common &= sets[set].words[word];
        }
        return common;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RuleBits that && Arrays.equals(words, that.words);
    }

    /** Most sets differ in one bit: {@link Arrays#hashCode(long[])} has too few values for those. */
    @Override
    public int hashCode() {
        var hash = 0L;
        for (var word : words) {
            hash = (hash ^ word) * 0x9E37_79B9_7F4A_7C15L;
            hash ^= hash >>> 32;
        }
        return (int) hash;
    }
}
