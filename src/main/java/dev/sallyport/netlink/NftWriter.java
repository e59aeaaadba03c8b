package dev.sallyport.netlink;

import dev.sallyport.netlink.NftOutcome.Reason;
import dev.sallyport.netlink.NftOutcome.Refused;
import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Makes changes in sets and maps, in the network namespace of the thread that constructs it. One daemon thread of its own
 * talks to the kernel; all that waits when it comes round goes in one batch (see {@link GroupCommit}).
 */
public final class NftWriter implements AutoCloseable {

    /**
     * @param queueCapacity transactions that may wait, above 0; one more is refused at once
     * @param beforeAnswers runs on the writer's thread when the kernel has answered and before anybody is told: what a test
     *     puts there delays every outcome, and proves that nobody acts on one that has not come
     * @param observer told of each batch
     */
    public record Settings(int queueCapacity, Runnable beforeAnswers, BatchObserver observer) {
        public Settings {
            if (queueCapacity <= 0) {
                throw new IllegalArgumentException("Nothing could wait: " + queueCapacity);
            }
        }

        /** 65,536 may wait. */
        public Settings() {
            this(BatchObserver.NONE);
        }

        /** 65,536 may wait. */
        public Settings(BatchObserver observer) {
            this(1 << 16, () -> {}, observer);
        }

        /** Nobody observes. */
        public Settings(int queueCapacity, Runnable beforeAnswers) {
            this(queueCapacity, beforeAnswers, BatchObserver.NONE);
        }
    }

    /** How long what is submitted in passing waits for company. */
    static final long PASSING_MILLIS = 20;

    private static final long PASSING_NANOS = PASSING_MILLIS * 1_000_000;

    /** What the writer's thread has to be woken for. */
    private enum Sleep {
        NONE,
        /** It wakes by itself soon enough for what is submitted in passing. */
        SHORT,
        LONG
    }

    private final int capacity;
    private final NetlinkSocket socket;
    private final GroupCommit commit;
    private final ConcurrentLinkedQueue<GroupCommit.Pending> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    /** How many in the queue are waited for; below 0 for the moment between a transaction's adding and its counting. */
    private final AtomicInteger urgent = new AtomicInteger();
    private final Spin spin = new Spin();
    private final Thread thread;
    private volatile Sleep sleep = Sleep.NONE;
    private volatile boolean closing;
    private volatile boolean ended;

    /** @throws NetlinkException without CAP_NET_ADMIN, or without nftables in the kernel */
    public NftWriter(Settings settings) throws NetlinkException {
        this(settings, true);
    }

    /** @param mayDestroy false to treat any kernel as one older than 6.3 */
    NftWriter(Settings settings, boolean mayDestroy) throws NetlinkException {
        capacity = settings.queueCapacity();
        socket = NftBatch.socket();
        try {
            boolean destroys = probe() && mayDestroy;
            commit = new GroupCommit(new NftBatch(socket, destroys), settings.beforeAnswers(), settings.observer());
        } catch (NetlinkException unusable) {
            socket.close();
            throw unusable;
        }
        thread = Thread.ofPlatform().name("nft-writer").daemon().start(this::run);
    }

    /**
     * Hands over a transaction; returns at once. Transactions take effect in the order in which they were submitted. One that
     * only takes away has its place however many wait: what it takes away an earlier one has added, so there are no more of them.
     *
     * @param listener told once, on the writer's thread, where it must not wait for anything; when too many transactions wait
     *     already ({@link Reason#QUEUE_FULL}) or the writer is closed ({@link Reason#CLOSED}), on the caller's before this
     *     returns
     */
    public void submit(NftTransaction transaction, Consumer<? super NftOutcome> listener) {
        if (enqueue(new GroupCommit.Pending(transaction, listener, false)) && sleep != Sleep.NONE) {
            LockSupport.unpark(thread);
        }
    }

    /**
     * Hands over a transaction that nobody waits for: in its turn as any other, with the next batch that there is, at the latest
     * after {@value #PASSING_MILLIS} ms. A batch and a thread's waking are saved where others follow.
     */
    public void submitInPassing(NftTransaction transaction) {
        if (enqueue(new GroupCommit.Pending(transaction, outcome -> {}, true)) && sleep == Sleep.LONG) {
            LockSupport.unpark(thread);
        }
    }

    private boolean enqueue(GroupCommit.Pending pending) {
        if (closing) {
            refuse(pending, Reason.CLOSED);
            return false;
        }
        if (queued.incrementAndGet() > capacity && !pending.onlyDeletes()) {
            queued.decrementAndGet();
            refuse(pending, Reason.QUEUE_FULL);
            return false;
        }
        queue.add(pending);
        if (!pending.inPassing) {
            urgent.incrementAndGet();
        }
        // The thread may have looked for the last time in between.
        if (ended && queue.remove(pending)) {
            refuse(pending, Reason.CLOSED);
            return false;
        }
        return true;
    }

    /** Transactions that wait or are with the kernel. */
    public int waiting() {
        return queued.get();
    }

    /** Accepts no more; returns when what was submitted before has its outcome. Not to be called by a listener. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException whileClosing) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        var waiting = new ArrayDeque<GroupCommit.Pending>();
        try {
            while (!waiting.isEmpty() || awaitWork()) {
                while (waiting.size() < NftBatch.MAX_CHANGES && queue.poll() instanceof GroupCommit.Pending next) {
                    waiting.add(next);
                    if (!next.inPassing) {
                        urgent.decrementAndGet();
                    }
                }
                int before = waiting.size();
                commit.step(waiting);
                queued.addAndGet(waiting.size() - before);
            }
        } finally {
            ended = true;
            waiting.forEach(pending -> refuse(pending, Reason.CLOSED));
            while (queue.poll() instanceof GroupCommit.Pending late) {
                refuse(late, Reason.CLOSED);
            }
            socket.close();
        }
    }

    /** @return false when there will be no more */
    private boolean awaitWork() {
        long idle = System.nanoTime();
        long looking = spin.nanos();
        while (urgent.get() <= 0) {
            if (closing) {
                return !queue.isEmpty();
            }
            long idleNanos = System.nanoTime() - idle;
            if (idleNanos < looking) {
                Thread.onSpinWait();
                continue;
            }
            boolean patient = idleNanos < PASSING_NANOS;
            if (!patient && !queue.isEmpty()) {
                return true;
            }
            sleep = patient ? Sleep.SHORT : Sleep.LONG;
            if (urgent.get() <= 0 && !closing) {
                if (patient) {
                    LockSupport.parkNanos(this, PASSING_NANOS - idleNanos);
                } else if (queue.isEmpty()) {
                    LockSupport.park(this);
                }
            }
            sleep = Sleep.NONE;
        }
        spin.came(looking, System.nanoTime() - idle);
        return true;
    }

    private static void refuse(GroupCommit.Pending pending, Reason reason) {
        var error = new KernelError("change a set: the writer is " + (reason == Reason.CLOSED ? "closed" : "behind"), 0);
        pending.answer(new Refused(reason, error, null));
    }

    /** Asks for a deletion in a table that cannot be: a kernel that knows the message misses the table, others the message. */
    private boolean probe() throws NetlinkException {
        var probe = new NftBatch(socket, true);
        probe.begin();
        probe.add(NftTransaction.of(new NftChange.Delete(new NftSet("?", "?"), NftValue.ofMark(0))).changes());
        return switch (probe.commit()) {
            case NftBatch.Answer.Failed(var error) -> throw new NetlinkException(error);
            case NftBatch.Answer.Refused(var refusals) -> refusals.getFirst().error().errno() == Errno.ENOENT;
            case NftBatch.Answer.Committed committed -> true;
            case NftBatch.Answer.Lost lost -> false;
        };
    }
}
