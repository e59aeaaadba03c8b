package dev.sallyport.cli;

import java.io.IOException;
import java.util.Locale;
import java.util.Objects;

/** Words for an address that cannot be listened on: what the system said, what it means, how to mend it. */
final class ListenFailure {

    private ListenFailure() {}

    /** @param mend what to change, such as {@code another address with --listen} */
    static String sentence(IOException failed, String mend) {
        // Netty puts the system call and its number before the system's words.
        var said = Objects.requireNonNullElse(failed.getMessage(), failed.toString())
                .replaceAll("[a-z]+\\(\\.\\.\\) failed with error\\(-?[0-9]+\\): ", "");
        var lower = said.toLowerCase(Locale.ROOT);
        var means = lower.contains("in use") ? "Stop the program that listens there, or choose " + mend + "."
                : lower.contains("permission denied") ? "Ports below 1024 need root or CAP_NET_BIND_SERVICE; or choose " + mend + "."
                : lower.contains("cannot assign") ? "This machine has no such address; choose " + mend + "."
                : "Choose " + mend + ".";
        return said + ". " + means;
    }
}
