package dev.sallyport.faults;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a test does beside its main line; joining it throws what went wrong. */
final class Aside {

    private Aside() {}

    static CompletableFuture<Void> run(ThrowingCallable work) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        work.call();
                    } catch (Throwable failed) {
                        throw new CompletionException(failed);
                    }
                },
                Thread::startVirtualThread);
    }

    /** Talks until the gateway has had enough and closes, or the test does. */
    static CompletableFuture<Void> untilCut(ThrowingCallable talking) {
        return run(() -> {
            try {
                talking.call();
            } catch (IOException cut) {
                // As it should be.
            }
        });
    }
}
