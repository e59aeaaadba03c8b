package dev.sallyport.cli;

import dev.sallyport.capture.CaptureException;
import dev.sallyport.capture.LiveCapture;
import dev.sallyport.capture.LiveCapture.Drops;
import dev.sallyport.lab.watch.Watch;
import org.jspecify.annotations.Nullable;

/** Brings the packets of an interface, and the time, to a {@link Watch} until it is to stop. */
final class LiveWatch {

    private static final long TICK_MILLIS = 1_000;
    /** What was captured by then has come here. */
    private static final long LATENESS_MILLIS = 1_000;

    private final LiveCapture capture;
    private final Watch watch;
    private final WatchLines lines;
    private final StopSignal stop;
    private volatile Drops drops = new Drops(0, 0);
    private long toldDrops;
    private volatile @Nullable Throwable failed;

    LiveWatch(LiveCapture capture, Watch watch, WatchLines lines, StopSignal stop) {
        this.capture = capture;
        this.watch = watch;
        this.lines = lines;
        this.stop = stop;
    }

    /** What the capture has lost, as of the last second. */
    Drops drops() {
        return drops;
    }

    /** Until a signal comes. @return why it ended before; null when one came */
    @Nullable CaptureException run() throws InterruptedException {
        var packets = Thread.ofPlatform().name("capture").daemon().start(this::capture);
        var clock = Thread.ofPlatform().name("clock").daemon().start(this::ticks);
        try {
            stop.await();
        } finally {
            capture.stop();
            packets.join();
            clock.interrupt();
            clock.join();
            drops = capture.drops();
        }
        return switch (failed) {
            case CaptureException gone -> gone;
            case RuntimeException bug -> throw bug;
            case Error bug -> throw bug;
            case null, default -> null;
        };
    }

    private void capture() {
        try {
            capture.run(watch::packet);
        } catch (CaptureException | RuntimeException | Error failure) {
            failed = failure;
        } finally {
            stop.ask();
        }
    }

    private void ticks() {
        try {
            while (!Thread.interrupted()) {
                Thread.sleep(TICK_MILLIS);
                watch.tick((System.currentTimeMillis() - LATENESS_MILLIS) * 1_000_000);
                tell(capture.drops());
            }
        } catch (InterruptedException _) {
            // It is over.
        } catch (RuntimeException | Error bug) {
            failed = bug;
            stop.ask();
        }
    }

    /** Each time when there are twice as many as when it was told last. */
    private void tell(Drops now) {
        drops = now;
        var all = now.kernel() + now.networkInterface();
        if (all > 0 && all >= toldDrops * 2) {
            toldDrops = all;
            lines.tell("dropped",
                    "%,d packets were dropped by the kernel and %,d by the interface: sessions may have gaps; a larger --buffer helps"
                            .formatted(now.kernel(), now.networkInterface()),
                    "kernel", now.kernel(), "interface", now.networkInterface());
        }
    }
}
