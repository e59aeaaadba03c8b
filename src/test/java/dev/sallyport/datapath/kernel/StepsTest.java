package dev.sallyport.datapath.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class StepsTest {

    private static final List<Integer> ALL = IntStream.range(0, 1_000).boxed().toList();

    private static final Duration LAST_WORK = Duration.ofSeconds(2);

    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1);
    private final Steps steps = new Steps(thread, 64, LAST_WORK);
    private final List<Integer> done = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch last = new CountDownLatch(1);

    @AfterEach
    void end() {
        thread.shutdownNow();
    }

    @Test
    void all_areDone_inTheirOrder_someAtATime() throws InterruptedException {
        var sizes = Collections.synchronizedList(new ArrayList<Integer>());
        steps.forEach(ALL, () -> 0, some -> {
            sizes.add(some.size());
            done.addAll(some);
        }, last::countDown);
        last.await();
        assertThat(done).isEqualTo(ALL);
        assertThat(sizes).hasSize(16).allMatch(size -> size <= 64);
    }

    @Test
    void whoeverWaitsForTheThread_hasItsTurnInBetween() throws InterruptedException {
        var doneBefore = new AtomicInteger(-1);
        steps.forEach(ALL, () -> 0, some -> {
            if (done.isEmpty()) {
                thread.execute(() -> doneBefore.set(done.size()));
            }
            done.addAll(some);
        }, last::countDown);
        last.await();
        assertThat(doneBefore.get()).isBetween(64, 128);
    }

    @Test
    void step_thatHasToWait_isDoneLater() throws InterruptedException {
        var asked = new AtomicInteger();
        steps.forEach(ALL, () -> asked.getAndIncrement() % 2 == 0 ? 1 : 0, done::addAll, last::countDown);
        last.await();
        assertThat(done).isEqualTo(ALL);
        assertThat(asked.get()).isEqualTo(32);
    }

    @Test
    void threadThatStops_isNoReasonToLeaveAnythingUndone_norNotToWait() throws InterruptedException {
        var room = new AtomicBoolean(true);
        steps.forEach(ALL, () -> room.getAndSet(true) ? 0 : 1, some -> {
            thread.shutdown();
            assertThat(room.getAndSet(false)).as("done only when there is room").isTrue();
            done.addAll(some);
        }, last::countDown);
        last.await();
        assertThat(done).isEqualTo(ALL);
        assertThat(thread.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
        assertThat(steps.later(1, () -> {})).isFalse();
    }

    @Test
    void threadThatStops_doesNotWaitForEver_andDoesNotDoWhatHasToWait() throws InterruptedException {
        steps.forEach(ALL, () -> done.isEmpty() ? 0 : 1, some -> {
            thread.shutdown();
            done.addAll(some);
        }, last::countDown);
        assertThat(thread.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(done).hasSize(64);
        assertThat(last.getCount()).isOne();
    }

    /** As when the time for the last work is over. */
    @Test
    void threadThatIsInterrupted_waitsNoMore() throws InterruptedException {
        steps.forEach(ALL, () -> done.isEmpty() ? 0 : 60_000, some -> {
            thread.shutdownNow();
            done.addAll(some);
        }, last::countDown);
        assertThat(thread.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(done).hasSize(64);
    }

    @Test
    void nothing_isDoneAtOnce() {
        steps.forEach(List.of(), () -> 0, some -> done.add(1), last::countDown);
        assertThat(last.getCount()).isZero();
        assertThat(done).isEmpty();
    }
}
