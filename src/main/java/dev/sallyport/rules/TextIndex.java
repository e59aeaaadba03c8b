package dev.sallyport.rules;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Which rules a text leaves possible, by what it begins with, or read backwards, by what it ends with: the literal bytes that
 * each rule's patterns demand there.
 *
 * <p>It is a tree of these bytes. A node knows the rules of all nodes above it, which a text needs that goes no further, and
 * besides them those below, which a text needs of which only the beginning is known. The nodes stand in one array in the order
 * of their bytes, where a search finds the deepest that a text reaches without making anything:
 *
 * <pre>
 * ""                 rules that demand nothing
 *   "/pub"           /pub, /pub/**
 *     "/pub/re"      where those below part
 *       "/pub/read"  /pub/read*
 *       "/pub/rel"   /pub/rel?ase
 * </pre>
 */
final class TextIndex {

    private static final int ROOT = 0;

    private final boolean fold;
    private final boolean backwards;
    private final RuleBits unasked;

    // By node.
    private final byte[][] texts;
    private final int[] parents;
    private final RuleBits[] upTo;
    private final RuleBits[] around;

    /**
     * @param texts of each rule, one of which it demands; none: it is possible whatever the text is
     * @param fold whether the case of ASCII letters counts for nothing
     * @param backwards whether texts are compared from their ends
     */
    TextIndex(List<List<byte[]>> texts, boolean fold, boolean backwards, Function<BitSet, RuleBits> share) {
        this.fold = fold;
        this.backwards = backwards;
        var without = new BitSet();
        var own = new TreeMap<byte[], BitSet>(Arrays::compareUnsigned);
        own.put(new byte[0], new BitSet());
        for (var rule = 0; rule < texts.size(); rule++) {
            if (texts.get(rule).isEmpty()) {
                without.set(rule);
            }
            for (var text : texts.get(rule)) {
                own.computeIfAbsent(key(text), _ -> new BitSet()).set(rule);
            }
        }
        branch(own);
        unasked = share.apply(without);
        var rules = own.values().toArray(BitSet[]::new);
        this.texts = own.keySet().toArray(byte[][]::new);
        parents = new int[rules.length];
        upTo = new RuleBits[rules.length];
        around = new RuleBits[rules.length];
        upTo[ROOT] = with(unasked, rules[ROOT], share);
        for (var node = 1; node < rules.length; node++) {
            var parent = node - 1;
            while (!begins(this.texts[node], this.texts[parent])) {
                parent = parents[parent];
            }
            parents[node] = parent;
            upTo[node] = with(upTo[parent], rules[node], share);
        }
        for (var node = rules.length - 1; node > ROOT; node--) {
            around[node] = with(upTo[node], rules[node], share);
            rules[parents[node]].or(rules[node]);
        }
        around[ROOT] = with(upTo[ROOT], rules[ROOT], share);
    }

    /** Adds the nodes at which others part, which have no rules of their own. */
    private static void branch(Map<byte[], BitSet> own) {
        var last = new byte[0];
        for (var text : List.copyOf(own.keySet())) {
            var common = Arrays.mismatch(last, text);
            own.computeIfAbsent(Arrays.copyOf(text, Math.max(0, common)), _ -> new BitSet());
            last = text;
        }
    }

    private static boolean begins(byte[] text, byte[] with) {
        var common = Arrays.mismatch(text, with);
        return common < 0 || common == with.length;
    }

    private static RuleBits with(RuleBits some, BitSet more, Function<BitSet, RuleBits> share) {
        if (more.isEmpty()) {
            return some;
        }
        var both = some.toBitSet();
        both.or(more);
        return share.apply(both);
    }

    /** A text as its bytes are compared: folded, in the order they are read in. */
    private byte[] key(byte[] text) {
        var key = new byte[text.length];
        for (var i = 0; i < key.length; i++) {
            key[i] = (byte) letter(text, text.length, i);
        }
        return key;
    }

    private int letter(byte[] text, int length, int at) {
        var b = text[backwards ? length - 1 - at : at] & 0xff;
        return fold ? Glob.lower(b) : b;
    }

    /** The rules that ask for no text. */
    RuleBits unasked() {
        return unasked;
    }

    /** The rules that a text leaves possible. @param more whether it may go on with anything */
    RuleBits of(byte[] text, int length, boolean more) {
        // The last node that is not behind the text, the first that is, and how many bytes the text has in common with each.
        var before = ROOT;
        var behind = texts.length;
        var asBefore = 0;
        var asBehind = 0;
        while (behind - before > 1) {
            var middle = before + behind >>> 1;
            var node = texts[middle];
            var same = Math.min(asBefore, asBehind);
            while (same < node.length && same < length && (node[same] & 0xff) == letter(text, length, same)) {
                same++;
            }
            if (same == node.length || same < length && (node[same] & 0xff) < letter(text, length, same)) {
                before = middle;
                asBefore = same;
            } else {
                behind = middle;
                asBehind = same;
            }
        }
        if (more && asBefore == length && texts[before].length == length) {
            return around[before];
        }
        if (more && asBehind == length && behind < texts.length) {
            return around[behind];
        }
        while (texts[before].length > asBefore) {
            before = parents[before];
        }
        return upTo[before];
    }
}
