package dev.sallyport.rules.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BucketsTest {

    private static final long SECOND = 1_000_000_000L;

    private final Buckets buckets = new Buckets(1024);

    @Test
    void bucket_thatIsEmpty_fillsAsTheRateSays() {
        var rate = new Rate(3, Rate.Unit.SECOND, 2, Rate.Key.RULE);
        assertThat(taken(rate, 0, 5)).isEqualTo(2);
        assertThat(taken(rate, SECOND / 3, 5)).as("a third of a nanosecond is missing").isZero();
        assertThat(taken(rate, SECOND / 3 + 1, 5)).isEqualTo(1);
        assertThat(taken(rate, SECOND, 5)).isEqualTo(2);
        assertThat(taken(rate, 100 * SECOND, 5)).as("no more than the burst").isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void bucket_ofTheLargestRate_doesNotOverflow(Rate.Unit unit) {
        var rate = new Rate(Rate.MOST, unit, Rate.MOST, Rate.Key.RULE);
        assertThat(taken(rate, 0, Rate.MOST + 1)).isEqualTo(Rate.MOST);
        assertThat(taken(rate, Long.MAX_VALUE / 2, Rate.MOST + 1)).isEqualTo(Rate.MOST);
    }

    @Test
    void clock_thatSeemsToGoBack_takesNothingAway() {
        var rate = new Rate(1, Rate.Unit.SECOND, 1, Rate.Key.RULE);
        assertThat(taken(rate, 10 * SECOND, 2)).isEqualTo(1);
        assertThat(taken(rate, 9 * SECOND, 2)).isZero();
        assertThat(taken(rate, 11 * SECOND, 2)).isEqualTo(1);
    }

    @Test
    void buckets_ofOtherKeysRulesAndRates_areOthers() {
        var rate = new Rate(1, Rate.Unit.HOUR, 1, Rate.Key.USER);
        assertThat(buckets.take("a", rate, "bob", 0)).isTrue();
        assertThat(buckets.take("a", rate, "bob", 0)).isFalse();
        assertThat(buckets.take("a", rate, "anna", 0)).isTrue();
        assertThat(buckets.take("b", rate, "bob", 0)).isTrue();
        assertThat(buckets.take("a", new Rate(2, Rate.Unit.HOUR, 1, Rate.Key.USER), "bob", 0)).isTrue();
    }

    @Test
    void keys_withoutEnd_makeTheOldestForgotten() {
        var rate = new Rate(1, Rate.Unit.DAY, 1, Rate.Key.USER);
        assertThat(buckets.take("a", rate, "first", 0)).isTrue();
        for (var i = 0; i < 20_000; i++) {
            buckets.take("a", rate, "user" + i, 0);
            if (i == 10) {
                assertThat(buckets.take("a", rate, "first", 0)).isFalse();
            }
        }
        assertThat(buckets.take("a", rate, "user19999", 0)).as("the last is remembered").isFalse();
        assertThat(buckets.take("a", rate, "first", 0)).as("the first is not").isTrue();
    }

    /** Against a count of exact fractions, over times at random. */
    @Test
    void tokens_overTimesAtRandom_areThoseOfAnExactCount() {
        var random = new SplittableRandom(3);
        for (var round = 0; round < 200; round++) {
            var rate = new Rate(1 + random.nextInt(50), Rate.Unit.MINUTE, 1 + random.nextInt(20), Rate.Key.RULE);
            var unit = BigInteger.valueOf(60 * SECOND);
            var full = unit.multiply(BigInteger.valueOf(rate.burst()));
            var parts = full;
            var now = 0L;
            for (var i = 0; i < 200; i++) {
                var elapsed = random.nextLong(20 * SECOND);
                now += elapsed;
                parts = full.min(parts.add(BigInteger.valueOf(elapsed).multiply(BigInteger.valueOf(rate.tokens()))));
                var expected = parts.compareTo(unit) >= 0;
                parts = expected ? parts.subtract(unit) : parts;
                assertThat(buckets.take("model" + round, rate, "", now)).isEqualTo(expected);
            }
        }
    }

    @Test
    void threads_onOneBucket_takeNoMoreThanItHolds() throws Exception {
        var rate = new Rate(1, Rate.Unit.DAY, 5_000, Rate.Key.RULE);
        var taken = new AtomicInteger();
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (var thread = 0; thread < 4; thread++) {
                var own = "user" + thread;
                threads.execute(() -> {
                    for (var i = 0; i < 3_000; i++) {
                        if (buckets.take("all", rate, "", 0)) {
                            taken.incrementAndGet();
                        }
                        // Other keys of the same stripes at the same time.
                        buckets.take("each", rate, own + i % 50, 0);
                    }
                });
            }
        }
        assertThat(taken).hasValue(5_000);
    }

    private int taken(Rate rate, long nowNanos, int attempts) {
        var taken = 0;
        for (var i = 0; i < attempts; i++) {
            taken += buckets.take("rule", rate, "", nowNanos) ? 1 : 0;
        }
        return taken;
    }
}
