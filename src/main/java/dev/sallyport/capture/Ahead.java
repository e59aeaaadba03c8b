package dev.sallyport.capture;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** A thread that fills things ahead of who uses them: few, that go round in one order, so that it is never far ahead. */
final class Ahead<T> implements AutoCloseable {

    /** What the thread does, until there is no more. */
    @FunctionalInterface
    interface Work<T> {
        void fill(Ahead<T> ahead) throws CaptureException, InterruptedException;
    }

    private final BlockingQueue<T> empty;
    /** Nothing behind the last. */
    private final BlockingQueue<Optional<T>> full = new LinkedBlockingQueue<>();
    private final Thread thread;
    /** Why there is no more; written before the end is handed over. */
    private @Nullable Throwable failure;

    Ahead(String name, List<T> things, Work<T> work) {
        empty = new LinkedBlockingQueue<>(things);
        thread = Thread.ofPlatform().name(name).daemon().start(() -> work(work));
    }

    private void work(Work<T> work) {
        try {
            work.fill(this);
        } catch (InterruptedException _) {
            // Nobody wants more.
        } catch (Throwable thrown) {
            failure = thrown;
        } finally {
            full.add(Optional.empty());
        }
    }

    // ---- Who fills ----

    T empty() throws InterruptedException {
        return empty.take();
    }

    void filled(T thing) {
        full.add(Optional.of(thing));
    }

    // ---- Who uses ----

    /**
     * The next in turn.
     *
     * @return null behind the last, once and no more
     * @throws CaptureException when there is no more since the work has failed
     */
    @Nullable T next() throws CaptureException {
        try {
            var next = full.take().orElse(null);
            return next == null ? end() : next;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CaptureException("interrupted while a capture was read.", interrupted);
        }
    }

    private @Nullable T end() throws CaptureException {
        switch (failure) {
            case null -> {
                return null;
            }
            case CaptureException told -> throw told;
            case Throwable unexpected -> throw new IllegalStateException("a capture's reader has failed", unexpected);
        }
    }

    void used(T thing) {
        empty.add(thing);
    }

    /** Whatever is not done is not done any more. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
