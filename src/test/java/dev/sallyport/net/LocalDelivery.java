package dev.sallyport.net;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Which TCP packets a host delivers to its own user space: a table of the tests' own counts them at the hook that all of
 * them pass, and forwarded ones never.
 */
public final class LocalDelivery {
    private static final Pattern ELEMENT = Pattern.compile("(\\S+) \\. (\\S+) counter packets (\\d+) bytes (\\d+)");

    private final Host host;

    /** Packets from a port to a port, with their bytes and those of their headers. */
    public record Delivered(int sourcePort, int destinationPort, long packets, long bytes) {}

    private LocalDelivery(Host host) {
        this.host = host;
    }

    public static LocalDelivery watch(Host host) throws Exception {
        host.nft("""
                table inet witness {
                    set delivered { type inet_service . inet_service; size 65535; flags dynamic; counter; }
                    chain input {
                        type filter hook input priority 300;
                        meta l4proto tcp update @delivered { tcp sport . tcp dport }
                    }
                }
                """);
        return new LocalDelivery(host);
    }

    public List<Delivered> delivered() throws Exception {
        return ELEMENT.matcher(host.require("nft", "-n", "list", "set", "inet", "witness", "delivered")).results()
                .map(found -> new Delivered(
                        Integer.parseInt(found.group(1)),
                        Integer.parseInt(found.group(2)),
                        Long.parseLong(found.group(3)),
                        Long.parseLong(found.group(4))))
                .toList();
    }

    /** The deliveries that have this port at neither end. */
    public List<Delivered> otherThan(int port) throws Exception {
        return delivered().stream()
                .filter(one -> one.sourcePort() != port && one.destinationPort() != port)
                .toList();
    }
}
