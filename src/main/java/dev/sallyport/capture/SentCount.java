package dev.sallyport.capture;

/** How far one end of a connection has sent, by its sequence numbers: they wrap every 4 GiB, places do not. */
final class SentCount {

    /** Farther ahead nothing is that belongs to the connection: the largest window (RFC 7323 §2.3). */
    private static final long FARTHEST_AHEAD = 1L << 30;

    private int base;
    private boolean based;
    /** The base is that of a SYN, and no guess. */
    private boolean certain;
    private long highest;
    private boolean finished;

    boolean based() {
        return based;
    }

    boolean certain() {
        return certain;
    }

    /** @param sequence of the first byte, whose place is 0 */
    void begins(int sequence) {
        if (based && !certain) {
            highest = Math.max(0, highest + (base - sequence));
        }
        base = sequence;
        based = true;
        certain = true;
    }

    /** As long as nobody knows better, this byte is the first. */
    void presume(int sequence) {
        if (!based) {
            base = sequence;
            based = true;
        }
    }

    /** The place of a sequence number: the one that is nearest to what was sent last. */
    long place(int sequence) {
        return highest + (sequence - (base + (int) highest));
    }

    boolean possible(long place) {
        return place <= highest + FARTHEST_AHEAD;
    }

    /** @param to the place behind it, FIN included */
    void sent(long to, boolean fin) {
        if (to > highest && possible(to)) {
            highest = to;
        }
        finished |= fin;
    }

    /** The place behind the last byte, and behind FIN. */
    long highest() {
        return highest;
    }

    boolean finished() {
        return finished;
    }

    /** Bytes, without FIN. */
    long bytes() {
        return finished ? Math.max(0, highest - 1) : highest;
    }
}
