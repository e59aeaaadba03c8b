package dev.sallyport.telemetry;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Verb;
import dev.sallyport.session.ClientRefusal;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEvent;
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
 * Lets what happens in sessions gather for a moment ({@link GatheringThread}) before observers are told of it, one after the
 * other on one thread: told at once, between two lines of a session, each would have to fetch its code and its figures into
 * the processor's caches anew. Nothing is lost: an event loop whose share is full tells what waits by itself. Who asks
 * observers something has them {@linkplain #catchUp() catch up} first, and is told what it would have been told without this.
 */
public final class ObservationQueue implements AutoCloseable {

    /** The most that an event loop leaves behind before it tells all by itself. */
    static final int MOST = 1 << 14;

    private static final Duration GATHER = Duration.ofMillis(100);

    private static final Logger LOG = LoggerFactory.getLogger(ObservationQueue.class);

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
    private final LineLimit failures = new LineLimit();
    private final GatheringThread thread;

    // ---- Under the lock: who tells observers ----

    private final ReentrantLock telling = new ReentrantLock();
    private long happenedNanos;

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
     * @param observer is told by one thread at a time, of each session in order
     */
    public SessionObserver before(SessionObserver observer) {
        return new SessionObserver() {
            @Override
            public SessionWatch watch(SessionContext session) {
                return new Later(ofThread.get(), observer.watch(session));
            }

            @Override
            public void clientRefused(String gateway, Endpoint client, ClientRefusal reason) {
                observer.clientRefused(gateway, client, reason);
            }
        };
    }

    /** For observers, when that happened which they are just told, by {@link System#nanoTime()}; for anybody else, now. */
    public long nanos() {
        return telling.isHeldByCurrentThread() ? happenedNanos : System.nanoTime();
    }

    /** For observers, when that happened which they are just told; for anybody else, now. */
    public InstantSource when() {
        return () -> {
            var now = Instant.now();
            return telling.isHeldByCurrentThread() ? now.minusNanos(System.nanoTime() - happenedNanos) : now;
        };
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
            var any = false;
            for (var share : shares) {
                any |= share.tell();
            }
            return any;
        } finally {
            telling.unlock();
        }
    }

    /** What happened, in order. Nothing in it is made for each: it is filled and emptied many thousand times a second. */
    private static final class Batch {
        @Nullable Later[] watches = new @Nullable Later[64];
        /** An event, or a {@link Count}. */
        @Nullable Object[] what = new @Nullable Object[64];
        /** When, for an event. */
        long[] values = new long[64];
        int size;

        void add(Later watch, Object happened, long value) {
            if (size == values.length) {
                watches = Arrays.copyOf(watches, 2 * size);
                what = Arrays.copyOf(what, 2 * size);
                values = Arrays.copyOf(values, 2 * size);
            }
            watches[size] = watch;
            what[size] = happened;
            values[size++] = value;
        }

        void clear() {
            Arrays.fill(watches, 0, size, null);
            Arrays.fill(what, 0, size, null);
            size = 0;
        }
    }

    /** What one thread has left behind. */
    private final class Share {
        private Batch filling = new Batch();
        private Batch other = new Batch();

        void add(Later watch, Object happened, long value) {
            boolean full;
            synchronized (this) {
                filling.add(watch, happened, value);
                full = filling.size >= MOST;
            }
            if (full) {
                ObservationQueue.this.tell();
            } else {
                thread.wake();
            }
        }

        /** By one at a time. */
        boolean tell() {
            Batch told;
            synchronized (this) {
                if (filling.size == 0) {
                    return false;
                }
                told = filling;
                filling = other;
                other = told;
            }
            for (var i = 0; i < told.size; i++) {
                var watch = told.watches[i];
                var happened = told.what[i];
                if (watch != null && happened != null) {
                    tell(watch, happened, told.values[i]);
                }
            }
            told.clear();
            return true;
        }

        private void tell(Later watch, Object happened, long value) {
            try {
                if (happened instanceof SessionEvent event) {
                    happenedNanos = value;
                    watch.told.observe(event);
                } else if (happened instanceof Count count) {
                    count.in(watch.tally, value);
                }
            } catch (RuntimeException unexpected) {
                // It costs that observation: the others are of other sessions.
                if (failures.pass(System.nanoTime()) != LineLimit.HELD_BACK) {
                    LOG.error("event=observation-failed", unexpected);
                }
            }
        }
    }

    /** A session, whose watch is told later. */
    private static final class Later implements SessionWatch, Tally {
        final Share share;
        final SessionWatch told;
        final Tally tally;

        Later(Share share, SessionWatch told) {
            this.share = share;
            this.told = told;
            this.tally = told.tally();
        }

        @Override
        public void observe(SessionEvent event) {
            share.add(this, event, System.nanoTime());
        }

        @Override
        public Tally tally() {
            return this;
        }

        @Override
        public void command(Verb verb, long nowNanos) {
            share.add(this, COMMANDS[verb.ordinal()], nowNanos);
        }

        @Override
        public void reply(int code) {
            share.add(this, REPLY, code);
        }

        @Override
        public void pinhole(Verb mode) {
            share.add(this, PINHOLES[mode.ordinal()], 0);
        }

        @Override
        public void refused(SessionEvent.Ruling ruling) {
            share.add(this, REFUSED[ruling.ordinal()], 0);
        }

        @Override
        public void roundTrip(long addedNanos) {
            share.add(this, ROUND_TRIP, addedNanos);
        }
    }
}
