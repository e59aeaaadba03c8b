package dev.sallyport.netlink;

import dev.sallyport.netlink.NftBatch.Answer;
import dev.sallyport.netlink.NftBatch.Refusal;
import dev.sallyport.netlink.NftOutcome.Committed;
import dev.sallyport.netlink.NftOutcome.Reason;
import dev.sallyport.netlink.NftOutcome.Refused;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Commits transactions together, in their order, and answers each as if it had been alone.
 *
 * <p>The kernel commits a batch whole or not at all, and names every change that it refuses. It judges each change as if
 * those before it were made. So the first transaction with a refused change is at fault: nothing stands before it but what is
 * right. A later one is too, unless an earlier one at fault had, in the same set, a change that was not refused: without that
 * change, which now goes, the later one may be right. Those in doubt and those that are right are sent again, in their order;
 * each round ends at least one.
 *
 * <p>A batch that fails as a whole is halved until it holds one transaction: that one fails.
 */
final class GroupCommit {

    /** What a kernel that is short of memory, or that was interrupted, may do at the next attempt. */
    private static final Set<Integer> PASSING =
            Set.of(Errno.EINTR, Errno.EAGAIN, Errno.ENOMEM, Errno.ENOBUFS, 85 /* ERESTART */);

    private static final int ATTEMPTS = 3;

    /**
     * A set that grows or shrinks under many changes answers EBUSY until another thread of the kernel has moved its elements
     * (rhashtable_insert_rehash in lib/rhashtable.c): microseconds where a processor is free, milliseconds where none is.
     */
    private static final int BUSY_ATTEMPTS = 500;

    private static final long BUSY_PAUSE_NANOS = 50_000;

    /** A transaction that waits, and what is left of it: deletions of what is not there are dropped. */
    static final class Pending {
        private final Consumer<? super NftOutcome> listener;
        /** Nobody waits for it. */
        final boolean inPassing;
        private List<NftChange> changes;
        private int failures;
        private int busy;

        Pending(NftTransaction transaction, Consumer<? super NftOutcome> listener, boolean inPassing) {
            this.listener = listener;
            this.inPassing = inPassing;
            changes = transaction.changes();
        }

        boolean onlyDeletes() {
            for (var change : changes) {
                if (!(change instanceof NftChange.Delete)) {
                    return false;
                }
            }
            return true;
        }

        /** A listener that throws is its own maker's problem, not that of the transactions behind it. */
        void answer(NftOutcome outcome) {
            try {
                listener.accept(outcome);
            } catch (RuntimeException thrown) {
                var thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
            }
        }
    }

    private record Answered(Pending pending, NftOutcome outcome) {}

    private final NftBatch batch;
    private final Runnable beforeAnswers;
    private final BatchObserver observer;
    private final List<Pending> sent = new ArrayList<>();
    private final List<Answered> answered = new ArrayList<>();
    private int most = Integer.MAX_VALUE;

    /** @param beforeAnswers runs between a kernel's answer and its listeners */
    GroupCommit(NftBatch batch, Runnable beforeAnswers, BatchObserver observer) {
        this.batch = batch;
        this.beforeAnswers = beforeAnswers;
        this.observer = observer;
    }

    /** Sends one batch. Those that it ends leave {@code waiting} and are answered. */
    void step(ArrayDeque<Pending> waiting) {
        batch.begin();
        while (!waiting.isEmpty() && sent.size() < most && batch.add(waiting.peek().changes)) {
            sent.add(waiting.remove());
        }
        switch (batch.changes() == 0 ? Answer.Committed.COMMITTED : commit()) {
            case Answer.Committed committed -> {
                most = Integer.MAX_VALUE;
                sent.forEach(pending -> answered.add(new Answered(pending, Committed.COMMITTED)));
            }
            case Answer.Refused(var refusals) -> again(waiting, refusals);
            case Answer.Failed(var error) -> fail(waiting, error);
            case Answer.Lost() -> {
                var error = new KernelError("hear whether " + batch.changes() + " changes were made", Errno.ENOBUFS);
                sent.forEach(pending -> answered.add(new Answered(pending, new Refused(Reason.UNKNOWN, error, null))));
            }
        }
        sent.clear();
        if (!answered.isEmpty()) {
            beforeAnswers.run();
            answered.forEach(this::answer);
            answered.clear();
        }
    }

    private Answer commit() {
        long sinceNanos = System.nanoTime();
        var answer = batch.commit();
        observer.sent(batch.changes(), System.nanoTime() - sinceNanos);
        return answer;
    }

    private void answer(Answered one) {
        if (one.outcome instanceof Refused(_, var error, _)) {
            observer.refused(Errno.name(error.errno()));
        }
        one.pending.answer(one.outcome);
    }

    private void again(ArrayDeque<Pending> waiting, List<Refusal> refusals) {
        var kept = new ArrayList<Pending>();
        var doubtful = new HashSet<NftSet>();
        int first = 0;
        int at = 0;
        for (var pending : sent) {
            int behind = first + pending.changes.size();
            int from = at;
            while (at < refusals.size() && refusals.get(at).index() < behind) {
                at++;
            }
            judge(pending, first, refusals.subList(from, at), doubtful, kept);
            first = behind;
        }
        kept.reversed().forEach(waiting::addFirst);
    }

    private void judge(
            Pending pending, int first, List<Refusal> refusals, Set<NftSet> doubtful, List<Pending> kept) {
        var refused = new HashSet<Integer>();
        for (var refusal : refusals) {
            if (doubtful.contains(refusal.change().set())) {
                continue;
            }
            if (refusal.error().errno() == Errno.EBUSY && pending.busy++ < BUSY_ATTEMPTS) {
                LockSupport.parkNanos(BUSY_PAUSE_NANOS);
                kept.add(pending);
                return;
            }
            refused.add(refusal.index() - first);
            if (!absent(refusal)) {
                answered.add(new Answered(pending, refused(refusal)));
                leave(pending, first, refusals, doubtful);
                return;
            }
        }
        if (!refused.isEmpty()) {
            var left = new ArrayList<NftChange>();
            for (int i = 0; i < pending.changes.size(); i++) {
                if (!refused.contains(i)) {
                    left.add(pending.changes.get(i));
                }
            }
            pending.changes = left;
        }
        kept.add(pending);
    }

    /** Where the one that goes had changes that were not refused, later refusals are in doubt. */
    private static void leave(Pending pending, int first, List<Refusal> refusals, Set<NftSet> doubtful) {
        for (int i = 0; i < pending.changes.size(); i++) {
            int index = first + i;
            if (refusals.stream().noneMatch(refusal -> refusal.index() == index)) {
                doubtful.add(pending.changes.get(i).set());
            }
        }
    }

    private void fail(ArrayDeque<Pending> waiting, KernelError error) {
        most = Math.max(1, sent.size() / 2);
        if (sent.size() == 1) {
            var only = sent.getFirst();
            if (!PASSING.contains(error.errno()) || ++only.failures == ATTEMPTS) {
                answered.add(new Answered(only, new Refused(Reason.OTHER, error, null)));
                return;
            }
        }
        sent.reversed().forEach(waiting::addFirst);
    }

    /** Only where the kernel has no NFT_MSG_DESTROYSETELEM. */
    private static boolean absent(Refusal refusal) {
        return refusal.change() instanceof NftChange.Delete && refusal.error().errno() == Errno.ENOENT && refusal.element();
    }

    private static Refused refused(Refusal refusal) {
        var reason = switch (refusal.error().errno()) {
            case Errno.ENFILE, Errno.ENOSPC, Errno.ENOBUFS -> Reason.SET_FULL;
            case Errno.ENOENT -> Reason.TABLE_MISSING;
            case Errno.EEXIST -> Reason.EXISTS;
            default -> Reason.OTHER;
        };
        return new Refused(reason, refusal.error(), refusal.change());
    }
}
