package dev.sallyport.lab.trial;

import dev.sallyport.lab.host.Child;
import dev.sallyport.lab.host.Children;
import dev.sallyport.lab.host.LabFailure;
import dev.sallyport.lab.host.Tail;
import dev.sallyport.lab.trial.Sightings.Eye;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Watches a firewall from inside: its packet filter's way with each packet, through tables of the lab's own that let everything
 * pass and mark it for tracing, and what goes by on both of its legs.
 */
final class Observer {
    /** Sees what connections are that leave; of other packets there is nothing left to tell. */
    static final String LAST = "inet sallyport_lab after";

    /** Before all other rules. */
    private static final int FIRST_PRIORITY = -1_000_000_000;

    /** Where datagrams go that only say that all before them has been seen. */
    private static final int MARKER = 65001;

    private static final int LAST_MARKER = MARKER + 1;

    private static final String MARK = "meta l4proto { tcp, icmp, ipv6-icmp } meta nftrace set 1 accept; "
            + "udp dport %d-%d meta nftrace set 1 accept".formatted(MARKER, LAST_MARKER);

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration BETWEEN_MARKERS = Duration.ofMillis(200);
    private static final Duration BETWEEN_READS = Duration.ofMillis(20);

    private final TrialNetwork network;
    private final Sightings sightings;
    private final Map<Eye, Child> watching = new EnumMap<>(Eye.class);
    private final CountDownLatch end = new CountDownLatch(1);
    private CompletableFuture<Void> reading = CompletableFuture.completedFuture(null);

    private Observer(TrialNetwork network, Sightings sightings) {
        this.network = network;
        this.sightings = sightings;
    }

    /** Whether this chain of the lab's is the first that a packet comes to. */
    static boolean isFirst(String chain) {
        return isItsOwn(chain) && !chain.equals(LAST);
    }

    /** Whether a chain is one of the lab's. */
    static boolean isItsOwn(String chain) {
        return chain.startsWith("inet sallyport_lab ") || chain.startsWith("netdev sallyport_lab ");
    }

    /** Marks all packets for tracing, for whoever looks. */
    static void install(TrialNetwork network) throws LabFailure {
        network.gateway.run("""
                table netdev sallyport_lab {
                    chain from_inside { type filter hook ingress device "%1$s" priority %3$d; policy accept; %4$s; }
                    chain from_outside { type filter hook ingress device "%2$s" priority %3$d; policy accept; %4$s; }
                }
                table inet sallyport_lab {
                    chain out { type filter hook output priority %3$d; policy accept; %4$s; }
                    chain after {
                        type filter hook postrouting priority %5$d; policy accept;
                        meta l4proto != tcp meta nftrace set 0
                        tcp flags & syn == 0 meta nftrace set 0
                    }
                }
                """.formatted(network.interfaces.inside(), network.interfaces.outside(), FIRST_PRIORITY, MARK, -FIRST_PRIORITY),
                "nft", "-f", "-");
    }

    /** Begins to watch; what is in place already is known by its rules. */
    static Observer start(Children children, TrialNetwork network, String id) throws LabFailure {
        install(network);
        Observer observer = new Observer(network, new Sightings(network, network.gateway.run("", "nft", "list", "chains")));
        children.afterwards(observer.end::countDown);
        observer.watch(Eye.FILTER, children, id + "-trace", List.of("nft", "monitor", "trace"));
        observer.watch(Eye.INSIDE, children, id + "-inside", dump(network.interfaces.inside()));
        observer.watch(Eye.OUTSIDE, children, id + "-outside", dump(network.interfaces.outside()));
        observer.reading = CompletableFuture.runAsync(observer::read, Thread::startVirtualThread);
        observer.awaitMarker(MARKER);
        return observer;
    }

    /** Done when a connection of this cell's cannot come about. */
    CompletableFuture<Void> hopeless(Cell cell) {
        return sightings.hopeless(cell);
    }

    /** Ends it. */
    Seen seen() throws LabFailure {
        awaitMarker(LAST_MARKER);
        watching.values().forEach(Child::close);
        end.countDown();
        reading.join();
        return sightings.seen();
    }

    private void watch(Eye eye, Children children, String name, List<String> command) throws LabFailure {
        watching.put(eye, children.start(name, network.gateway.command(command)));
    }

    /** Short packets and much room: on a busy machine many wait until they are looked at. */
    private static List<String> dump(String device) {
        return List.of(
                "tcpdump", "-i", device, "-nn", "-t", "-l", "--immediate-mode", "-Z", "root", "-s", "500", "-B", "16384",
                "tcp or icmp or icmp6 or udp portrange " + MARKER + "-" + LAST_MARKER);
    }

    /** Reads what those who watch write, until they have ended; now and then, for they write often. */
    private void read() {
        try (Tail filter = tail(Eye.FILTER); Tail inside = tail(Eye.INSIDE); Tail outside = tail(Eye.OUTSIDE)) {
            for (boolean last = false; !last; ) {
                last = end.await(BETWEEN_READS.toMillis(), TimeUnit.MILLISECONDS);
                filter.read();
                inside.read();
                outside.read();
            }
        } catch (LabFailure e) {
            throw new CompletionException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Tail tail(Eye eye) throws LabFailure {
        return watching(eye).tail(line -> sightings.line(eye, line));
    }

    private Child watching(Eye eye) {
        return java.util.Objects.requireNonNull(watching.get(eye));
    }

    /** Sends a datagram to the firewall from either side until all who watch have seen it. */
    private void awaitMarker(int marker) throws LabFailure {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        do {
            for (Child child : watching.values()) {
                child.requireAlive();
            }
            if (System.nanoTime() - deadline > 0) {
                throw new LabFailure("what goes by at the firewall is not seen within " + PATIENCE.toSeconds() + " s");
            }
            network.client.run("", "bash", "-c", "echo > /dev/udp/" + TrialNetwork.GATEWAY_INSIDE.four() + "/" + marker);
            network.server.run("", "bash", "-c", "echo > /dev/udp/" + TrialNetwork.GATEWAY_OUTSIDE.four() + "/" + marker);
        } while (!seen(marker));
    }

    private boolean seen(int marker) throws LabFailure {
        try {
            return sightings.awaitMarker(marker, BETWEEN_MARKERS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabFailure("interrupted", e);
        }
    }
}
