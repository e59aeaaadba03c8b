package dev.sallyport.lab.trial;

import dev.sallyport.lab.host.Child;
import dev.sallyport.lab.host.Children;
import dev.sallyport.lab.host.LabFailure;
import java.time.Duration;
import java.util.List;

/**
 * Watches a firewall from inside: its packet filter's way with each packet, through a table of the lab's own that lets everything
 * pass and marks it for tracing, and what goes by on both of its legs.
 */
final class Observer {
    /** Family and name. */
    static final String TABLE = "inet sallyport_lab";

    /** Where datagrams go that only say that all before them has been seen. */
    private static final int MARKER = 65001;

    private static final int LAST_MARKER = MARKER + 8;

    private static final String TRACE = """
            table %1$s {
                chain in {
                    type filter hook prerouting priority -350; policy accept;
                    meta l4proto { tcp, icmp, ipv6-icmp } meta nftrace set 1
                    udp dport %2$d-%3$d meta nftrace set 1
                }
                chain out {
                    type filter hook output priority -350; policy accept;
                    meta l4proto { tcp, icmp, ipv6-icmp } meta nftrace set 1
                }
            }
            """.formatted(TABLE, MARKER, LAST_MARKER);

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final TrialNetwork network;
    private final Child trace;
    private final Child inside;
    private final Child outside;
    private int marker = MARKER;

    /**
     * What was seen.
     *
     * @param inside what went by between clients and firewall
     * @param outside the same between firewall and server
     */
    record Seen(List<Drop> drops, List<Packet> inside, List<Packet> outside) {}

    private Observer(TrialNetwork network, Child trace, Child inside, Child outside) {
        this.network = network;
        this.trace = trace;
        this.inside = inside;
        this.outside = outside;
    }

    /** Marks all packets for tracing, for whoever looks. */
    static void install(TrialNetwork network) throws LabFailure {
        network.gateway.run(TRACE, "nft", "-f", "-");
    }

    /** Begins to watch; what is in place already is known by its rules. */
    static Observer start(Children children, TrialNetwork network, String id) throws LabFailure {
        install(network);
        Observer observer = new Observer(
                network,
                children.start(id + "-trace", network.gateway.command(List.of("nft", "monitor", "trace"))),
                dump(children, network, id, network.interfaces.inside()),
                dump(children, network, id, network.interfaces.outside()));
        observer.awaitMarker();
        return observer;
    }

    /** Ends it. */
    Seen seen() throws LabFailure {
        marker++;
        awaitMarker();
        String chains = network.gateway.run("", "nft", "list", "chains");
        Seen seen = new Seen(TraceReader.drops(chains, trace.written()),
                LegReader.packets(inside.written()), LegReader.packets(outside.written()));
        for (Child child : List.of(trace, inside, outside)) {
            child.close();
        }
        return seen;
    }

    /** Short packets and much room: on a busy machine many wait until they are looked at. */
    private static Child dump(Children children, TrialNetwork network, String id, String device) throws LabFailure {
        return children.start(id + "-leg-" + device, network.gateway.command(List.of(
                "tcpdump", "-i", device, "-nn", "-t", "-l", "--immediate-mode", "-Z", "root", "-s", "500", "-B", "16384",
                "tcp or icmp or icmp6 or udp portrange " + MARKER + "-" + LAST_MARKER)));
    }

    /** Sends a datagram to the firewall from either side until all who watch have seen it. */
    private void awaitMarker() throws LabFailure {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        do {
            for (Child child : List.of(trace, inside, outside)) {
                child.requireAlive();
            }
            if (System.nanoTime() - deadline > 0) {
                throw new LabFailure("what goes by at the firewall is not seen" + trace.logTail() + inside.logTail() + outside.logTail());
            }
            network.client.run("", "bash", "-c", "echo > /dev/udp/" + TrialNetwork.GATEWAY_INSIDE.four() + "/" + marker);
            network.server.run("", "bash", "-c", "echo > /dev/udp/" + TrialNetwork.GATEWAY_OUTSIDE.four() + "/" + marker);
            Child.pause(Duration.ofMillis(30));
        } while (!(trace.written().contains("dport " + marker + " ")
                && inside.written().contains("." + marker + ": UDP")
                && outside.written().contains("." + marker + ": UDP")));
    }
}
