package dev.sallyport.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ObservationQueueTest {

    private static final SessionEvent EVENT = new SessionEvent.Arrived();

    private final ObservationQueue queue = new ObservationQueue();
    /** What each session has told, in order. */
    private final Map<SessionId, List<Object>> told = new ConcurrentHashMap<>();

    @AfterEach
    void close() {
        queue.close();
    }

    /** Keeps what it is told. */
    private final class Keeper implements SessionObserver {
        @Override
        public SessionWatch watch(SessionContext session) {
            var list = told.computeIfAbsent(session.id(), _ -> Collections.synchronizedList(new ArrayList<>()));
            return new Kept(list);
        }

        @Override
        public void clientRefused(String gateway, Endpoint client, ClientRefusal reason) {
            told.put(new SessionId(0), List.of(gateway, client, reason));
        }
    }

    private record Kept(List<Object> list) implements SessionWatch, Tally {
        @Override
        public void observe(SessionEvent event) {
            list.add(event);
        }

        @Override
        public Tally tally() {
            return this;
        }

        @Override
        public void command(Verb verb, long nowNanos) {
            list.addAll(List.of(verb, nowNanos));
        }

        @Override
        public void reply(int code) {
            list.add(code);
        }

        @Override
        public void pinhole(Verb mode) {
            list.addAll(List.of("pinhole", mode));
        }

        @Override
        public void refused(SessionEvent.Ruling ruling) {
            list.add(ruling);
        }

        @Override
        public void roundTrip(long addedNanos) {
            list.addAll(List.of("round trip", addedNanos));
        }
    }

    private static SessionContext context(long id) {
        return new SessionContext(new SessionId(id), ObservedSession.CLIENT, ObservedSession.GATEWAY);
    }

    private List<Object> told(long session) {
        return told.getOrDefault(new SessionId(session), List.of());
    }

    @Test
    void everything_isToldAsItWas_inOrder() {
        var watch = queue.before(new Keeper()).watch(context(46));
        var tally = watch.tally();
        watch.observe(EVENT);
        tally.command(Verb.PASV, 5L);
        tally.pinhole(Verb.PASV);
        tally.reply(227);
        tally.roundTrip(31_000L);
        tally.refused(SessionEvent.Ruling.DENIED);
        watch.observe(new SessionEvent.Cleared());
        queue.catchUp();
        assertThat(told(46)).containsExactly(
                EVENT, Verb.PASV, 5L, "pinhole", Verb.PASV, 227, "round trip", 31_000L, SessionEvent.Ruling.DENIED,
                new SessionEvent.Cleared());
    }

    @Test
    void nobodyAsks_isToldAllTheSame() {
        var watch = queue.before(new Keeper()).watch(context(46));
        for (var round = 1; round <= 3; round++) {
            watch.observe(EVENT);
            var sofar = round;
            await().until(() -> told(46).size() == sofar);
        }
    }

    @Test
    void clientWithoutASession_isToldAtOnce() {
        queue.before(new Keeper()).clientRefused("main", ObservedSession.CLIENT, ClientRefusal.TOO_MANY_SESSIONS);
        assertThat(told(0)).containsExactly("main", ObservedSession.CLIENT, ClientRefusal.TOO_MANY_SESSIONS);
    }

    /** Far more than its shares hold, from several threads, while others ask: nothing is lost, doubled or out of order. */
    @Test
    void moreThanTheQueueHolds_fromManyThreads_isToldOnceAndInOrder() throws InterruptedException {
        var each = 5 * ObservationBatch.MOST;
        var observer = queue.before(new Keeper());
        var loops = LongStream.rangeClosed(1, 3).mapToObj(id -> Thread.ofPlatform().start(() -> {
            var watch = observer.watch(context(id));
            IntStream.range(0, each).forEach(watch.tally()::reply);
        })).toList();
        while (loops.stream().anyMatch(Thread::isAlive)) {
            queue.catchUp();
        }
        for (var loop : loops) {
            loop.join();
        }
        queue.catchUp();
        var expected = IntStream.range(0, each).<Object>mapToObj(code -> code).toList();
        assertThat(told).hasSize(3).allSatisfy((_, list) -> assertThat(list).isEqualTo(expected));
    }

    static List<Arguments> full() {
        var long64Ki = new SessionEvent.TransferBegan(Verb.RETR, "x".repeat(1 << 16));
        return List.of(
                Arguments.of("of so many", EVENT, ObservationBatch.MOST),
                Arguments.of("of so much text", long64Ki, ObservationBatch.MOST_TEXT >> 16));
    }

    /** Whoever observes takes its time. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("full")
    void fullShare_holdsUpWhoFilledIt_untilItIsTold(String of, SessionEvent event, int most) throws InterruptedException {
        var mayGoOn = new CountDownLatch(1);
        var observed = new AtomicInteger();
        SessionObserver slow = _ -> _ -> {
            observed.incrementAndGet();
            try {
                mayGoOn.await();
            } catch (InterruptedException ended) {
                throw new IllegalStateException(ended);
            }
        };
        var watch = queue.before(slow).watch(context(46));
        watch.observe(EVENT);
        await().until(() -> observed.get() == 1);
        var loop = Thread.ofPlatform().start(() -> {
            var another = queue.before(slow).watch(context(47));
            IntStream.range(0, most).forEach(_ -> another.observe(event));
        });
        await().until(() -> loop.getState() == Thread.State.WAITING);
        mayGoOn.countDown();
        loop.join();
        assertThat(observed).hasValue(1 + most);
    }

    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, NoClassDefFoundError.class})
    void observerThatFails_costsThatObservation(Class<? extends Throwable> failure) {
        var seen = new ArrayList<SessionEvent>();
        var watch = queue.before(_ -> event -> {
            if (event.equals(EVENT)) {
                throw failure == NoClassDefFoundError.class ? new NoClassDefFoundError("planted") : planted();
            }
            seen.add(event);
        }).watch(context(46));
        watch.observe(EVENT);
        watch.observe(new SessionEvent.Cleared());
        queue.catchUp();
        assertThat(seen).containsExactly(new SessionEvent.Cleared());
    }

    private static Error planted() {
        throw new IllegalStateException("planted");
    }

    @Test
    void sessionsOfSeveralLoops_areToldOfInTheOrderInWhichThingsHappened() throws Exception {
        var mayGoOn = new CountDownLatch(1);
        var order = Collections.synchronizedList(new ArrayList<SessionId>());
        var observer = queue.before(session -> _ -> {
            try {
                mayGoOn.await();
            } catch (InterruptedException ended) {
                throw new IllegalStateException(ended);
            }
            order.add(session.id());
        });
        // Whoever tells is busy with it, and the rest gathers.
        observer.watch(context(1)).observe(EVENT);
        try (var first = Executors.newSingleThreadExecutor(); var second = Executors.newSingleThreadExecutor()) {
            var watches = List.of(
                    first.submit(() -> observer.watch(context(2))).get(), second.submit(() -> observer.watch(context(3))).get());
            for (var round = 0; round < 3; round++) {
                second.submit(() -> watches.get(1).observe(EVENT)).get();
                first.submit(() -> watches.get(0).observe(EVENT)).get();
            }
        }
        mayGoOn.countDown();
        queue.catchUp();
        assertThat(order.stream().map(SessionId::number)).containsExactly(1L, 3L, 2L, 3L, 2L, 3L, 2L);
    }

    @Test
    void time_isThatOfWhatHappened_toWhoIsToldOfIt() throws InterruptedException {
        var mayGoOn = new CountDownLatch(1);
        record Time(long nanos, Instant instant) {}
        var times = new CopyOnWriteArrayList<Time>();
        var watch = queue.before(_ -> _ -> {
            try {
                mayGoOn.await();
            } catch (InterruptedException ended) {
                throw new IllegalStateException(ended);
            }
            times.add(new Time(queue.nanos(), queue.when().instant()));
        }).watch(context(46));
        var before = new Time(System.nanoTime(), Instant.now());
        watch.observe(EVENT);
        var after = new Time(System.nanoTime(), Instant.now());
        Thread.sleep(300);
        mayGoOn.countDown();
        queue.catchUp();
        // A clock that is set in the meantime is allowed for.
        var slack = Duration.ofMillis(100);
        assertThat(times).singleElement().satisfies(time -> {
            assertThat(time.nanos()).isBetween(before.nanos(), after.nanos());
            assertThat(time.instant()).isBetween(before.instant().minus(slack), after.instant().plus(slack));
        });
        assertThat(queue.nanos()).as("to others it is now").isGreaterThanOrEqualTo(after.nanos() + 300_000_000);
        assertThat(queue.when().instant()).isAfter(after.instant().plus(slack));
    }

    @Test
    void close_tellsWhatIsLeft() {
        var watch = queue.before(new Keeper()).watch(context(46));
        IntStream.range(0, 1_000).forEach(watch.tally()::reply);
        queue.close();
        assertThat(told(46)).hasSize(1_000);
    }
}
