package dev.sallyport.session;

import dev.sallyport.ftp.Verb;
import org.jspecify.annotations.Nullable;

/** A transfer between its command and its end. Mutable; the ledger's own. */
final class RunningTransfer {

    final Verb verb;
    final String argument;
    final long startNanos;

    @Nullable DataConnection data;
    int finalCode;
    /** Whether the final reply came, or never will. */
    boolean replied;
    /** When, on the engine's clock. */
    long repliedNanos;

    boolean ended;

    RunningTransfer(Verb verb, String argument, long startNanos) {
        this.verb = verb;
        this.argument = argument;
        this.startNanos = startNanos;
    }

    /** Whether the server has said that all went well. */
    boolean succeeded() {
        return replied && finalCode >= 200 && finalCode < 400;
    }
}
