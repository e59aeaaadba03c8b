package dev.sallyport.faults;

import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.function.Executable;

/** How much memory this process holds on to: its heap after a collection, and what is allocated beside it. */
final class Memory {

    /** Bytes that may be kept of any attack, besides what the sockets hold: the test's own objects are in it. */
    static final long OF_AN_ATTACK = 8L << 20;

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    private Memory() {}

    /** @return bytes that were held at most, over what was held before; less than zero when it only shrank */
    static long mostKeptWhile(Executable attack) throws Exception {
        var before = held();
        var over = new AtomicBoolean();
        var most = new long[1];
        var looking = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                most[0] = Math.max(most[0], held());
                try {
                    Thread.sleep(BETWEEN_LOOKS);
                } catch (InterruptedException testOver) {
                    return;
                }
            }
        });
        try {
            attack.execute();
        } catch (Exception | Error failed) {
            throw failed;
        } catch (Throwable other) {
            throw new AssertionError(other);
        } finally {
            over.set(true);
            looking.join();
        }
        return Math.max(most[0], held()) - before;
    }

    /** Bytes, after a collection: it stops all threads for a moment. */
    static long held() {
        System.gc();
        var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        var buffers = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        // Netty's own, which the JDK does not count; -1 when it lets the JDK allocate.
        var netty = Math.max(0, PlatformDependent.usedDirectMemory());
        return heap + buffers + netty;
    }
}
