package dev.sallyport.lab.bench;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.lab.host.Child;
import dev.sallyport.lab.host.Children;
import dev.sallyport.lab.host.LabFailure;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A way from the bench client to the bench server. */
interface Variant {

    /** One word for tables and for JSON. */
    String name();

    /** Where the client connects. */
    Endpoint control();

    /** When TLS begins there. */
    default Security security() {
        return Security.CLEAR;
    }

    /** Whom the client calls, and how. */
    default Target target() {
        return new Target(control(), security());
    }

    /** Starts what stands in the way; null when no process does. */
    @Nullable Child start(Children children) throws LabFailure;

    /** Asks what stands in the way for its metrics, where it has any, once for each measure of small transfers. @return why in vain */
    default CompletableFuture<Optional<String>> scrape() {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    /** The client speaks with the server itself. */
    record Direct(Endpoint control, Security security) implements Variant {
        @Override
        public String name() {
            return "direct";
        }

        @Override
        public @Nullable Child start(Children children) {
            return null;
        }
    }
}
