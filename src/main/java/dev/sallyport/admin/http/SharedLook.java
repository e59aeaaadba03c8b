package dev.sallyport.admin.http;

import dev.sallyport.admin.Operator;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Looks at what data has moved: however many ask, once in a while, since it may be the kernel's whole table that is read. Who comes
 * while somebody looks waits for that. Safe for several threads.
 */
final class SharedLook {

    /** For so long nobody looks again. */
    static final Duration FRESH = Duration.ofSeconds(1);

    private final Operator operator;
    private final LongSupplier clockNanos;
    private boolean looked;
    private long lookedNanos;

    SharedLook(Operator operator) {
        this(operator, System::nanoTime);
    }

    SharedLook(Operator operator, LongSupplier clockNanos) {
        this.operator = operator;
        this.clockNanos = clockNanos;
    }

    /** What is told from now on is no older than {@link #FRESH}. */
    synchronized void look() {
        if (!looked || clockNanos.getAsLong() - lookedNanos >= FRESH.toNanos()) {
            lookNow();
        }
    }

    /** What is told from now on is of now. */
    synchronized void lookNow() {
        var nowNanos = clockNanos.getAsLong();
        operator.look();
        lookedNanos = nowNanos;
        looked = true;
    }
}
