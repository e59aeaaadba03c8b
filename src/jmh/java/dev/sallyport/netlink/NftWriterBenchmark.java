package dev.sallyport.netlink;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Opening a pinhole, as root: an element in a set and one in a map, in place of those of the same key, from submission until
 * the listener is told. The bar is a median of 30 µs and a 99th percentile of 100 µs on an idle machine.
 */
@State(Scope.Thread)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls open() first.
public class NftWriterBenchmark {
    private static final int TOGETHER = 1_000;

    /** Between two openings. */
    @State(Scope.Thread)
    public static class Pause {
        @Param({"0", "1", "10"})
        public int millis;

        @Setup(Level.Invocation)
        public void pause() {
            if (millis > 0) {
                LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
            }
        }
    }

    private NetworkNamespace namespace;
    private NftWriter writer;
    private int next;

    @Setup
    public void open() throws Exception {
        namespace = new NetworkNamespace();
        namespace.nft(FirewallTable.SCRIPT);
        writer = namespace.call(() -> new NftWriter(new NftWriter.Settings()));
    }

    @TearDown
    public void close() {
        writer.close();
        namespace.close();
    }

    /** One, alone. */
    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    public NftOutcome alone(Pause pause) {
        var told = new AtomicReference<NftOutcome>();
        writer.submit(transaction(), told::set);
        while (told.get() == null) {
            Thread.onSpinWait();
        }
        return committed(told.get());
    }

    /** A thousand that are submitted at once: the time of one of them. */
    @Benchmark
    @BenchmarkMode(Mode.AverageTime)
    @OperationsPerInvocation(TOGETHER)
    public void together() throws InterruptedException {
        var told = new CountDownLatch(TOGETHER);
        for (int i = 0; i < TOGETHER; i++) {
            writer.submit(transaction(), outcome -> {
                committed(outcome);
                told.countDown();
            });
        }
        told.await();
    }

    private NftTransaction transaction() {
        int port = 1 + next++ % 50_000;
        var key = FirewallTable.key4(port);
        return NftTransaction.of(
                new NftChange.Delete(FirewallTable.PIN_4, key),
                new NftChange.Delete(FirewallTable.ID_4, key),
                FirewallTable.pin4(port),
                FirewallTable.id4(port, next));
    }

    private static NftOutcome committed(NftOutcome outcome) {
        if (outcome instanceof NftOutcome.Refused refused) {
            throw new IllegalStateException(refused.error().toString());
        }
        return outcome;
    }
}
