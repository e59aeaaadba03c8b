package dev.sallyport.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Whoever asks, and how many: the data path is looked at once in a while. */
class SharedLookTest {

    private final CountingOperator operator = new CountingOperator();
    private final AtomicLong nowNanos = new AtomicLong(-5);
    private final SharedLook look = new SharedLook(operator, nowNanos::get);

    @Test
    void looks_withinASecond_areOne() {
        for (var i = 0; i < 100; i++) {
            look.look();
        }
        assertThat(operator.looks.get()).isOne();
        nowNanos.addAndGet(SharedLook.FRESH.toNanos() - 1);
        look.look();
        assertThat(operator.looks.get()).isOne();
        nowNanos.incrementAndGet();
        look.look();
        assertThat(operator.looks.get()).isEqualTo(2);
    }

    @Test
    void lookOfNow_servesTheOthersToo() {
        look.lookNow();
        look.lookNow();
        look.look();
        assertThat(operator.looks.get()).isEqualTo(2);
    }
}
