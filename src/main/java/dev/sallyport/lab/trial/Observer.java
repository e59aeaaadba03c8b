package dev.sallyport.lab.trial;

import dev.sallyport.lab.host.Child;
import dev.sallyport.lab.host.Children;
import dev.sallyport.lab.host.LabFailure;
import dev.sallyport.lab.trial.Sightings.Eye;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Watches a firewall from inside: its packet filter's way with each packet, through tables of the lab's own that let everything
 * pass and mark it for tracing, and what goes by on both of its legs.
 */
final class Observer {
    /** Sees what left. */
    static final String LAST = "inet sallyport_lab after";

    /** Before and after all other rules: for whom priorities are is no matter to the kernel. */
    private static final int FIRST_PRIORITY = -1_000_000_000;

    /** Where datagrams go that only say that all before them has been seen. */
    private static final int MARKER = 65001;

    private static final int LAST_MARKER = MARKER + 8;

    private static final String MARK = "meta l4proto { tcp, icmp, ipv6-icmp } meta nftrace set 1\n"
            + "udp dport %d-%d meta nftrace set 1".formatted(MARKER, LAST_MARKER);

    private static final Pattern UNSEEN = Pattern.compile("(?m)^(\\d+) packets? dropped by (?:kernel|interface)$");

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration BEFORE_ANOTHER = Duration.ofMillis(200);

    private final TrialNetwork network;
    private final Sightings sightings;
    private final Map<Eye, Child> watching = new EnumMap<>(Eye.class);
    private final List<CompletableFuture<Void>> readers = new ArrayList<>();

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
                    chain from_inside {
                        type filter hook ingress device "%1$s" priority %3$d; policy accept;
                        %4$s
                    }
                    chain from_outside {
                        type filter hook ingress device "%2$s" priority %3$d; policy accept;
                        %4$s
                    }
                }
                table inet sallyport_lab {
                    chain out {
                        type filter hook output priority %3$d; policy accept;
                        %4$s
                    }
                    chain after {
                        type filter hook postrouting priority %5$d; policy accept;
                    }
                }
                """.formatted(network.interfaces.inside(), network.interfaces.outside(), FIRST_PRIORITY, MARK, -FIRST_PRIORITY),
                "nft", "-f", "-");
    }

    /** Begins to watch; what is in place already is known by its rules. */
    static Observer start(Children children, TrialNetwork network, String id) throws LabFailure {
        install(network);
        Observer observer = new Observer(network, new Sightings(network, network.gateway.run("", "nft", "list", "chains")));
        observer.watch(Eye.FILTER, children, id + "-trace", List.of("nft", "monitor", "trace"));
        observer.watch(Eye.INSIDE, children, id + "-inside", dump(network.interfaces.inside()));
        observer.watch(Eye.OUTSIDE, children, id + "-outside", dump(network.interfaces.outside()));
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
        long unseen = 0;
        for (Child child : watching.values()) {
            child.close();
            unseen += unseen(child.written());
        }
        CompletableFuture.allOf(readers.toArray(CompletableFuture[]::new)).join();
        return sightings.seen(missed(sightings.losses(), unseen));
    }

    /** What tcpdump says at its end, in packets that it did not see. */
    static long unseen(String said) {
        return UNSEEN.matcher(said).results().mapToLong(found -> Long.parseLong(found.group(1))).sum();
    }

    private static String missed(int losses, long packets) {
        List<String> missed = new ArrayList<>();
        if (losses > 0) {
            missed.add("steps of the trace, " + losses + (losses == 1 ? " time" : " times"));
        }
        if (packets > 0) {
            missed.add(packets + (packets == 1 ? " packet" : " packets") + " of the captures");
        }
        return String.join(", and ", missed);
    }

    private void watch(Eye eye, Children children, String name, List<String> command) throws LabFailure {
        Child child = children.startSpeaking(name, network.gateway.command(command));
        watching.put(eye, child);
        CompletableFuture<Void> read = new CompletableFuture<>();
        readers.add(read);
        Thread.ofVirtual().start(() -> {
            try (BufferedReader lines = child.process.inputReader(StandardCharsets.ISO_8859_1)) {
                lines.lines().forEach(line -> sightings.line(eye, line));
            } catch (IOException | java.io.UncheckedIOException e) {
                // It was ended.
            } finally {
                read.complete(null);
            }
        });
    }

    /** Short packets and much room: on a busy machine many wait until they are looked at. */
    private static List<String> dump(String device) {
        return List.of(
                "tcpdump", "-i", device, "-nn", "-t", "-l", "--immediate-mode", "-Z", "root", "-s", "500", "-B", "16384",
                "tcp or icmp or icmp6 or udp portrange " + MARKER + "-" + LAST_MARKER);
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
            return sightings.awaitMarker(marker, BEFORE_ANOTHER);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabFailure("interrupted", e);
        }
    }
}
