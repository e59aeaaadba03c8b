package dev.sallyport.rules;

import dev.sallyport.ftp.Network;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * Whether what one field of a match takes, another one takes as well. A yes is certain; of two patterns in which neither is
 * plain text, the end of which is a {@code *}, or equal to the other, the answer is no.
 */
public final class Containment {

    private Containment() {}

    /** Of two networks. */
    public static boolean network(Network outer, Network inner) {
        return outer.prefixLength() <= inner.prefixLength() && outer.contains(inner.address());
    }

    static boolean glob(Glob outer, Glob inner, boolean fold) {
        if (outer.equals(inner)) {
            return true;
        }
        var literal = inner.literal();
        if (literal != null) {
            return outer.matches(literal, 0, literal.length, fold);
        }
        var outerPrefix = outer.prefix();
        var innerPrefix = inner.prefix();
        return outerPrefix != null
                && (outerPrefix.length == 0 || innerPrefix != null && startsWith(innerPrefix, outerPrefix, fold));
    }

    static boolean path(PathGlob outer, PathGlob inner, boolean fold) {
        if (outer.equals(inner)) {
            return true;
        }
        var folders = inner.literals();
        if (folders.size() == inner.depth()) {
            var path = new Bytes();
            for (var folder : folders) {
                path.add('/');
                path.add(folder, 0, folder.length);
            }
            if (folders.isEmpty()) {
                path.add('/');
            }
            return outer.matches(path.array(), path.length(), fold);
        }
        var around = outer.literals();
        if (!outer.open() || around.size() != outer.depth() - 1 || folders.size() < around.size()) {
            return false;
        }
        for (var i = 0; i < around.size(); i++) {
            if (folders.get(i).length != around.get(i).length || !startsWith(folders.get(i), around.get(i), fold)) {
                return false;
            }
        }
        return true;
    }

    private static boolean startsWith(byte[] text, byte[] prefix, boolean fold) {
        if (text.length < prefix.length) {
            return false;
        }
        for (var i = 0; i < prefix.length; i++) {
            if (text[i] != prefix[i] && !(fold && Glob.lower(text[i] & 0xff) == Glob.lower(prefix[i] & 0xff))) {
                return false;
            }
        }
        return true;
    }

    /** Of two lists where an empty one means everything: whether each entry of the inner one is in one of the outer one. */
    public static <E> boolean all(Collection<E> outer, Collection<E> inner, BiPredicate<E, E> contains) {
        return outer.isEmpty()
                || !inner.isEmpty() && inner.stream().allMatch(entry -> one(outer, entry, contains));
    }

    /** As {@link #all}, of any entry of the inner one. */
    static <E> boolean any(List<E> outer, List<E> inner, BiPredicate<E, E> contains) {
        return outer.isEmpty() || inner.stream().anyMatch(entry -> one(outer, entry, contains));
    }

    private static <E> boolean one(Collection<E> outer, E entry, BiPredicate<E, E> contains) {
        return outer.stream().anyMatch(around -> contains.test(around, entry));
    }

    static boolean minutes(BitSet outer, BitSet inner) {
        var rest = (BitSet) inner.clone();
        rest.andNot(outer);
        return rest.isEmpty();
    }
}
