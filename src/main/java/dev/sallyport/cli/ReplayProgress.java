package dev.sallyport.cli;

import dev.sallyport.lab.replay.CaptureReading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A bar on the terminal, when reading takes longer than a second. */
final class ReplayProgress implements CaptureReading.Progress {

    private static final long FIRST_NANOS = 1_000_000_000;
    private static final long BETWEEN_NANOS = 200_000_000;
    private static final int WIDTH = 30;

    private final boolean shown;
    private final CaptureReading reading;
    private long dueNanos = System.nanoTime() + FIRST_NANOS;
    private boolean drawn;

    private ReplayProgress(boolean shown, CaptureReading reading) {
        this.shown = shown;
        this.reading = reading;
    }

    /** Where standard error is no terminal, nothing is shown. */
    static ReplayProgress onTerminal(CaptureReading reading) {
        try {
            var device = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return new ReplayProgress(device.startsWith("/dev/pts/") || device.startsWith("/dev/tty"), reading);
        } catch (IOException _) {
            return new ReplayProgress(false, reading);
        }
    }

    @Override
    public void read(Path file, long bytes, long of) {
        if (!shown || System.nanoTime() < dueNanos) {
            return;
        }
        dueNanos = System.nanoTime() + BETWEEN_NANOS;
        drawn = true;
        var share = of == 0 ? 0 : (double) bytes / of;
        var full = (int) (share * WIDTH);
        System.err.printf(Locale.ROOT, "\r\033[K[%s%s] %3d%%  %s  %,d packets",
                "#".repeat(full), "-".repeat(WIDTH - full), (int) (share * 100), file.getFileName(), reading.packets());
        System.err.flush();
    }

    /** Nothing more is read. */
    void end() {
        if (drawn) {
            System.err.print("\r\033[K");
        }
    }
}
