package dev.sallyport.netlink;

/**
 * Decides whether to look for more work a little before sleeping: to wake a sleeping thread costs both sides more than the
 * kernel's own work. It is tried while work comes close together, and more and more rarely while it is in vain: the one who
 * would submit may be waiting for this very processor. For one thread.
 */
final class Spin {

    /** How long one try is; at worst this much is wasted for each batch. */
    static final long NANOS = 30_000;

    /** Work that comes further apart than this is not looked for. */
    private static final long CLOSE_NANOS = 100_000;

    private static final int RAREST = 63;

    private boolean close;
    private int pause;
    private int paused;

    /** @return for how long to look this time, in nanoseconds */
    long nanos() {
        if (!close || paused < pause) {
            paused++;
            return 0;
        }
        return NANOS;
    }

    /**
     * Work has come.
     *
     * @param tried what {@link #nanos} said
     * @param gapNanos since the work before it
     */
    void came(long tried, long gapNanos) {
        close = gapNanos < CLOSE_NANOS;
        if (tried > 0) {
            pause = gapNanos < tried ? 0 : Math.min(2 * pause + 1, RAREST);
            paused = 0;
        }
    }
}
