package dev.sallyport.lab.trial;

import dev.sallyport.lab.host.Children;
import dev.sallyport.lab.host.LabFailure;
import dev.sallyport.lab.host.Namespaces;
import dev.sallyport.lab.host.Place;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Three hosts in a row. Each cell of the matrix has an address of its own on the client, and but for a virtual address on the
 * server too:
 *
 * <pre>
 * client  192.0.2.10+n       .1 ┌──────────┐ .1   198.51.100.20+n   server
 *         2001:db8:c::10+n  ::1 │ firewall │ ::1  2001:db8:5::20+n
 *                               └──────────┘
 *                     203.0.113.1, 2001:db8:f::1 (vip)
 * </pre>
 */
final class TrialNetwork {
    static final Address VIP = new Address("203.0.113.1", "2001:db8:f::1");
    static final Address GATEWAY_INSIDE = new Address("192.0.2.1", "2001:db8:c::1");
    static final Address GATEWAY_OUTSIDE = new Address("198.51.100.1", "2001:db8:5::1");

    /** How many cells there are addresses for. */
    static final int MOST_CELLS = 200;

    private static final String PREFIX = "sallyport-lab-";
    private static final AtomicInteger COUNT = new AtomicInteger();

    final Topology topology;
    final List<Family> families;
    final Interfaces interfaces;
    final Place client;
    final Place gateway;
    final Place server;

    /** The names of the firewall's interfaces. */
    record Interfaces(String inside, String outside) {}

    private TrialNetwork(LabSettings settings, String base) {
        topology = settings.topology();
        families = settings.families();
        interfaces = settings.interfaces();
        client = Place.in(base + "client");
        gateway = Place.in(base + "gateway");
        server = Place.in(base + "server");
    }

    /** Makes it; it is removed after the last of the run's processes. @param cells how many have addresses */
    static TrialNetwork open(Children children, LabSettings settings, int cells) throws LabFailure {
        if (cells > MOST_CELLS) {
            throw new IllegalArgumentException(cells + " cells");
        }
        Namespaces.discardAbandoned(PREFIX);
        String base = Namespaces.base(PREFIX) + COUNT.incrementAndGet() + "-";
        TrialNetwork network = new TrialNetwork(settings, base);
        children.make(() -> network.build(cells), () -> Namespaces.discard(base));
        return network;
    }

    static Address client(int cell) {
        return new Address("192.0.2." + (10 + cell), "2001:db8:c::" + (10 + cell));
    }

    /** Where a cell's server is. */
    Address server(int cell) {
        int own = topology == Topology.VIP ? 0 : cell;
        return new Address("198.51.100." + (20 + own), "2001:db8:5::" + (20 + own));
    }

    /** What a cell's client calls. */
    Address called(int cell) {
        return topology == Topology.VIP ? VIP : server(cell);
    }

    /** Whether one of the ends has an address of a cell's. */
    boolean belongs(Cell cell, Flow flow) {
        return belongs(cell, flow.source()) || belongs(cell, flow.destination());
    }

    private boolean belongs(Cell cell, String address) {
        return address.equals(client(cell.number()).in(cell.family()))
                || topology != Topology.VIP && address.equals(server(cell.number()).in(cell.family()));
    }

    private void build(int cells) throws LabFailure {
        for (Place place : List.of(client, gateway, server)) {
            try {
                Place.HERE.run("", "ip", "netns", "add", name(place));
            } catch (LabFailure e) {
                throw LabFailure.beforeStart("a network of namespaces needs root, and ip: " + e.getMessage());
            }
            // Addresses are to be usable at once, not after a second of asking whether someone has them.
            if (families.contains(Family.IPV6)) {
                set(place, "ipv6/conf/default/accept_dad", "0");
                set(place, "ipv6/conf/all/disable_ipv6", "0");
            }
        }
        // The two ends have different numbers: the kernel takes a change of a link with equal ones for less urgent.
        Place.HERE.run("""
                link add eth0 index 100 netns %1$s type veth peer name %4$s netns %2$s
                link add eth0 index 100 netns %3$s type veth peer name %5$s netns %2$s
                """.formatted(name(client), name(gateway), name(server), interfaces.inside, interfaces.outside), "ip", "-batch", "-");
        // What the hosts say of their own accord comes from the first.
        StringBuilder clients = new StringBuilder(address(client(-1), "eth0"));
        StringBuilder servers = new StringBuilder(address(new Address("198.51.100.19", "2001:db8:5::19"), "eth0"));
        for (int i = 0; i < cells; i++) {
            clients.append(address(client(i), "eth0"));
            servers.append(topology == Topology.VIP && i > 0 ? "" : address(server(i), "eth0"));
        }
        ip(client, clients + "link set eth0 up\n" + routes(GATEWAY_INSIDE));
        ip(server, servers + "link set eth0 up\n" + (topology == Topology.OUTBOUND ? "" : routes(GATEWAY_OUTSIDE)));
        ip(gateway, address(GATEWAY_INSIDE, interfaces.inside) + address(GATEWAY_OUTSIDE, interfaces.outside)
                + "link set %s up\nlink set %s up\n".formatted(interfaces.inside, interfaces.outside)
                + (topology == Topology.VIP ? each(VIP, "addr add %s/32 dev lo\n", "addr add %s/128 dev lo\n") : ""));
        set(gateway, "ipv4/ip_forward", "1");
        if (families.contains(Family.IPV6)) {
            set(gateway, "ipv6/conf/all/forwarding", "1");
        }
    }

    private String address(Address address, String device) {
        return each(address, "addr add %s/24 dev " + device + "\n", "addr add %s/64 dev " + device + " nodad\n");
    }

    private String routes(Address gateway) {
        return each(gateway, "route add default via %s\n", "route add default via %s\n");
    }

    /** A command for the address of each family that the host speaks. */
    private String each(Address address, String four, String six) {
        return four.formatted(address.four()) + (families.contains(Family.IPV6) ? six.formatted(address.six()) : "");
    }

    private static void ip(Place place, String commands) throws LabFailure {
        place.run("link set lo up\n" + commands, "ip", "-batch", "-");
    }

    private static void set(Place place, String parameter, String value) throws LabFailure {
        place.run(value, "tee", "/proc/sys/net/" + parameter);
    }

    private static String name(Place place) {
        return place.namespace().orElseThrow();
    }
}
