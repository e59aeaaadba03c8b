package dev.sallyport.lab.bench;

import java.io.IOException;

/** Ends a process of the benchmark together with the one that started it, even if that one was killed and could clean up nothing. */
final class ParentWatch {
    private ParentWatch() {}

    /** Returns when standard input, which the parent holds open and writes nothing to, is closed. */
    static void awaitEnd() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is expected here but the end.
            }
        } catch (IOException e) {
            // A broken pipe says the same as its end.
        }
    }
}
