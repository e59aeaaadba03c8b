package dev.sallyport.lab.bench;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.lab.host.Children;
import dev.sallyport.lab.host.LabFailure;
import dev.sallyport.lab.host.Namespaces;
import dev.sallyport.lab.host.Place;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * One client, one server, and between them a gateway for each variant, all up at once:
 *
 * <pre>
 *               192.0.2.4i+2   ┌───────────┐ 198.51.100.4i+2
 *        client ───────────────│ gateway i │─────────────── server
 *                     192.0.2.4i+1   198.51.100.4i+1
 * </pre>
 *
 * The address at which the client calls the server says through which gateway it goes, so that the same two processes measure
 * all variants in turn.
 */
final class BenchNetwork {
    private static final String PREFIX = "sallyport-bench-";

    /**
     * Where connections of a benchmark leave the packet filter's table, and TIME-WAIT, before the table is full: at 15,000
     * transfers a second Linux's own two minutes would fill any.
     */
    private static final List<String> LIMITS = List.of(
            "ipv4/tcp_max_tw_buckets=8192", "netfilter/nf_conntrack_tcp_timeout_time_wait=5", "ipv4/tcp_max_syn_backlog=4096");

    /** What most that are connected at once are counted for in the packet filter's table, with those just ended. */
    private static final long ENOUGH_FLOWS = 200_000;

    /** A variant's gateway: its addresses, and how the server is called through it. */
    record Seat(Place gateway, InetAddress inside, InetAddress outside, Endpoint server) {}

    private final String base = Namespaces.base(PREFIX);
    private final Place client = Place.in(base + "client");
    private final Place server = Place.in(base + "server");
    private final List<Seat> seats = new ArrayList<>();

    private BenchNetwork() {}

    /** Makes it; it is removed after the last of the benchmark's processes. */
    static BenchNetwork open(Children children, int gateways, Port port) throws LabFailure {
        Namespaces.discardAbandoned(PREFIX);
        BenchNetwork network = new BenchNetwork();
        children.afterwards(network::remove);
        for (Place place : List.of(network.client, network.server)) {
            make(place);
        }
        for (int i = 0; i < gateways; i++) {
            network.addGateway(i, port);
        }
        return network;
    }

    Place client() {
        return client;
    }

    Place server() {
        return server;
    }

    Seat seat(int i) {
        return seats.get(i);
    }

    private void addGateway(int i, Port port) throws LabFailure {
        Place gateway = Place.in(base + "gateway" + i);
        make(gateway);
        gateway.run("1", "tee", "/proc/sys/net/ipv4/ip_forward");
        String inside = "192.0.2.";
        String outside = "198.51.100.";
        int gate = 4 * i + 1;
        int end = gate + 1;
        Place.HERE.run("""
                link add inside netns %1$s type veth peer name g%2$d netns %3$s
                link add outside netns %1$s type veth peer name g%2$d netns %4$s
                """.formatted(name(gateway), i, name(client), name(server)), "ip", "-batch", "-");
        gateway.run("""
                addr add %s%d/30 dev inside
                addr add %s%2$d/30 dev outside
                link set inside up
                link set outside up
                """.formatted(inside, gate, outside), "ip", "-batch", "-");
        leaf(client, i, inside + end, outside + 4 * i, inside + gate);
        leaf(server, i, outside + end, inside + 4 * i, outside + gate);
        seats.add(new Seat(gateway, InetAddress.ofLiteral(inside + gate), InetAddress.ofLiteral(outside + gate),
                new Endpoint(InetAddress.ofLiteral(outside + end), port)));
    }

    private static void leaf(Place place, int i, String address, String beyond, String gateway) throws LabFailure {
        place.run("""
                addr add %s/30 dev g%d
                link set g%2$d up
                route add %s/30 via %s
                """.formatted(address, i, beyond, gateway), "ip", "-batch", "-");
    }

    private static void make(Place place) throws LabFailure {
        try {
            Place.HERE.run("", "ip", "netns", "add", name(place));
        } catch (LabFailure e) {
            throw LabFailure.beforeStart("a network of namespaces needs root, and ip: " + e.getMessage());
        }
        place.run("link set lo up\n", "ip", "-batch", "-");
        for (String limit : LIMITS) {
            String[] parts = limit.split("=", 2);
            place.run(parts[1], "tee", "/proc/sys/net/" + parts[0]);
        }
        long flows = Long.parseLong(place.run("", "cat", "/proc/sys/net/netfilter/nf_conntrack_max").strip());
        if (flows < ENOUGH_FLOWS) {
            // A namespace's own is read-only; that of the host is not the benchmark's to change.
            throw LabFailure.beforeStart("a table of " + flows + " flows fills up, and a full one looks like a dead gateway:"
                    + " sysctl -w net.netfilter.nf_conntrack_max=262144");
        }
    }

    private static String name(Place place) {
        return place.namespace().orElseThrow();
    }

    private void remove() {
        Namespaces.discard(base);
    }
}
