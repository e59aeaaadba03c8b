package dev.sallyport.netlink;

import static dev.sallyport.netlink.FirewallTable.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.netlink.NftOutcome.Committed;
import dev.sallyport.netlink.NftOutcome.Reason;
import dev.sallyport.netlink.NftOutcome.Refused;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transactions against a real kernel; what they did, nft tells. */
@Tag("system")
class NftWriterIT {

    private NetworkNamespace namespace;
    private NftWriter writer;

    /** Each answer of the kernel takes one permit before it is told. */
    private final Semaphore answers = new Semaphore(Integer.MAX_VALUE / 2);

    private final AtomicInteger batches = new AtomicInteger();

    @BeforeEach
    void enter() throws Exception {
        namespace = new NetworkNamespace();
        namespace.nft(SCRIPT);
        writer = writer(1 << 16, true);
    }

    @AfterEach
    void leave() {
        answers.release(Integer.MAX_VALUE / 2);
        writer.close();
        namespace.close();
    }

    @Test
    void elements_ofEachKind_areListedByNft() throws Exception {
        assertThat(commit(
                        pin4(2000),
                        new NftChange.Add(PIN_6, key6(2001), LIFE),
                        id4(2002, 0x80000007),
                        new NftChange.Add(DNAT_4, key4(2003), NftValue.of(address("203.0.113.9")).port(2004), LIFE),
                        new NftChange.Add(DNAT_6, key6(2005), NftValue.of(address("2001:db8::9")).port(2006), LIFE),
                        new NftChange.Add(SNAT_4, NftValue.ofMark(0x80000008), NftValue.of(address("203.0.113.10")), LIFE)))
                .isEqualTo(Committed.COMMITTED);
        // The kernel gave each the set's own limit.
        assertThat(listed(PIN_4)).contains("192.0.2.1 . 198.51.100.1 . 2000 limit rate 1/day burst 1 packets timeout 600s");
        assertThat(listed(PIN_6)).contains("2001:db8::1 . 2001:db8::2 . 2001 limit rate 1/day");
        assertThat(listed(ID_4)).containsPattern("192.0.2.1 . 198.51.100.1 . 2002 timeout 600s expires \\S+ : 0x80000007");
        assertThat(listed(DNAT_4)).containsPattern("198.51.100.1 . 2003 timeout \\S+ expires \\S+ : 203.0.113.9 . 2004");
        assertThat(listed(DNAT_6)).containsPattern("2001:db8::2 . 2005 timeout \\S+ expires \\S+ : 2001:db8::9 . 2006");
        assertThat(listed(SNAT_4)).containsPattern("0x80000008 timeout \\S+ expires \\S+ : 203.0.113.10");
    }

    @Test
    void element_whoseTimeIsOver_isGone() throws Exception {
        assertThat(commit(new NftChange.Add(PIN_4, key4(2000), Duration.ofMillis(400)), pin4(2001)))
                .isEqualTo(Committed.COMMITTED);
        assertThat(listed(PIN_4)).contains(". 2000 ");
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(listed(PIN_4)).doesNotContain(". 2000 ").contains(". 2001 "));
    }

    @Test
    void element_withoutItsOwnTimeout_hasTheSets() throws Exception {
        assertThat(commit(new NftChange.Add(PIN_4, key4(2000), null, null))).isEqualTo(Committed.COMMITTED);
        assertThat(listed(PIN_4)).containsPattern("2000 limit rate 1/day burst 1 packets expires 29s");
    }

    /** Both ways of deleting what may not be there. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void deletion_ofWhatIsThereAndWhatIsNot_commits(boolean mayDestroy) throws Exception {
        try (var one = writer(16, mayDestroy)) {
            assertThat(commit(one, pin4(2000), id4(2000, 1), pin4(2001))).isEqualTo(Committed.COMMITTED);
            assertThat(commit(
                            one,
                            new NftChange.Delete(PIN_4, key4(1999)),
                            new NftChange.Delete(PIN_4, key4(2000)),
                            new NftChange.Delete(ID_4, key4(2000)),
                            new NftChange.Delete(ID_4, key4(2001))))
                    .isEqualTo(Committed.COMMITTED);
            assertThat(listed(PIN_4)).doesNotContain(". 2000").contains(". 2001");
            assertThat(listed(ID_4)).doesNotContain(". 2000");
            assertThat(commit(one, new NftChange.Delete(PIN_4, key4(1998)))).isEqualTo(Committed.COMMITTED);
            assertThat(refused(commit(one, new NftChange.Delete(set("nosuch"), key4(1)))).reason())
                    .isEqualTo(Reason.TABLE_MISSING);
        }
    }

    @Test
    void element_deletedAndAddedTogether_isRenewed() throws Exception {
        assertThat(commit(id4(2000, 1))).isEqualTo(Committed.COMMITTED);
        assertThat(commit(new NftChange.Delete(ID_4, key4(2000)), id4(2000, 2))).isEqualTo(Committed.COMMITTED);
        assertThat(listed(ID_4)).contains(": 0x00000002").doesNotContain(": 0x00000001");
    }

    @Test
    void transaction_withOneChangeRefused_isNotMadeAtAll() throws Exception {
        assertThat(commit(id4(2000, 1))).isEqualTo(Committed.COMMITTED);
        var refused = refused(commit(pin4(2000), pin4(2001), id4(2000, 2), pin4(2002)));
        assertThat(refused.reason()).isEqualTo(Reason.EXISTS);
        assertThat(refused.change()).isEqualTo(id4(2000, 2));
        assertThat(refused.error().errnoName()).isEqualTo("EEXIST");
        assertThat(refused.error()).asString()
                .startsWith("Cannot add c0000201 c6336401 07d00000 : ").contains("to set door id4: EEXIST");
        assertThat(listed(PIN_4)).doesNotContain("192.0.2.1");
        assertThat(listed(ID_4)).contains(": 0x00000001");
    }

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

    @Test
    void table_thatSomebodyRemoved_isMissing() throws Exception {
        namespace.run("nft", "flush", "ruleset");
        var refused = refused(commit(pin4(2000)));
        assertThat(refused.reason()).isEqualTo(Reason.TABLE_MISSING);
        assertThat(refused.error().errno()).isEqualTo(Errno.ENOENT);
        assertThat(refused(commit(new NftChange.Delete(PIN_4, key4(1)))).reason()).isEqualTo(Reason.TABLE_MISSING);
        namespace.nft(SCRIPT);
        assertThat(commit(pin4(2000))).isEqualTo(Committed.COMMITTED);
    }

    @Test
    void element_thatTheSetCannotHold_isRefusedWithTheKernelsReason() throws Exception {
        var refused = refused(commit(new NftChange.Add(PIN_4, key6(2000), LIFE)));
        assertThat(refused.reason()).isEqualTo(Reason.OTHER);
        assertThat(refused.error().errnoName()).isEqualTo("EINVAL");
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

    @Test
    void transactions_ofTheLargestSize_fit() throws Exception {
        var large = IntStream.rangeClosed(1, NftTransaction.MAX_CHANGES)
                .<NftChange>mapToObj(port -> new NftChange.Add(DNAT_6, key6(port), NftValue.of(address("2001:db8::9")).port(port), LIFE))
                .toList();
        assertThat(commit(large.toArray(NftChange[]::new))).isEqualTo(Committed.COMMITTED);
        assertThat(listed(DNAT_6)).contains("2001:db8::9 . 256");
    }

    private NftWriter writer(int capacity, boolean mayDestroy) throws Exception {
        var settings = new NftWriter.Settings(capacity, () -> {
            batches.incrementAndGet();
            answers.acquireUninterruptibly();
        });
        return namespace.call(() -> new NftWriter(settings, mayDestroy));
    }

    private NftOutcome commit(NftChange... changes) throws Exception {
        return commit(writer, changes);
    }

    private static NftOutcome commit(NftWriter to, NftChange... changes) throws Exception {
        return submit(to, changes).get(10, TimeUnit.SECONDS);
    }

    private static CompletableFuture<NftOutcome> submit(NftWriter to, NftChange... changes) {
        var outcome = new CompletableFuture<NftOutcome>();
        to.submit(NftTransaction.of(changes), outcome::complete);
        return outcome;
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

    private static Refused refused(NftOutcome outcome) {
        assertThat(outcome).isInstanceOf(Refused.class);
        return (Refused) outcome;
    }

    private String listed(NftSet set) throws IOException, InterruptedException {
        var kind = List.of(PIN_4, PIN_6, SMALL).contains(set) ? "set" : "map";
        return namespace.run("nft", "-n", "list", kind, "inet", set.table(), set.name());
    }
}
