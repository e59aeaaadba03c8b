package dev.sallyport.session;

import dev.sallyport.ftp.Verb;
import org.jspecify.annotations.Nullable;

/** A transfer between its command and its end. Mutable; the ledger's own. */
final class RunningTransfer {

    final Verb verb;
    final String argument;
    final long startNanos;

    @Nullable DataConnection data;
    /** Whether the server has said that it begins. */
    boolean begun;
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

    /**
     * Whether the server's last word says that there was a data connection: all went well, or it was aborted (426), or something
     * else went wrong after the beginning than that it could not be opened (425; RFC 959 §4.2.2).
     */
    boolean hadConnection() {
        return replied && finalCode >= 200 && (finalCode < 400 || finalCode == 426 || begun && finalCode != 425);
    }
}
