package dev.sallyport.telemetry;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Takes what others leave for it, but lets things gather for a moment: on a busy gateway, waking a thread for each costs more
 * than what it does with it.
 */
final class GatheringThread {

    private final long gatherNanos;
    private final BooleanSupplier take;
    private final Thread thread;
    private volatile boolean running = true;
    private volatile boolean asleep;

    /**
     * Begins.
     *
     * @param name the thread's
     * @param gather how long: the shorter, the more often are event loops interrupted that are busy
     * @param take takes all that is there; true when there was any
     */
    GatheringThread(String name, Duration gather, BooleanSupplier take) {
        this.gatherNanos = gather.toNanos();
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
                LockSupport.parkNanos(this, gatherNanos);
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
