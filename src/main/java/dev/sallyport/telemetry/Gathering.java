package dev.sallyport.telemetry;

import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Hands things to a thread of its own, after they have gathered for a moment ({@link GatheringThread}). Who offers never waits. */
public final class Gathering<T> {

    /** So many are taken before the count of those that wait is put right: whoever offers changes it too. */
    private static final int BATCH = 256;

    private final Consumer<T> taker;
    private final Runnable afterwards;
    private final ConcurrentLinkedQueue<T> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final GatheringThread thread;

    /**
     * Begins.
     *
     * @param name the thread's
     * @param gather how long
     * @param taker is given each, in order
     * @param afterwards runs when all that had gathered has been taken
     */
    public Gathering(String name, Duration gather, Consumer<T> taker, Runnable afterwards) {
        this.taker = taker;
        this.afterwards = afterwards;
        thread = new GatheringThread(name, gather, this::drain);
    }

    /** Whether so many wait already; a few that have just been taken may be among them. */
    public boolean full(int most) {
        return queued.get() >= most;
    }

    public void offer(T item) {
        queued.incrementAndGet();
        queue.add(item);
        thread.wake();
    }

    /** Waits until what was offered before has been taken. @param mostMillis at most so long @return whether all has */
    public boolean stop(long mostMillis) {
        return thread.stop(mostMillis);
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
