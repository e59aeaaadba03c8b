package dev.sallyport.telemetry;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Verb;
import dev.sallyport.session.ClientRefusal;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionId;
import dev.sallyport.session.SessionObserver;
import dev.sallyport.session.SessionWatch;
import dev.sallyport.session.Tally;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets what happens in sessions gather for a moment ({@link GatheringThread}) before observers are told of it, in the order in
 * which it happened and by one thread at a time: told at once, between two lines of a session, each would have to fetch its code
 * and its figures into the processor's caches anew. Nothing is lost: an event loop whose share is full tells what waits by itself.
 * Who asks observers something has them {@linkplain #catchUp() catch up} first, and is told all that has happened.
 */
public final class ObservationQueue implements AutoCloseable {

    private static final Duration GATHER = Duration.ofMillis(100);

    private static final Logger LOG = LoggerFactory.getLogger(ObservationQueue.class);

    private static final LineLimit FAILURES = new LineLimit();

    private static final long LAST_MILLIS = 5_000;

    /** What a tally is told, for each sort a constant: nothing is made for it. */
    @FunctionalInterface
    private interface Count {
        void in(Tally tally, long value);
    }

    private static final Count[] COMMANDS = each(Verb.values(), verb -> (tally, nowNanos) -> tally.command(verb, nowNanos));
    private static final Count[] PINHOLES = each(Verb.values(), mode -> (tally, _) -> tally.pinhole(mode));
    private static final Count[] REFUSED = each(SessionEvent.Ruling.values(), ruling -> (tally, _) -> tally.refused(ruling));
    private static final Count REPLY = (tally, code) -> tally.reply((int) code);
    private static final Count ROUND_TRIP = Tally::roundTrip;

    private final List<Share> shares = new CopyOnWriteArrayList<>();
    private final ThreadLocal<Share> ofThread = ThreadLocal.withInitial(this::share);
    private final GatheringThread thread;

    // ---- Under the lock: who tells observers ----

    private final ReentrantLock telling = new ReentrantLock();
    private long happenedNanos;
    /** Two clocks in one moment, so that what is told in one go has times in its order. */
    private long tellingNanos;
    private Instant tellingInstant = Instant.EPOCH;

    /** Begins. */
    public ObservationQueue() {
        thread = new GatheringThread("observations", GATHER, this::tell);
    }

    private static <E> Count[] each(E[] of, Function<E, Count> made) {
        return Arrays.stream(of).map(made).toArray(Count[]::new);
    }

    /**
     * Tells an observer of sessions, after a moment. Of clients for which there is no session it is told at once.
     *
     * @param observer is told of sessions by one thread at a time, in order
     */
    public SessionObserver before(SessionObserver observer) {
        return new SessionObserver() {
            @Override
            public SessionWatch watch(SessionContext session) {
                return new Later(ofThread.get(), session.id(), observer.watch(session));
            }

            @Override
            public void clientRefused(String gateway, Endpoint client, ClientRefusal reason) {
                observer.clientRefused(gateway, client, reason);
            }
        };
    }

    /** For observers, when the event happened that they are just told, by {@link System#nanoTime()}; for anybody else, now. */
    public long nanos() {
        return telling.isHeldByCurrentThread() ? happenedNanos : System.nanoTime();
    }

    /** For observers, when the event happened that they are just told; for anybody else, now. */
    public InstantSource when() {
        return () -> telling.isHeldByCurrentThread() ? tellingInstant.minusNanos(tellingNanos - happenedNanos) : Instant.now();
    }

    /** Observers have been told all that had happened before. Waits for what is just being told. */
    public void catchUp() {
        tell();
    }

    /** Tells what is left. */
    @Override
    public void close() {
        if (!thread.stop(LAST_MILLIS)) {
            LOG.error("event=observations-left: what was left could not be told in time");
        }
    }

    private Share share() {
        var share = new Share();
        shares.add(share);
        return share;
    }

    /** @return whether there was anything to tell */
    private boolean tell() {
        telling.lock();
        try {
            tellingNanos = System.nanoTime();
            tellingInstant = Instant.now();
            var any = false;
            for (var share : shares) {
                any |= share.take();
            }
            for (var next = first(); next != null; next = first()) {
                next.tellEvent();
            }
            return any;
        } finally {
            shares.forEach(Share::forget);
            telling.unlock();
        }
    }

    /** The share whose next event was the first to happen; null when there is none left. */
    private @Nullable Share first() {
        Share first = null;
        for (var share : shares) {
            share.tellCounts();
            if (share.left() && (first == null || share.nextNanos() - first.nextNanos() < 0)) {
                first = share;
            }
        }
        return first;
    }

    /** What one thread has left behind. */
    private final class Share {
        private ObservationBatch filling = new ObservationBatch();
        /** What is being told, from {@link #next} on; empty while nobody tells. */
        private ObservationBatch told = new ObservationBatch();
        private int next;

        void add(Later watch, Object happened, long value, int text) {
            boolean full;
            synchronized (this) {
                filling.add(watch, happened, value, text);
                full = filling.full();
            }
            if (full) {
                ObservationQueue.this.tell();
            } else {
                thread.wake();
            }
        }

        // ---- Under the lock ----

        /** Takes what has gathered. @return whether there is any */
        boolean take() {
            synchronized (this) {
                var taken = filling;
                filling = told;
                told = taken;
            }
            return left();
        }

        boolean left() {
            return next < told.size;
        }

        void forget() {
            told.clear();
            next = 0;
        }

        /** When the next event happened. */
        long nextNanos() {
            return told.values[next];
        }

        /** Tells the counts before the next event. */
        void tellCounts() {
            while (left() && told.what[next] instanceof Count) {
                tellNext();
            }
        }

        void tellEvent() {
            happenedNanos = told.values[next];
            tellNext();
        }

        private void tellNext() {
            var watch = told.watches[next];
            var happened = told.what[next];
            var value = told.values[next];
            next++;
            if (watch != null && happened != null) {
                tell(watch, happened, value);
            }
        }

        private static void tell(Later watch, Object happened, long value) {
            try {
                if (happened instanceof SessionEvent event) {
                    watch.told.observe(event);
                } else if (happened instanceof Count count) {
                    count.in(watch.tally, value);
                }
            } catch (RuntimeException | Error unexpected) {
                // It costs who watches that session this, and no other session anything.
                var heldBack = FAILURES.pass(System.nanoTime());
                if (heldBack != LineLimit.HELD_BACK) {
                    LOG.error("session={} event=observation-failed heldBack={}", watch.session, heldBack, unexpected);
                }
            }
        }
    }

    /** A session, whose watch is told later. */
    static final class Later implements SessionWatch, Tally {
        final Share share;
        final SessionId session;
        final SessionWatch told;
        final Tally tally;

        Later(Share share, SessionId session, SessionWatch told) {
            this.share = share;
            this.session = session;
            this.told = told;
            this.tally = told.tally();
        }

        @Override
        public void observe(SessionEvent event) {
            share.add(this, event, System.nanoTime(), ObservationBatch.text(event));
        }

        @Override
        public Tally tally() {
            return tally == Tally.NONE ? tally : this;
        }

        @Override
        public void command(Verb verb, long nowNanos) {
            count(COMMANDS[verb.ordinal()], nowNanos);
        }

        @Override
        public void reply(int code) {
            count(REPLY, code);
        }

        @Override
        public void pinhole(Verb mode) {
            count(PINHOLES[mode.ordinal()], 0);
        }

        @Override
        public void refused(SessionEvent.Ruling ruling) {
            count(REFUSED[ruling.ordinal()], 0);
        }

        @Override
        public void roundTrip(long addedNanos) {
            count(ROUND_TRIP, addedNanos);
        }

        private void count(Count count, long value) {
            share.add(this, count, value, 0);
        }
    }
}
