package dev.sallyport.lab.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Many sessions that repeat a small download for a while, on one thread and one selector. */
final class TransferLoop implements Closeable {
    /** A session that completes nothing for so long has hung; it is counted as failed and left. */
    private static final Duration STALLED = Duration.ofSeconds(10);

    private final Job.SmallTransfers job;
    private final Caller caller;
    private final Selector selector = Selector.open();
    private final List<TransferSession> sessions = new ArrayList<>();
    private long transfers;
    private long failed;
    private @Nullable String firstFault;
    private boolean over;

    TransferLoop(Job.SmallTransfers job, Caller caller) throws IOException {
        this.job = job;
        this.caller = caller;
    }

    Outcome run() throws IOException {
        for (int i = 0; i < job.sessions(); i++) {
            sessions.add(new TransferSession(this, selector, caller, job));
        }
        long started = System.nanoTime();
        long end = started + job.time().toNanos();
        sessions.forEach(TransferSession::begin);
        long now = started;
        while ((now < end || noneYet() && now < end + STALLED.toNanos()) && selector.keys().size() > 0) {
            selector.select(key -> ((Runnable) key.attachment()).run(), Math.max(1, (end - now) / 1_000_000));
            now = System.nanoTime();
        }
        Duration took = Duration.ofNanos(now - started);
        long counted = transfers;
        drain();
        return new Outcome.Transferred(counted, failed, took, firstFault);
    }

    /** On a busy host the time may be over before all have logged in; it goes on then until there is something to count. */
    private boolean noneYet() {
        return transfers == 0 && failed == 0;
    }

    /** Lets the transfers that are under way finish: cut off, they would look like failures to the gateway and to its log. */
    private void drain() throws IOException {
        over = true;
        long deadline = System.nanoTime() + STALLED.toNanos();
        while (sessions.stream().anyMatch(TransferSession::busy)) {
            selector.select(key -> ((Runnable) key.attachment()).run(), 100);
            if (System.nanoTime() > deadline) {
                for (TransferSession session : sessions) {
                    session.abandon("no end of the transfer within " + STALLED.toSeconds() + " s");
                }
            }
        }
    }

    /** One transfer has come whole; returns whether there shall be another. */
    boolean transferred() {
        transfers++;
        return !over;
    }

    /** One transfer has failed; returns whether there shall be another. */
    boolean failed(String why) {
        failed++;
        if (firstFault == null) {
            firstFault = why;
        }
        return !over;
    }

    @Override
    public void close() throws IOException {
        for (TransferSession session : sessions) {
            session.close();
        }
        selector.close();
    }
}
