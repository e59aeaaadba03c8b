package dev.sallyport.rules.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Addresses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LoginGateTest {

    private static final long SECOND = 1_000_000_000L;
    private static final LoginLimits LIMITS =
            new LoginLimits(2, Duration.ofSeconds(1), Duration.ofSeconds(5), 8, Duration.ofMinutes(10));

    private final LoginGate gate = new LoginGate(1024);
    private final ClientKey client = client("192.0.2.1");

    @Test
    void failures_thatAreFree_costNothing() {
        assertThat(gate.turn(client, LIMITS, 0)).isZero();
        gate.failed(client, LIMITS, 0);
        assertThat(gate.turn(client, LIMITS, 0)).isZero();
    }

    @Test
    void wait_doubledByEachFailure_hasALimit() {
        var waits = new ArrayList<Long>();
        var now = 0L;
        for (var i = 0; i < 7; i++) {
            gate.failed(client, LIMITS, now);
            gate.over(client);
            var wait = gate.turn(client, LIMITS, now);
            waits.add(wait / SECOND);
            now += wait;
        }
        assertThat(waits).containsExactly(0L, 1L, 2L, 4L, 5L, 5L, 5L);
    }

    @Test
    void nothingFree_theFirstWaitIsTheDelayAllTheSame() {
        var strict = new LoginLimits(0, Duration.ofSeconds(1), Duration.ofSeconds(5), 8, Duration.ofMinutes(10));
        assertThat(gate.turn(client, strict, 0)).as("who has not failed").isZero();
        gate.failed(client, strict, 0);
        assertThat(gate.turn(client, strict, 0)).isEqualTo(SECOND);
        gate.failed(client, strict, SECOND);
        assertThat(gate.turn(client, strict, SECOND)).isEqualTo(2 * SECOND);
    }

    @Test
    void wait_thatHasPassedSinceTheLastTurn_isNotWaitedAgain() {
        failures(3);
        assertThat(gate.turn(client, LIMITS, 0)).isEqualTo(2 * SECOND);
        assertThat(gate.turn(client, LIMITS, 3 * SECOND)).as("a second of two is over").isEqualTo(SECOND);
        assertThat(gate.turn(client, LIMITS, 20 * SECOND)).isZero();
    }

    @Test
    void client_thatFailsTooOften_isTurnedAwayUntilItIsForgotten() {
        failures(7);
        assertThat(gate.refuses(client, LIMITS, 0)).isFalse();
        failures(1);
        assertThat(gate.refuses(client, LIMITS, 0)).isTrue();
        assertThat(gate.turn(client, LIMITS, 0)).isEqualTo(LoginGate.REFUSED);
        assertThat(gate.refuses(client, LIMITS, 600 * SECOND - 1)).isTrue();
        assertThat(gate.refuses(client, LIMITS, 600 * SECOND)).isFalse();
        assertThat(gate.turn(client, LIMITS, 600 * SECOND)).isZero();
    }

    @Test
    void limits_withoutRefusal_neverTurnAway() {
        var mild = new LoginLimits(0, Duration.ofSeconds(1), Duration.ofSeconds(1), 0, Duration.ofMinutes(10));
        for (var i = 0; i < 10_000; i++) {
            gate.failed(client, mild, 0);
        }
        assertThat(gate.refuses(client, mild, 0)).isFalse();
        assertThat(gate.turn(client, mild, 0)).isEqualTo(SECOND);
    }

    @Test
    void queue_longerThanFailuresAreRemembered_isRefused() {
        failures(5);
        var turns = LongStream.range(0, 200).map(_ -> gate.turn(client, LIMITS, 0)).boxed().toList();
        assertThat(turns.subList(0, 120)).isSorted().allMatch(wait -> wait > 0 && wait <= 600 * SECOND);
        assertThat(turns.subList(120, 200)).containsOnly(LoginGate.REFUSED);
    }

    @Test
    void passwordsUnderWay_areNoMoreThanMayFail() {
        failures(1);
        assertThat(LongStream.range(0, 9).map(_ -> gate.turn(client, LIMITS, 0))).containsExactly(
                0L, 0L, 0L, 0L, 0L, 0L, 0L, LoginGate.BUSY, LoginGate.BUSY);
        gate.over(client);
        assertThat(gate.turn(client, LIMITS, 0)).as("one was right").isZero();
        gate.failed(client, LIMITS, 0);
        gate.over(client);
        assertThat(gate.turn(client, LIMITS, 0)).as("one was wrong, and is not left to it any more").isEqualTo(LoginGate.BUSY);
        for (var i = 0; i < 6; i++) {
            gate.over(client);
        }
        assertThat(gate.turn(client, LIMITS, 0)).as("the usual wait").isEqualTo(SECOND);
    }

    @Test
    void turnsThatWereWaitedFor_areUnderWayToo() {
        failures(2);
        assertThat(LongStream.range(0, 7).map(_ -> gate.begin(client, LIMITS, 0))).containsExactly(
                0L, 0L, 0L, 0L, 0L, 0L, LoginGate.BUSY);
        assertThat(gate.turn(client, LIMITS, 0)).isEqualTo(LoginGate.BUSY);
        assertThat(gate.turn(client("192.0.2.2"), LIMITS, 0)).as("another client").isZero();
    }

    @Test
    void turnsThatWereWaitedFor_comeToNothingWhenTheClientIsTurnedAwayMeanwhile() {
        failures(7);
        assertThat(gate.turn(client, LIMITS, 0)).isPositive();
        failures(1);
        assertThat(gate.begin(client, LIMITS, 600 * SECOND - 1)).isEqualTo(LoginGate.REFUSED);
        assertThat(gate.begin(client, LIMITS, 600 * SECOND)).as("forgotten").isZero();
    }

    @Test
    void passwordsUnderWay_areNotForgottenWithTheFailures() {
        assertThat(LongStream.range(0, 8).map(_ -> gate.turn(client, LIMITS, 0))).containsOnly(0L);
        failures(1);
        gate.over(client);
        assertThat(gate.turn(client, LIMITS, 600 * SECOND)).as("seven of eight are under way").isZero();
        assertThat(gate.turn(client, LIMITS, 600 * SECOND)).isEqualTo(LoginGate.BUSY);
    }

    @Test
    void passwordsUnderWay_areNotForgottenForOtherClients() {
        assertThat(LongStream.range(0, 8).map(_ -> gate.turn(client, LIMITS, 0))).containsOnly(0L);
        strangersFail();
        assertThat(gate.turn(client, LIMITS, 0)).isEqualTo(LoginGate.BUSY);
        gate.over(client);
        assertThat(gate.turn(client, LIMITS, 0)).isZero();
        assertThat(gate.turn(client, LIMITS, 0)).as("one was over, and one more began").isEqualTo(LoginGate.BUSY);
    }

    @Test
    void addresses_ofOneLink_areOneClient_andOthersAreNot() {
        gate.failed(client("2001:db8:7::1"), LIMITS, 0);
        gate.failed(client("2001:db8:7::2"), LIMITS, 0);
        assertThat(gate.turn(client("2001:db8:7::3"), LIMITS, 0)).isEqualTo(SECOND);
        assertThat(gate.turn(client("2001:db8:7:1::3"), LIMITS, 0)).isZero();
    }

    @Test
    void clients_withoutEnd_makeTheOldestForgotten() {
        failures(8);
        strangersFail();
        assertThat(gate.refuses(client, LIMITS, 0)).isFalse();
        gate.failed(client("10.0.78.31"), LIMITS, 0);
        assertThat(gate.turn(client("10.0.78.31"), LIMITS, 0)).as("the last is remembered").isEqualTo(SECOND);
    }

    /** Many sessions of one client at once: no two turns are nearer than the wait, so they gain nothing. */
    @Test
    void threads_ofOneClient_standInOneQueue() {
        var limits = new LoginLimits(0, Duration.ofMillis(10), Duration.ofMillis(10), 0, Duration.ofHours(1));
        gate.failed(client, limits, 0);
        List<Long> turns = Collections.synchronizedList(new ArrayList<>());
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (var thread = 0; thread < 4; thread++) {
                threads.execute(() -> {
                    for (var i = 0; i < 1_000; i++) {
                        turns.add(gate.turn(client, limits, 0));
                        gate.failed(client, limits, 0);
                    }
                });
            }
        }
        assertThat(turns).containsExactlyInAnyOrderElementsOf(
                LongStream.rangeClosed(1, 4_000).map(i -> i * 10_000_000).boxed().toList());
    }

    /** Twenty times as many as are remembered. */
    private void strangersFail() {
        for (var i = 0; i < 20_000; i++) {
            gate.failed(client("10.0." + i / 256 + "." + i % 256), LIMITS, 0);
        }
    }

    private void failures(int count) {
        for (var i = 0; i < count; i++) {
            gate.failed(client, LIMITS, 0);
        }
    }

    private static ClientKey client(String address) {
        return ClientKey.of(Objects.requireNonNull(Addresses.parse(address)));
    }
}
