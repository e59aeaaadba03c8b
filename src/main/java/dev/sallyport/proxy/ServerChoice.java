package dev.sallyport.proxy;

import static java.util.stream.Collectors.joining;

import dev.sallyport.ftp.Network;
import java.net.InetAddress;
import java.util.List;

/** Which server a client comes to. */
public sealed interface ServerChoice {

    /** The same for all. */
    record Fixed(ServerAddress address) implements ServerChoice {

        @Override
        public String toString() {
            return address.toString();
        }
    }

    /**
     * The one that the client meant when its connection was intercepted.
     *
     * @param allowed where servers may be; empty for everywhere
     */
    record Original(List<Network> allowed) implements ServerChoice {

        public Original {
            allowed = List.copyOf(allowed);
        }

        public boolean allows(InetAddress server) {
            return allowed.isEmpty() || allowed.stream().anyMatch(network -> network.contains(server));
        }

        @Override
        public String toString() {
            return "the servers that clients connect to"
                    + (allowed.isEmpty() ? "" : allowed.stream().map(Network::toString).collect(joining(", ", " in ", "")));
        }
    }
}
