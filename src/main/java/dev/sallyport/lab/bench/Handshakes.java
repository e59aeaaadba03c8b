package dev.sallyport.lab.bench;

import java.util.TreeSet;

/** The handshakes of data connections at one end of the load, since they were asked for last. Of one thread. */
final class Handshakes {

    /**
     * @param all how many
     * @param resumed how many of them resumed a session
     * @param kinds version, cipher suite and group of the key exchange of each kind, separated by commas
     */
    record Count(long all, long resumed, String kinds) {

        /** The other way round than {@link #parse}. */
        @Override
        public String toString() {
            return all + " " + resumed + " " + kinds;
        }

        static Count parse(String text) {
            String[] words = text.strip().split(" ", 3);
            return new Count(Long.parseLong(words[0]), Long.parseLong(words[1]), words.length < 3 ? "" : words[2]);
        }

        /** Resumed ones of a hundred. */
        double percent() {
            return 100.0 * resumed / all;
        }
    }

    private long all;
    private long resumed;
    private final TreeSet<String> kinds = new TreeSet<>();

    void add(String kind, boolean isResumed) {
        all++;
        resumed += isResumed ? 1 : 0;
        kinds.add(kind);
    }

    /** And counts anew. */
    Count take() {
        Count count = new Count(all, resumed, String.join(", ", kinds));
        all = 0;
        resumed = 0;
        kinds.clear();
        return count;
    }
}
