package dev.sallyport.net;

import dev.sallyport.peers.Family;
import dev.sallyport.peers.Requirements;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Five hosts, each other four linked to the gateway, which forwards between them:
 *
 * <pre>
 * client  192.0.2.10   2001:db8:c::10 ─── client   ┌─────────┐ server   ─── 198.51.100.20  2001:db8:5::20  server
 * second  192.0.2.74   2001:db8:d::10 ─── second   │ gateway │ attacker ─── 203.0.113.66   2001:db8:a::66  attacker
 *                                                  └─────────┘
 * </pre>
 *
 * The gateway's interfaces are named after the host behind them; on the link to each its address is the one that ends in 1.
 */
public final class Network implements AutoCloseable {

    /** Where the gateway stands (design §1). */
    public enum Topology {
        ROUTED,
        /** The gateway has {@link #VIP} as an address of its own. */
        VIP,
        /** The server knows no way to anybody but the gateway on its own link. */
        OUTBOUND
    }

    /** The names of the gateway's interfaces, and of the hosts behind them. */
    public static final List<String> INSIDE = List.of("client", "second");

    public static final List<String> OUTSIDE = List.of("server", "attacker");

    public static final Address CLIENT = new Address("192.0.2.10", "2001:db8:c::10");
    public static final Address SECOND = new Address("192.0.2.74", "2001:db8:d::10");
    public static final Address SERVER = new Address("198.51.100.20", "2001:db8:5::20");
    public static final Address ATTACKER = new Address("203.0.113.66", "2001:db8:a::66");
    /** The gateway on the clients' link, and on the server's. */
    public static final Address GATEWAY_INSIDE = new Address("192.0.2.1", "2001:db8:c::1");

    public static final Address GATEWAY_OUTSIDE = new Address("198.51.100.1", "2001:db8:5::1");
    public static final Address VIP = new Address("203.0.113.1", "2001:db8:f::1");

    private static final List<Link> LINKS = List.of(
            new Link("client", CLIENT, GATEWAY_INSIDE, 26),
            new Link("second", SECOND, new Address("192.0.2.65", "2001:db8:d::1"), 26),
            new Link("server", SERVER, GATEWAY_OUTSIDE, 24),
            new Link("attacker", ATTACKER, new Address("203.0.113.65", "2001:db8:a::1"), 26));

    private static final String PREFIX = "sallyport-";
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Path NAMESPACES = Path.of("/run/netns");

    /** An address of either family. */
    public record Address(String four, String six) {
        public String in(Family family) {
            return family == Family.IPV4 ? four : six;
        }
    }

    private record Link(String host, Address address, Address gateway, int prefix4) {}

    private final Map<String, Host> hosts = new LinkedHashMap<>();
    private final Path work;

    private Network(Path work, String base, List<String> names) {
        this.work = work;
        for (String name : names) {
            hosts.put(name, new Host(name, base + name, work));
        }
    }

    private interface Plan {
        void build(Network network) throws Exception;
    }

    /** Makes the network; skips the test where this user may not. */
    public static Network open(Topology topology) throws Exception {
        return open(List.of("gateway", "client", "second", "server", "attacker"), network -> network.link(topology));
    }

    /** The gateway without the others: whoever is in it has all its ports, and its loopback is theirs alone. */
    public static Network ofGatewayAlone() throws Exception {
        return open(List.of("gateway"), network -> network.gateway().configure("link set lo up\n"));
    }

    private static Network open(List<String> names, Plan plan) throws Exception {
        Requirements.root("a network of its own is made of namespaces");
        Stream.of("ip", "nft").forEach(Requirements::program);
        discardLeftOvers();
        String base = PREFIX + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet() + "-";
        var network = new Network(Files.createTempDirectory("network"), base, names);
        try {
            network.makeHosts();
            plan.build(network);
            return network;
        } catch (Throwable e) {
            network.close();
            throw e;
        }
    }

    public Host client() {
        return host("client");
    }

    public Host second() {
        return host("second");
    }

    public Host server() {
        return host("server");
    }

    public Host attacker() {
        return host("attacker");
    }

    public Host gateway() {
        return host("gateway");
    }

    private Host host(String name) {
        return java.util.Objects.requireNonNull(hosts.get(name), name);
    }

    private void makeHosts() throws Exception {
        var namespaces = new StringBuilder();
        hosts.values().forEach(host -> namespaces.append("netns add ").append(host.namespace()).append('\n'));
        Commands.run(namespaces.toString(), "ip", "-batch", "-");
        for (Host host : hosts.values()) {
            // Addresses are to be usable at once, not after a second of asking whether someone has them. Interfaces take this
            // over when they are made.
            host.set("ipv6/conf/default/accept_dad", 0);
            host.set("ipv6/conf/all/accept_dad", 0);
            host.set("ipv6/conf/all/disable_ipv6", 0);
        }
    }

    private void link(Topology topology) throws Exception {
        var links = new StringBuilder();
        for (Link link : LINKS) {
            // The two ends have different numbers: the kernel takes a change of a link with equal ones for less urgent, and
            // IPv6 would stay deaf for up to a second.
            links.append("link add eth0 index 100 netns %s type veth peer name %s netns %s\n"
                    .formatted(host(link.host).namespace(), link.host, gateway().namespace()));
        }
        Commands.run(links.toString(), "ip", "-batch", "-");
        for (Link link : LINKS) {
            host(link.host).configure("""
                    link set lo up
                    addr add %s/%d dev eth0
                    addr add %s/64 dev eth0 nodad
                    link set eth0 up
                    """.formatted(link.address.four, link.prefix4, link.address.six)
                    + (topology == Topology.OUTBOUND && link.host.equals("server") ? "" : """
                    route add default via %s
                    route add default via %s
                    """.formatted(link.gateway.four, link.gateway.six)));
        }
        var gateway = new StringBuilder("link set lo up\n");
        for (Link link : LINKS) {
            gateway.append("""
                    addr add %s/%d dev %s
                    addr add %s/64 dev %3$s nodad
                    link set %3$s up
                    """.formatted(link.gateway.four, link.prefix4, link.host, link.gateway.six));
        }
        if (topology == Topology.VIP) {
            gateway.append("addr add %s/32 dev lo\naddr add %s/128 dev lo\n".formatted(VIP.four, VIP.six));
        }
        gateway().configure(gateway.toString());
        gateway().set("ipv4/ip_forward", 1);
        gateway().set("ipv6/conf/all/forwarding", 1);
    }

    /** Removes the hosts, and ends what still runs in them. */
    @Override
    public void close() {
        try {
            Host.discard(present(hosts.values().stream().map(Host::namespace).toList()));
            try (Stream<Path> files = Files.list(work)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(work);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Removes what runs of this class have left behind that were killed. */
    static synchronized void discardLeftOvers() throws IOException, InterruptedException {
        if (!Files.isDirectory(NAMESPACES)) {
            return;
        }
        try (Stream<Path> names = Files.list(NAMESPACES)) {
            Host.discard(names.map(path -> path.getFileName().toString()).filter(Network::abandoned).toList());
        }
    }

    private static boolean abandoned(String namespace) {
        String[] parts = namespace.split("-", 4);
        return namespace.startsWith(PREFIX)
                && parts.length == 4
                && parts[1].matches("\\d+")
                && ProcessHandle.of(Long.parseLong(parts[1])).isEmpty();
    }

    private static List<String> present(List<String> namespaces) {
        return namespaces.stream().filter(name -> Files.exists(NAMESPACES.resolve(name))).toList();
    }

    @Override
    public String toString() {
        return Arrays.toString(hosts.values().stream().map(Host::namespace).toArray());
    }
}
