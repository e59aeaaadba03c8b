package dev.sallyport.ftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;

/** Bounds of work that go by the processor, not by the clock: other processes may keep the machine busy. */
public final class ProcessorTime {

    private ProcessorTime() {}

    /** Does it on this thread; fails when that has kept a processor busy for longer. */
    public static void atMost(Duration most, Runnable work) {
        var threads = ManagementFactory.getThreadMXBean();
        var since = threads.getCurrentThreadCpuTime();
        work.run();
        assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - since)).as("processor time").isLessThanOrEqualTo(most);
    }
}
