package dev.sallyport.proxy;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The address that servers see the gateway's connections come from. */
public sealed interface SourceAddress {

    /** The gateway's own, as routing chooses it. */
    record Routed() implements SourceAddress {}

    /** The client's own address, and its port where that is free. Needs an interception, which brings the answers back. */
    record OfClient() implements SourceAddress {}

    /** Addresses of the gateway, at most one of each family; a family that is missing is routed. */
    record Own(List<InetAddress> addresses) implements SourceAddress {

        public Own {
            addresses = List.copyOf(addresses);
        }

        /** The one of the same family; null when there is none. */
        public @Nullable InetAddress towards(InetAddress target) {
            return addresses.stream().filter(own -> own.getClass() == target.getClass()).findFirst().orElse(null);
        }
    }
}
