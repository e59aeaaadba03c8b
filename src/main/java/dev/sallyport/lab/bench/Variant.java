package dev.sallyport.lab.bench;

import dev.sallyport.ftp.Endpoint;
import org.jspecify.annotations.Nullable;

/** A way from the bench client to the bench server. */
interface Variant {

    /** One word for tables and for JSON. */
    String name();

    /** Where the client connects. */
    Endpoint control();

    /** Starts what stands in the way; null when no process does. */
    @Nullable Child start(Children children) throws BenchFailure;

    /** The client speaks with the server itself. */
    record Direct(Endpoint control) implements Variant {
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
