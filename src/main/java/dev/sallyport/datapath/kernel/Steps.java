package dev.sallyport.datapath.kernel;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what there is to do for many, some at a time, on a thread that others wait for: these have their turn in between. */
final class Steps {

    private static final Logger LOG = LoggerFactory.getLogger(Steps.class);

    private final ScheduledExecutorService thread;
    private final int atATime;
    private final Duration lastWork;
    /** When the time for what waits at a stop is over; 0 before a stop. */
    private final AtomicLong overNanos = new AtomicLong();

    /** @param lastWork the longest time to wait for all that is still to be done when the thread is stopped */
    Steps(ScheduledExecutorService thread, int atATime, Duration lastWork) {
        this.thread = thread;
        this.atATime = atATime;
        this.lastWork = lastWork;
    }

    /**
     * @param waitMillis asked before each step: how long that has to wait, 0 for not at all
     * @param step done for as many as may be done at a time, in their order
     * @param last done when all are
     */
    <T> void forEach(List<T> all, LongSupplier waitMillis, Consumer<List<T>> step, Runnable last) {
        next(new Work<>(all, waitMillis, step, last), 0);
    }

    private record Work<T>(List<T> all, LongSupplier waitMillis, Consumer<List<T>> step, Runnable last) {}

    private <T> void next(Work<T> work, int from) {
        if (from == work.all.size()) {
            work.last.run();
            return;
        }
        soon(() -> {
            for (var wait = work.waitMillis.getAsLong(); wait > 0; wait = work.waitMillis.getAsLong()) {
                if (later(wait, () -> next(work, from))) {
                    return;
                }
                if (!rest(wait)) {
                    LOG.warn("{} of {} are left undone, for the gateway stops", work.all.size() - from, work.all.size());
                    return;
                }
            }
            var until = Math.min(work.all.size(), from + atATime);
            work.step.accept(work.all.subList(from, until));
            next(work, until);
        });
    }

    /** Waits where nothing can be done later, because the thread is stopping. @return false when there is no time left for it */
    private boolean rest(long millis) {
        overNanos.compareAndSet(0, System.nanoTime() + lastWork.toNanos());
        var leftNanos = overNanos.get() - System.nanoTime();
        LockSupport.parkNanos(Math.min(leftNanos, TimeUnit.MILLISECONDS.toNanos(millis)));
        return leftNanos > 0 && !Thread.currentThread().isInterrupted();
    }

    /** Whoever stops the thread has what was asked for done before, as far as it need not wait for too long. */
    private void soon(Runnable task) {
        try {
            thread.execute(() -> safely(task));
        } catch (RejectedExecutionException stopping) {
            safely(task);
        }
    }

    /** @return false when the thread is stopping: it will not be done */
    boolean later(long millis, Runnable task) {
        try {
            thread.schedule(() -> safely(task), millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (RejectedExecutionException stopping) {
            return false;
        }
    }

    private static void safely(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException bug) {
            LOG.error("error in maintenance", bug);
        }
    }
}
