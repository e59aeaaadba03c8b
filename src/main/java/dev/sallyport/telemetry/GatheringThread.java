package dev.sallyport.telemetry;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Takes what others leave for it, but lets things gather for a moment: on a busy gateway, waking a thread for each costs more
 * than what it does with it.
 */
final class GatheringThread {

    /** Shorter, and event loops that are busy are interrupted more often; longer, and what gathers is copied by the collector. */
    private static final long GATHER_NANOS = 50_000_000;

    private final BooleanSupplier take;
    private final Thread thread;
    private volatile boolean running = true;
    private volatile boolean asleep;

    /**
     * Begins.
     *
     * @param name the thread's
     * @param take takes all that is there; true when there was any
     */
    GatheringThread(String name, BooleanSupplier take) {
        this.take = take;
        thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
        thread.start();
    }

    /** Something has been left. */
    void wake() {
        if (asleep) {
            asleep = false;
            LockSupport.unpark(thread);
        }
    }

    /** Waits until what was left before has been taken. @param mostMillis at most so long @return whether all has */
    boolean stop(long mostMillis) {
        running = false;
        LockSupport.unpark(thread);
        try {
            thread.join(mostMillis);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    private void run() {
        while (running) {
            if (take.getAsBoolean()) {
                LockSupport.parkNanos(this, GATHER_NANOS);
                continue;
            }
            asleep = true;
            // Left before that could be seen.
            if (!take.getAsBoolean() && running) {
                LockSupport.park(this);
            }
            asleep = false;
        }
        var left = true;
        while (left) {
            left = take.getAsBoolean();
        }
    }
}
