package dev.sallyport.capture;

/** How far one end of a connection has sent, by its sequence numbers: they wrap every 4 GiB, places do not. */
final class SentCount {

    /** Farther ahead nothing is that belongs to the connection: the largest window (RFC 7323 §2.3). */
    private static final long FARTHEST_AHEAD = 1L << 30;

    private int base;
    private boolean based;
    private long highest;
    private boolean finished;

    boolean based() {
        return based;
    }

    /** @param sequence of the first byte, whose place is 0 */
    void base(int sequence) {
        base = sequence;
        based = true;
    }

    /** The place of a sequence number: the one that is nearest to what was sent last. */
    long place(int sequence) {
        return highest + (sequence - (base + (int) highest));
    }

    boolean possible(long place) {
        return place <= highest + FARTHEST_AHEAD;
    }

    /** @param to the place behind it, FIN included @return whether all before FIN and FIN itself are now known of */
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
