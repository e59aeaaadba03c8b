package dev.sallyport.lab.bench;

import dev.sallyport.lab.host.LabFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What all processors of the machine have worked since it was started, for programs and in the kernel. */
final class CpuTime {
    /** Of the file, whatever the kernel's own clock is (USER_HZ). */
    private static final int TICKS_PER_SECOND = 100;

    private CpuTime() {}

    /** The first line of {@code /proc/stat}: user, nice, system, idle, iowait, irq, softirq; what follows is not ours. */
    static Duration now() throws LabFailure {
        try {
            String[] words = Files.readAllLines(Path.of("/proc/stat")).getFirst().split(" +", -1);
            long ticks = 0;
            for (int i : new int[] {1, 2, 3, 6, 7}) {
                ticks += Long.parseLong(words[i]);
            }
            return Duration.ofMillis(ticks * 1000 / TICKS_PER_SECOND);
        } catch (IOException e) {
            throw new LabFailure("cannot read the processors' time: " + e, e);
        }
    }
}
