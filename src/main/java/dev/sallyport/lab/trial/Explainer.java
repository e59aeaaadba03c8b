package dev.sallyport.lab.trial;

import dev.sallyport.datapath.kernel.RulesetSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds out why visits failed, from what was seen of their packets. */
final class Explainer {
    private static final String OR_READ = ", or have the control connection read, by Sallyport or by the kernel's helper";

    /** What is said when all is over. */
    private static final Pattern PARTING = Pattern.compile("^(?:221|QUIT)");

    private static final Map<String, String> OF_SALLYPORT = Map.of(
            "input", "meta mark & 0x%08x != 0 accept".formatted(RulesetSettings.DEFAULT_INTERCEPT_MARK.mask()),
            "output", "meta mark & 0x%08x != 0 accept".formatted(RulesetSettings.DEFAULT_OWN_MARK.mask()),
            "forward", "ct mark & 0x80000000 != 0 accept");

    private final TrialNetwork network;
    private final boolean besideSallyport;
    private final List<Visit> visits;
    private final Seen seen;

    /** @param besideSallyport whether other rules must let pass what is Sallyport's */
    Explainer(TrialNetwork network, boolean besideSallyport, List<Visit> visits, Seen seen) {
        this.network = network;
        this.besideSallyport = besideSallyport;
        this.visits = visits;
        this.seen = seen;
    }

    Outcome outcome(Visit visit) {
        return new Outcome(visit.cell(), visit.works() ? null : explain(visit));
    }

    private Explanation explain(Visit visit) {
        Optional<Drop> drop = drop(visit.cell());
        if (drop.isPresent()) {
            return explanation(visit, drop.get(), (drop.get().rejected() ? "rejected" : "dropped") + " in " + drop.get().place(),
                    change(visit, drop.get()));
        }
        return undropped(visit);
    }

    private Explanation explanation(Visit visit, @Nullable Drop drop, String found, String change) {
        String packet = drop == null ? "" : drop.packet() + (drop.in().isEmpty() ? "" : ", in by " + drop.in())
                + (drop.out().isEmpty() ? "" : ", out by " + drop.out());
        return new Explanation(drop, found, packet,
                last(seen.inside(), visit.cell()).map(Packet::toString).orElse("nothing"),
                last(seen.outside(), visit.cell()).map(Packet::toString).orElse("nothing"), change);
    }

    /**
     * The first packet of a cell's that was refused. What ends a connection is refused often enough after the fact: it is no
     * reason. Neighbours are asked for once for all cells.
     */
    private Optional<Drop> drop(Cell cell) {
        Optional<Drop> own = seen.drops().stream()
                .filter(drop -> drop.packet().tcp() && !drop.packet().ends() && of(cell).test(drop.packet()))
                .findFirst();
        return own.isPresent() || cell.family() == Family.IPV4
                ? own
                : seen.drops().stream().filter(drop -> drop.packet().neighbourDiscovery()).findFirst();
    }

    private Predicate<Packet> of(Cell cell) {
        return packet -> seen.belongs(network, cell, packet);
    }

    /** The last packet of a data connection, or else the last that said something on the control connection, or else its last. */
    private Optional<Packet> last(List<Packet> leg, Cell cell) {
        List<Packet> own = leg.stream().filter(of(cell)).toList();
        return last(own, packet -> packet.tcp() && !packet.control())
                .or(() -> last(own, packet -> !packet.said().isEmpty() && !packet.neighbourDiscovery()
                        && !PARTING.matcher(packet.said()).find()))
                .or(() -> last(own, Packet::tcp))
                .or(() -> last(own, _ -> true))
                .or(() -> cell.family() == Family.IPV6 ? last(leg, Packet::neighbourDiscovery) : Optional.empty());
    }

    private static Optional<Packet> last(List<Packet> packets, Predicate<Packet> which) {
        return packets.reversed().stream().filter(which).findFirst();
    }

    // ---- What to change ----

    private String change(Visit visit, Drop drop) {
        Packet packet = drop.packet();
        String ahead = drop.rule().isEmpty() ? "" : ", ahead of this rule";
        if (packet.neighbourDiscovery()) {
            return "Accept ICMPv6 neighbour discovery (icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert })" + ahead
                    + ": without it IPv6 reaches nobody.";
        }
        String mark = OF_SALLYPORT.get(drop.hook());
        if (besideSallyport && mark != null && !drop.chain().startsWith("inet sallyport ")) {
            return "Accept what is Sallyport's (" + mark + ")" + ahead + ".";
        }
        if (!drop.accepted().isEmpty()) {
            return "Accept it here too: " + drop.accepted().getLast()
                    + " accepts it, but that is the last word of that chain alone; each chain that a packet comes to must let it pass.";
        }
        if (!packet.opens()) {
            return "Accept what belongs to connections that were let in (ct state established,related accept)" + ahead + ".";
        }
        if (visit.cell().family() == Family.IPV6 && worksOverIpv4(visit.cell())) {
            return "Over IPv4 the same works: write the rule that lets it pass there for both families" + ahead + ".";
        }
        boolean fromClient = drop.in().equals(network.interfaces.inside());
        if (drop.hook().equals("input") && fromClient) {
            return "No rule translates it to the server, so it is taken for the firewall's own: add one (dnat)"
                    + (packet.control() ? "." : OR_READ + ".");
        }
        if (packet.control()) {
            return "Let clients open control connections (iifname \"%s\" tcp dport 21 accept)%s."
                    .formatted(drop.in(), ahead);
        }
        if (fromClient && network.topology == Topology.VIP && !packet.destination().equals(network.called(0).in(visit.cell().family()))) {
            return "Have the address in the server's reply translated to the one that clients call, by Sallyport or by the kernel's"
                    + " helper: the reply names the server's own.";
        }
        return fromClient
                ? "Open the server's passive ports to clients (iifname \"%s\" tcp dport %s accept)%s%s."
                        .formatted(drop.in(), ServerProgram.PASSIVE_PORTS, ahead, OR_READ)
                : "Open the clients' ports to the server's port 20 (iifname \"%s\" tcp sport 20 tcp dport 1024-65535 accept)%s%s."
                        .formatted(drop.in(), ahead, OR_READ);
    }

    private boolean worksOverIpv4(Cell cell) {
        return visits.stream().anyMatch(other -> other.works() && other.cell().isTwinOf(cell));
    }

    /** No rule is to blame: what was seen last on each leg tells. */
    private Explanation undropped(Visit visit) {
        Cell cell = visit.cell();
        List<Packet> inside = seen.inside().stream().filter(of(cell)).toList();
        List<Packet> outside = seen.outside().stream().filter(of(cell)).toList();
        Optional<Packet> waiting = unanswered(inside).or(() -> unanswered(outside));
        String refusal = ClientProgram.refusal(visit.dialogue(), cell.mode());
        if (waiting.isPresent() && !(waiting.get().control() && !refusal.isEmpty())) {
            return unanswered(visit, waiting.get(), inside, outside);
        }
        if (!refusal.isEmpty()) {
            return explanation(visit, null, "no rule dropped a packet; the server said: " + refusal,
                    cell.mode().passive()
                            ? "Look at the server: it refuses " + cell.mode() + "."
                            : "Have the address in " + cell.mode() + " rewritten to the one that the server sees its client at, by"
                                    + " Sallyport or by the kernel's helper, or use passive mode.");
        }
        return explanation(visit, null, "no rule dropped a packet, and none went unanswered",
                "Look at the dialogue: " + visit.dialogue().strip().lines().reduce((_, last) -> last).orElse("there is none") + ".");
    }

    private Explanation unanswered(Visit visit, Packet waiting, List<Packet> inside, List<Packet> outside) {
        boolean fromClient = inside.stream().anyMatch(packet -> packet.opens() && packet.follows(waiting));
        List<Packet> far = fromClient ? outside : inside;
        boolean arrived = far.stream().anyMatch(packet ->
                packet.opens() && packet.control() == waiting.control() && packet.destinationPort() == waiting.destinationPort());
        String to = fromClient ? "server" : "client";
        boolean reset = (fromClient ? inside : outside).stream().anyMatch(packet -> packet.resets() && packet.answers(waiting));
        String found = "no rule dropped a packet; " + (arrived ? "the " + to : "the firewall")
                + (reset ? " refused the connection" : arrived ? " did not answer" : " sent nothing on");
        if (!arrived) {
            return explanation(visit, null, found, reset
                    ? "No rule translates it to the server, so it is taken for the firewall's own: add one (dnat)."
                    : "Look at the firewall's routes and reverse path filter (ip route get, rp_filter): they lose it, not a rule.");
        }
        return explanation(visit, null, found, reset
                ? "Look at the " + to + ": nothing listens there."
                : "Translate the source address (masquerade, or snat), or give the " + to + " a route back to where the packet comes"
                        + " from.");
    }

    /** A first packet of a connection that never was. */
    private static Optional<Packet> unanswered(List<Packet> leg) {
        return leg.stream()
                .filter(packet -> packet.opens() && leg.stream().noneMatch(answer ->
                        answer.answers(packet) && !answer.resets() && (answer.flags() & Packet.SYN) != 0))
                .findFirst();
    }
}
