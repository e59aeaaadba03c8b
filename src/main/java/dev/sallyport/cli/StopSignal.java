package dev.sallyport.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import sun.misc.Signal;

/**
 * Waits for the process to be asked to stop: SIGINT, SIGTERM, or SIGHUP of a terminal that closes. A second signal ends the
 * process at once. A service has no terminal that could close: there SIGHUP may mean something else.
 *
 * <p>The JDK's own way, a shutdown hook, would not do: a process that ends from a signal through hooks reports the signal
 * as its exit code however well it stopped, and a second signal waits for the hooks of the first.
 */
final class StopSignal {

    private static final List<String> SIGNALS = List.of("INT", "TERM", "HUP");

    /** What shells report for a process that a signal ended. */
    private static final int ENDED_BY_SIGNAL = 128;

    private final CountDownLatch asked = new CountDownLatch(1);
    private volatile Runnable lastly = () -> {};
    private @Nullable Runnable onHangUp;
    private boolean hungUp;

    private StopSignal() {}

    /** From here on signals are taken. */
    static StopSignal install() {
        var stop = new StopSignal();
        SIGNALS.forEach(name -> Signal.handle(new Signal(name), stop::received));
        if (!hasTerminal()) {
            Signal.handle(new Signal("HUP"), _ -> stop.hungUp());
        }
        return stop;
    }

    /** What must be done even when a second signal ends the process at once. */
    void lastly(Runnable action) {
        lastly = action;
    }

    /** What SIGHUP means to a process without a terminal. One that came before this is not lost. */
    synchronized void onHangUp(Runnable action) {
        onHangUp = action;
        if (hungUp) {
            hungUp();
        }
    }

    private synchronized void hungUp() {
        hungUp = onHangUp == null;
        if (onHangUp != null) {
            Thread.ofVirtual().name("hang-up").start(onHangUp);
        }
    }

    /** Whether a terminal controls this process: only then does it open under this name (tty(4)). */
    private static boolean hasTerminal() {
        try (var _ = Files.newByteChannel(Path.of("/dev/tty"))) {
            return true;
        } catch (IOException none) {
            return false;
        }
    }

    /** Has {@link #await} end as if a signal had come. */
    void ask() {
        asked.countDown();
    }

    /** Whether it is to stop. */
    boolean asked() {
        return asked.getCount() == 0;
    }

    void await() throws InterruptedException {
        asked.await();
    }

    private synchronized void received(Signal signal) {
        if (asked.getCount() == 0) {
            lastly.run();
            Runtime.getRuntime().halt(ENDED_BY_SIGNAL + signal.getNumber());
        }
        asked.countDown();
    }
}
