package dev.sallyport.lab.bench;

import dev.sallyport.lab.host.LabFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** What processors have worked since a machine or a process was started, for programs and in the kernel. */
final class CpuTime {
    /** Of the file, whatever the kernel's own clock is (USER_HZ). */
    private static final int TICKS_PER_SECOND = 100;

    /** In {@code /proc/PID/stat} behind the name: utime, stime, and of the children that have ended cutime, cstime. */
    private static final int FIRST_OF_PROCESS = 11;
    private static final int LAST_OF_PROCESS = 14;

    private CpuTime() {}

    /** Of a process, with those that it has started, which may have ended. */
    static Duration of(ProcessHandle process) {
        return Stream.concat(Stream.of(process), process.descendants()).map(CpuTime::ofOne).reduce(Duration.ZERO, Duration::plus);
    }

    private static Duration ofOne(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            String[] words = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            long ticks = 0;
            for (int i = FIRST_OF_PROCESS; i <= LAST_OF_PROCESS; i++) {
                ticks += Long.parseLong(words[i]);
            }
            return ofTicks(ticks);
        } catch (IOException e) {
            // It has ended, and what it worked is its parent's to tell.
            return Duration.ZERO;
        }
    }

    private static Duration ofTicks(long ticks) {
        return Duration.ofMillis(ticks * 1000 / TICKS_PER_SECOND);
    }

    /** Of the machine. The first line of {@code /proc/stat}: user, nice, system, idle, iowait, irq, softirq; what follows is not ours. */
    static Duration now() throws LabFailure {
        try {
            String[] words = Files.readAllLines(Path.of("/proc/stat")).getFirst().split(" +", -1);
            long ticks = 0;
            for (int i : new int[] {1, 2, 3, 6, 7}) {
                ticks += Long.parseLong(words[i]);
            }
            return ofTicks(ticks);
        } catch (IOException e) {
            throw new LabFailure("cannot read the processors' time: " + e, e);
        }
    }
}
