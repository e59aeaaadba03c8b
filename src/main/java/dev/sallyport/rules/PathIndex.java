package dev.sallyport.rules;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Which rules a path leaves possible: a tree of the folders that globs begin with. Each folder knows the rules of all
 * folders above it, which an exact path needs, and besides them those below, which a wildcard needs.
 *
 * <p>The tree stands in one open hash table of (parent, name), so that a path is looked up without making anything.
 */
final class PathIndex {

    private static final int ROOT = 0;

    private final boolean fold;
    private final RuleBits withoutPaths;
    private final RuleBits all;

    // By folder.
    private final RuleBits[] upTo;
    private final RuleBits[] around;

    // By place in the table; -1 in folders: free.
    private final int[] parents;
    private final byte[][] names;
    private final int[] folders;

    /** A folder while the tree grows. */
    private static final class Folder {
        private final Map<String, Folder> below = new HashMap<>();
        private final BitSet rules = new BitSet();
        private final int number;

        Folder(int number) {
            this.number = number;
        }
    }

    /** @param paths of each rule; none: it is possible whatever the path is */
    PathIndex(List<List<PathGlob>> paths, boolean fold, Function<BitSet, RuleBits> share) {
        this.fold = fold;
        var without = new BitSet();
        var everyRule = new BitSet();
        everyRule.set(0, paths.size());
        var root = new Folder(ROOT);
        var count = 1;
        for (var rule = 0; rule < paths.size(); rule++) {
            if (paths.get(rule).isEmpty()) {
                without.set(rule);
            }
            for (var glob : paths.get(rule)) {
                var folder = root;
                for (var name : glob.literals()) {
                    var key = new String(folded(name), ISO_8859_1);
                    var next = folder.below.get(key);
                    if (next == null) {
                        next = new Folder(count++);
                        folder.below.put(key, next);
                    }
                    folder = next;
                }
                folder.rules.set(rule);
            }
        }
        withoutPaths = share.apply(without);
        all = share.apply(everyRule);
        upTo = new RuleBits[count];
        around = new RuleBits[count];
        var capacity = Integer.highestOneBit(count) * 4;
        parents = new int[capacity];
        names = new byte[capacity][];
        folders = new int[capacity];
        Arrays.fill(folders, -1);
        settle(root, without, share);
    }

    /** Works out a folder's sets and those below it. @return the rules of the folder and below it alone */
    private BitSet settle(Folder folder, BitSet above, Function<BitSet, RuleBits> share) {
        var cumulative = (BitSet) above.clone();
        cumulative.or(folder.rules);
        var inside = (BitSet) folder.rules.clone();
        for (var entry : folder.below.entrySet()) {
            enter(folder.number, entry.getKey().getBytes(ISO_8859_1), entry.getValue().number);
            inside.or(settle(entry.getValue(), cumulative, share));
        }
        upTo[folder.number] = share.apply(cumulative);
        cumulative.or(inside);
        around[folder.number] = share.apply(cumulative);
        return inside;
    }

    private void enter(int parent, byte[] name, int folder) {
        var place = hash(parent, name, 0, name.length) & parents.length - 1;
        while (folders[place] >= 0) {
            place = place + 1 & parents.length - 1;
        }
        parents[place] = parent;
        names[place] = name;
        folders[place] = folder;
    }

    /** The rules that a path leaves possible. */
    RuleBits of(Paths.Kind kind, byte[] path, int length) {
        return switch (kind) {
            case NONE -> withoutPaths;
            case UNKNOWN -> all;
            case EXACT, BELOW -> {
                var folder = ROOT;
                var at = 1;
                while (at < length) {
                    var end = at;
                    while (end < length && path[end] != '/') {
                        end++;
                    }
                    var next = find(folder, path, at, end);
                    if (next < 0) {
                        yield upTo[folder];
                    }
                    folder = next;
                    at = end + 1;
                }
                yield kind == Paths.Kind.EXACT ? upTo[folder] : around[folder];
            }
        };
    }

    private int find(int parent, byte[] path, int from, int to) {
        var place = hash(parent, path, from, to) & parents.length - 1;
        while (folders[place] >= 0) {
            if (parents[place] == parent && same(names[place], path, from, to)) {
                return folders[place];
            }
            place = place + 1 & parents.length - 1;
        }
        return -1;
    }

    private boolean same(byte[] name, byte[] path, int from, int to) {
        if (name.length != to - from) {
            return false;
        }
        for (var i = 0; i < name.length; i++) {
            if ((name[i] & 0xff) != letter(path[from + i])) {
                return false;
            }
        }
        return true;
    }

    /** FNV-1a; the names are an administrator's, so nobody can make them collide. */
    private int hash(int parent, byte[] name, int from, int to) {
        var hash = 0x811c9dc5 ^ parent * 0x9e3779b9;
        for (var i = from; i < to; i++) {
            hash = (hash ^ letter(name[i])) * 0x01000193;
        }
        return hash ^ hash >>> 16;
    }

    private int letter(byte b) {
        return fold ? Glob.lower(b & 0xff) : b & 0xff;
    }

    private byte[] folded(byte[] name) {
        var folded = new byte[name.length];
        for (var i = 0; i < name.length; i++) {
            folded[i] = (byte) letter(name[i]);
        }
        return folded;
    }
}
