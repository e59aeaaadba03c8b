package dev.sallyport.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Fault;
import dev.sallyport.telemetry.Limits.Kind;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Each kind has its own limit, and rules that are no more leave none behind. */
class LimitsTest {

    private final AtomicLong nowNanos = new AtomicLong(-1);
    private final Limits limits = new Limits(nowNanos::get);

    private long passed(Kind kind) {
        var passed = 0L;
        for (var i = 0; i < 100; i++) {
            passed += limits.pass(kind) == LineLimit.HELD_BACK ? 0 : 1;
        }
        return passed;
    }

    @Test
    void flood_ofOneKind_hidesNoOther() {
        assertThat(passed(new Kind.OfRule("main", "a"))).isEqualTo(LineLimit.LINES);
        assertThat(passed(new Kind.OfRule("main", "b"))).isEqualTo(LineLimit.LINES);
        assertThat(passed(new Kind.OfRule("other", "a"))).isEqualTo(LineLimit.LINES);
        assertThat(passed(new Kind.OfFault(Fault.NUL_IN_LINE))).isEqualTo(LineLimit.LINES);
        nowNanos.addAndGet(LineLimit.STRETCH.toNanos());
        assertThat(limits.pass(new Kind.OfRule("main", "a"))).isEqualTo(100L - LineLimit.LINES);
    }

    /** Each reload brings rules of other names. */
    @Test
    void rules_thatAreNoMore_areForgotten() {
        for (var reload = 0; reload < 100; reload++) {
            for (var rule = 0; rule < 100; rule++) {
                assertThat(limits.pass(new Kind.OfRule("main", reload + "-" + rule))).isZero();
            }
            nowNanos.addAndGet(LineLimit.STRETCH.toNanos());
        }
        assertThat(limits.size()).isLessThanOrEqualTo(Limits.MANY);
    }

    /** Rules in force, however many, are none the freer for it. */
    @Test
    void rules_thatAreInForce_keepTheirLimit() {
        var flood = new Kind.OfRule("main", "flood");
        assertThat(passed(flood)).isEqualTo(LineLimit.LINES);
        for (var rule = 0; rule < 5 * Limits.MANY; rule++) {
            limits.pass(new Kind.OfRule("main", "rule-" + rule));
            assertThat(limits.pass(flood)).isEqualTo(LineLimit.HELD_BACK);
        }
    }
}
