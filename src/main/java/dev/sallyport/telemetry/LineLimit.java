package dev.sallyport.telemetry;

import java.time.Duration;

/** Lets some log lines of one kind pass in each stretch of time and counts the others. Safe for several threads. */
public final class LineLimit {

    /** Enough to see what is going on, too few to fill a disk. */
    static final int LINES = 20;

    static final Duration STRETCH = Duration.ofSeconds(10);
    /** After so many stretches without a line nobody misses how many were held back in the last one. */
    private static final int FORGETS = 60;

    /** What {@link #pass} answers when the line is to be held back. */
    public static final long HELD_BACK = -1;

    private boolean begun;
    private long beganNanos;
    private int passed;
    private long heldBack;

    /** Whether it would let the next line pass as if it were the first, or its last stretch is long over. */
    synchronized boolean rests(long nowNanos) {
        var sinceNanos = nowNanos - beganNanos;
        return begun && sinceNanos >= (heldBack == 0 ? 1 : FORGETS) * STRETCH.toNanos();
    }

    /** Whether one more line may pass: {@link #HELD_BACK}, or how many were held back since the last that passed. */
    public synchronized long pass(long nowNanos) {
        if (!begun || nowNanos - beganNanos >= STRETCH.toNanos()) {
            begun = true;
            beganNanos = nowNanos;
            passed = 0;
        }
        if (passed == LINES) {
            heldBack++;
            return HELD_BACK;
        }
        passed++;
        var before = heldBack;
        heldBack = 0;
        return before;
    }
}
