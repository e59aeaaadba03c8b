package dev.sallyport.netlink;

import static dev.sallyport.netlink.FirewallTable.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.netlink.NftOutcome.Committed;
import dev.sallyport.netlink.NftOutcome.Reason;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Transactions that go to the kernel together, or wait for those before them: each has its own outcome, once. */
class NftBatchesIT extends WritingToATable {

    @Test
    void transaction_atFaultAmongMany_failsAlone() throws Exception {
        assertThat(commit(id4(2100, 1))).isEqualTo(Committed.COMMITTED);
        var outcomes = together(IntStream.range(2000, 2200).mapToObj(port -> NftTransaction.of(pin4(port), id4(port, 2))).toList());
        for (int i = 0; i < outcomes.size(); i++) {
            if (i == 100) {
                assertThat(refused(outcomes.get(i)).reason()).isEqualTo(Reason.EXISTS);
            } else {
                assertThat(outcomes.get(i)).as("transaction %d", i).isEqualTo(Committed.COMMITTED);
            }
        }
        assertThat(batches).hasValueLessThanOrEqualTo(5);
        assertThat(listed(PIN_4)).contains(". 2099 ", ". 2101 ").doesNotContain(". 2100 ");
    }

    /** The first takes the last place in the small set, but goes: the second, refused for that, is right. */
    @Test
    void transaction_refusedOnlyBecauseOfOneAtFault_commits() throws Exception {
        assertThat(commit(id4(2000, 1), small(1), small(2))).isEqualTo(Committed.COMMITTED);
        var outcomes = together(List.of(NftTransaction.of(small(3), id4(2000, 2)), NftTransaction.of(small(4))));
        assertThat(refused(outcomes.get(0)).reason()).isEqualTo(Reason.EXISTS);
        assertThat(outcomes.get(1)).isEqualTo(Committed.COMMITTED);
        assertThat(listed(SMALL)).contains("0x00000004").doesNotContain("0x00000003");
    }

    @Test
    void deletions_refusedByAnOldKernel_leaveTheirTransactionsWhole() throws Exception {
        writer.close();
        writer = writer(1 << 16, false);
        assertThat(commit(pin4(2000))).isEqualTo(Committed.COMMITTED);
        var outcomes = together(List.of(
                NftTransaction.of(new NftChange.Delete(PIN_4, key4(1)), pin4(2001)),
                NftTransaction.of(pin4(2000)),
                NftTransaction.of(new NftChange.Delete(PIN_4, key4(2000)), new NftChange.Delete(ID_4, key4(2000))),
                NftTransaction.of(pin4(2000), new NftChange.Delete(ID_4, key4(1)))));
        assertThat(outcomes.get(0)).isEqualTo(Committed.COMMITTED);
        assertThat(refused(outcomes.get(1)).reason()).isEqualTo(Reason.EXISTS);
        assertThat(outcomes.subList(2, 4)).containsOnly(Committed.COMMITTED);
        assertThat(listed(PIN_4)).contains(". 2000 ", ". 2001 ");
    }

    @Test
    void submissions_ofManyThreads_areCommittedTogether() throws Exception {
        int each = 2_500;
        var committed = new AtomicInteger();
        answers.drainPermits();
        var threads = IntStream.range(0, 4).mapToObj(thread -> Thread.ofPlatform().start(() -> {
            for (int i = 0; i < each; i++) {
                writer.submit(NftTransaction.of(pin4(1 + thread * each + i), id4(1 + thread * each + i, i)), outcome -> {
                    if (outcome == Committed.COMMITTED) {
                        committed.incrementAndGet();
                    }
                });
            }
        })).toList();
        for (var thread : threads) {
            thread.join();
        }
        assertThat(committed).hasValue(0);
        answers.release(1_000);
        await().atMost(Duration.ofSeconds(30)).until(() -> committed.get() == 4 * each);
        assertThat(batches.get()).isBetween(20, 60);
        try (var reader = namespace.call(NftReader::new)) {
            assertThat(reader.elements(PIN_4).elements()).hasSize(4 * each);
            assertThat(reader.elements(ID_4).elements()).hasSize(4 * each);
        }
        assertThat(writer.waiting()).isZero();
    }

    @Test
    void set_thatIsFull_refusesTheRest() throws Exception {
        var outcomes = together(IntStream.rangeClosed(1, 600).mapToObj(mark -> NftTransaction.of(small(mark))).toList());
        assertThat(outcomes.subList(0, 3)).containsOnly(Committed.COMMITTED);
        assertThat(outcomes.subList(3, 600)).allSatisfy(outcome -> assertThat(refused(outcome).reason()).isEqualTo(Reason.SET_FULL));
        assertThat(batches).hasValueLessThanOrEqualTo(5);
        assertThat(listed(SMALL)).contains("0x00000001", "0x00000002", "0x00000003").doesNotContain("0x00000004");
    }

    /** The kernel has the element already; nobody is told before its answer is handed on. */
    @Test
    void outcome_beforeTheAnswerIsHandedOn_isNotTold() throws Exception {
        answers.drainPermits();
        var outcome = submit(writer, pin4(2000));
        await().untilAsserted(() -> assertThat(listed(PIN_4)).contains(". 2000 "));
        assertThat(outcome).isNotDone();
        assertThat(writer.waiting()).isEqualTo(1);
        answers.release();
        assertThat(outcome.get(5, TimeUnit.SECONDS)).isEqualTo(Committed.COMMITTED);
    }

    @Test
    void transaction_whenTooManyWait_isRefusedAtOnce() throws Exception {
        try (var small = writer(2, true)) {
            answers.drainPermits();
            var first = submit(small, pin4(2000));
            var second = submit(small, pin4(2001));
            var third = submit(small, pin4(2002));
            assertThat(third).isDone();
            assertThat(refused(third.get()).reason()).isEqualTo(Reason.QUEUE_FULL);
            answers.release(10);
            assertThat(first.get(5, TimeUnit.SECONDS)).isEqualTo(Committed.COMMITTED);
            assertThat(second.get(5, TimeUnit.SECONDS)).isEqualTo(Committed.COMMITTED);
            await().until(() -> small.waiting() == 0);
            assertThat(commit(small, pin4(2002))).isEqualTo(Committed.COMMITTED);
        }
    }

    /** What it would leave in the set stands open until its timeout. */
    @Test
    void deletion_whenTooManyWait_hasItsPlaceAllTheSame() throws Exception {
        assertThat(commit(pin4(2000))).isEqualTo(Committed.COMMITTED);
        assertThat(commit(pin4(2001))).isEqualTo(Committed.COMMITTED);
        try (var small = writer(1, true)) {
            answers.drainPermits();
            var first = submit(small, pin4(2002));
            assertThat(refused(submit(small, pin4(2003)).get(5, TimeUnit.SECONDS)).reason()).isEqualTo(Reason.QUEUE_FULL);
            var deleted = submit(small, new NftChange.Delete(PIN_4, key4(2000)));
            small.submitInPassing(NftTransaction.of(new NftChange.Delete(PIN_4, key4(2001))));
            answers.release(10);
            assertThat(first.get(5, TimeUnit.SECONDS)).isEqualTo(Committed.COMMITTED);
            assertThat(deleted.get(5, TimeUnit.SECONDS)).isEqualTo(Committed.COMMITTED);
            await().untilAsserted(() -> assertThat(listed(PIN_4)).doesNotContain(". 2000 ", ". 2001 ").contains(". 2002 "));
        }
    }

    @Test
    void close_commitsWhatWaits_andRefusesWhatComesLater() throws Exception {
        var outcomes = new ArrayList<CompletableFuture<NftOutcome>>();
        for (int port = 1; port <= 3_000; port++) {
            outcomes.add(submit(writer, pin4(port)));
        }
        writer.close();
        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome).isCompletedWithValue(Committed.COMMITTED));
        assertThat(refused(commit(pin4(3_001))).reason()).isEqualTo(Reason.CLOSED);
    }

    @Test
    void listener_thatThrows_harmsNobodyElse() throws Exception {
        var thrown = new AtomicReference<Throwable>();
        var before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, exception) -> thrown.set(exception));
        try {
            writer.submit(NftTransaction.of(pin4(1)), outcome -> {
                throw new IllegalStateException("a listener's fault");
            });
            assertThat(commit(pin4(2))).isEqualTo(Committed.COMMITTED);
            assertThat(thrown.get()).hasMessage("a listener's fault");
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    /** A batch that fails as a whole is halved until it is known of each transaction that it fails. */
    @Test
    void transactions_whoseSocketIsGone_failEachInItsOrder() throws Exception {
        var outcomes = new ArrayList<NftOutcome>();
        try (var socket = namespace.call(NftBatch::socket)) {
            var group = new GroupCommit(new NftBatch(socket, true), () -> {}, BatchObserver.NONE);
            socket.close();
            var waiting = new ArrayDeque<GroupCommit.Pending>();
            for (int port = 1; port <= 5; port++) {
                waiting.add(new GroupCommit.Pending(NftTransaction.of(pin4(port)), outcomes::add, false));
            }
            for (int step = 0; step < 20 && !waiting.isEmpty(); step++) {
                group.step(waiting);
            }
        }
        assertThat(outcomes).hasSize(5).allSatisfy(outcome -> {
            assertThat(refused(outcome).reason()).isEqualTo(Reason.OTHER);
            assertThat(refused(outcome).error().errnoName()).isEqualTo("EBADF");
        });
    }

    /** In one batch: they gather while an answer before them is held back. */
    private List<NftOutcome> together(List<NftTransaction> transactions) throws Exception {
        answers.drainPermits();
        var held = submit(writer, new NftChange.Delete(SNAT_4, NftValue.ofMark(99)));
        await().until(() -> answers.hasQueuedThreads());
        batches.set(0);
        var outcomes = new ArrayList<CompletableFuture<NftOutcome>>();
        for (var transaction : transactions) {
            var outcome = new CompletableFuture<NftOutcome>();
            writer.submit(transaction, outcome::complete);
            outcomes.add(outcome);
        }
        answers.release(1_000);
        held.get(10, TimeUnit.SECONDS);
        var all = new ArrayList<NftOutcome>();
        for (var outcome : outcomes) {
            all.add(outcome.get(10, TimeUnit.SECONDS));
        }
        return all;
    }
}
