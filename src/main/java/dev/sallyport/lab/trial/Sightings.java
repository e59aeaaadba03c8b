package dev.sallyport.lab.trial;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * What has been seen at a firewall so far, while those who watch go on.
 *
 * <p>A client whose connection cannot come about is not waited for. The kernel repeats what opens a connection, at first after a
 * second: what was refused or went unanswered {@value #IN_VAIN} times stays so. A rule that only limits how much it lets through
 * has let it pass by then.
 */
final class Sightings {
    private static final int IN_VAIN = 3;

    /** Who watches. */
    enum Eye {
        FILTER,
        INSIDE,
        OUTSIDE
    }

    /** A first packet of a connection, or the answer to it, and who has seen it. */
    private record Opening(Eye eye, Flow flow, int flags) {}

    private final TrialNetwork network;
    private final TraceReader trace;
    private final List<Drop> drops = new ArrayList<>();
    private final List<Packet> inside = new ArrayList<>();
    private final List<Packet> outside = new ArrayList<>();
    private final Map<Opening, Integer> attempts = new HashMap<>();
    private final Map<Cell, CompletableFuture<Void>> hopeless = new HashMap<>();
    private final Set<Eye> sawMarker = EnumSet.noneOf(Eye.class);
    private int marker;
    private int unseen;

    /** @param chains what {@code nft list chains} prints */
    Sightings(TrialNetwork network, String chains) {
        this.network = network;
        trace = new TraceReader(chains, this::dropped);
    }

    /** Done when a connection of this cell's cannot come about. */
    synchronized CompletableFuture<Void> hopeless(Cell cell) {
        return hopeless.computeIfAbsent(cell, _ -> new CompletableFuture<>());
    }

    /** What has been seen by now. */
    synchronized Seen seen() {
        List<String> missed = new ArrayList<>();
        if (trace.losses() > 0) {
            missed.add("steps of the trace (%d times)".formatted(trace.losses()));
        }
        if (unseen > 0) {
            missed.add("packets of the captures (%d)".formatted(unseen));
        }
        return new Seen(List.copyOf(drops), List.copyOf(inside), List.copyOf(outside), Map.copyOf(trace.untranslated()),
                String.join(" and ", missed));
    }

    /** Takes a line that one who watches printed. */
    synchronized void line(Eye eye, String line) {
        if (line.contains(eye == Eye.FILTER ? "dport " + marker + " " : "." + marker + ": UDP")) {
            sawMarker.add(eye);
            notifyAll();
        }
        switch (eye) {
            case FILTER -> trace.line(line);
            case INSIDE -> onLeg(eye, inside, line);
            case OUTSIDE -> onLeg(eye, outside, line);
        }
    }

    /** Waits until all have seen the datagram to this port. @return whether they have */
    synchronized boolean awaitMarker(int port, Duration patience) throws InterruptedException {
        if (marker != port) {
            marker = port;
            sawMarker.clear();
        }
        long deadline = System.nanoTime() + patience.toNanos();
        long leftNanos = patience.toNanos();
        while (sawMarker.size() < Eye.values().length && leftNanos > 0) {
            wait(leftNanos / 1_000_000 + 1);
            leftNanos = deadline - System.nanoTime();
        }
        return sawMarker.size() == Eye.values().length;
    }

    private void dropped(Drop drop) {
        drops.add(drop);
        if (drop.packet().starts()) {
            attempted(Eye.FILTER, drop.packet());
        }
    }

    private void onLeg(Eye eye, List<Packet> leg, String line) {
        LegReader.packet(line).ifPresentOrElse(packet -> passed(eye, leg, packet), () -> unseen += LegReader.unseen(line));
    }

    private void passed(Eye eye, List<Packet> leg, Packet packet) {
        leg.add(packet);
        attempts.remove(new Opening(eye, packet.flow().reversed(), Packet.SYN));
        if (packet.opens()) {
            attempted(eye, packet);
        }
    }

    private void attempted(Eye eye, Packet packet) {
        if (attempts.merge(new Opening(eye, packet.flow(), packet.flags()), 1, Integer::sum) == IN_VAIN) {
            Seen now = new Seen(drops, inside, outside, trace.untranslated(), "");
            hopeless.forEach((cell, told) -> {
                if (now.belongs(network, cell, packet)) {
                    told.complete(null);
                }
            });
        }
    }
}
