package dev.sallyport.cli;

import dev.sallyport.telemetry.Gathering;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Prints what is told. Who tells of packets that come does not wait for a terminal or a pipe: beyond what waits, lines are lost. Who
 * tells of those in a file does.
 */
final class WatchOutput implements AutoCloseable {

    private static final int MOST_WAITING = 65_536;
    private static final Duration GATHER = Duration.ofMillis(20);
    private static final long CATCH_UP_NANOS = 1_000_000;
    private static final long LAST_MILLIS = 5_000;

    private final LongAdder lost = new LongAdder();
    private final Gathering<String> gathering;

    /** @param broken run when nobody reads any more */
    WatchOutput(PrintWriter out, Runnable broken) {
        this.gathering = new Gathering<>("watch output", GATHER, out::print, () -> {
            if (out.checkError()) {
                broken.run();
            }
        });
    }

    /** @param text with its end of line */
    void print(String text) {
        if (gathering.full(MOST_WAITING)) {
            lost.increment();
        } else {
            gathering.offer(text);
        }
    }

    /** Waits until not much is waiting. */
    void catchUp() {
        while (gathering.full(MOST_WAITING / 2)) {
            LockSupport.parkNanos(CATCH_UP_NANOS);
        }
    }

    /** How many lines nobody could be told in time. */
    long lost() {
        return lost.sum();
    }

    /** What waits is printed. */
    @Override
    public void close() {
        gathering.stop(LAST_MILLIS);
    }
}
