package dev.sallyport.telemetry;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Hands things to a thread of its own, but lets them gather for a moment: on a busy gateway, waking that thread for each
 * costs more than what it does with it. Who offers never waits.
 */
public final class Gathering<T> {

    private static final long GATHER_NANOS = 20_000_000;
    /** So many are taken before the count of those that wait is put right: whoever offers changes it too. */
    private static final int BATCH = 256;

    private final Consumer<T> taker;
    private final Runnable afterwards;
    private final ConcurrentLinkedQueue<T> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final Thread thread;
    private volatile boolean running = true;
    private volatile boolean asleep;

    /**
     * Begins.
     *
     * @param name the thread's
     * @param taker is given each, in order
     * @param afterwards runs when all that had gathered has been taken
     */
    public Gathering(String name, Consumer<T> taker, Runnable afterwards) {
        this.taker = taker;
        this.afterwards = afterwards;
        thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
        thread.start();
    }

    /** Whether so many wait already; a few that have just been taken may be among them. */
    public boolean full(int most) {
        return queued.get() >= most;
    }

    public void offer(T item) {
        queued.incrementAndGet();
        queue.add(item);
        if (asleep) {
            asleep = false;
            LockSupport.unpark(thread);
        }
    }

    /** Waits until what was offered before has been taken. @param mostMillis at most so long @return whether all has */
    public boolean stop(long mostMillis) {
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
            if (drain()) {
                LockSupport.parkNanos(this, GATHER_NANOS);
                continue;
            }
            asleep = true;
            if (queue.isEmpty() && running) {
                LockSupport.park(this);
            }
            asleep = false;
        }
        drain();
    }

    private boolean drain() {
        var any = false;
        var taken = 0;
        for (var item = queue.poll(); item != null; item = queue.poll()) {
            any = true;
            taker.accept(item);
            if (++taken == BATCH) {
                queued.addAndGet(-taken);
                taken = 0;
            }
        }
        if (any) {
            queued.addAndGet(-taken);
            afterwards.run();
        }
        return any;
    }
}
