package dev.sallyport.datapath.kernel;

import dev.sallyport.datapath.kernel.RulesetSettings.Gateway;
import dev.sallyport.datapath.kernel.RulesetSettings.Interception;
import dev.sallyport.ftp.Network;
import dev.sallyport.ftp.PortRange;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What one gateway's packets look like, in the words of nft. Each match is empty or ends with a space, so that a statement
 * can stand behind it.
 */
final class GatewayMatches {

    /** The two families of a table of family inet. */
    private enum Family {
        IPV4("ip", "ipv4", "127.0.0.0/8"),
        IPV6("ip6", "ipv6", "::1");

        private final String header;
        private final String protocol;
        private final String loopback;

        Family(String header, String protocol, String loopback) {
            this.header = header;
            this.protocol = protocol;
            this.loopback = loopback;
        }

        boolean has(Network block) {
            return block.ipv4() == (this == IPV4);
        }

        /** Those of this family. */
        List<String> of(Collection<Network> blocks) {
            return blocks.stream().filter(this::has).map(Network::toString).toList();
        }

        /** Whether a list allows this family: an empty one allows all. */
        boolean in(Collection<Network> blocks) {
            return blocks.isEmpty() || blocks.stream().anyMatch(this::has);
        }
    }

    private final Gateway gateway;

    GatewayMatches(Gateway gateway) {
        this.gateway = gateway;
    }

    String controlPorts() {
        if (gateway.controlPorts().isEmpty()) {
            return "1-65535";
        }
        return gateway.controlPorts().stream().distinct().sorted().map(Object::toString)
                .collect(Collectors.joining(", ", "{ ", " }"));
    }

    /** Where a relay may listen for clients: a set without overlaps, as nft wants it. */
    String relayedPorts() {
        var ports = Stream.concat(Stream.of(gateway.dataPorts()), gateway.passivePorts().stream())
                .sorted(Comparator.comparing(PortRange::first)).toList();
        var apart = new ArrayList<PortRange>();
        for (var range : ports) {
            if (apart.isEmpty() || apart.getLast().last().compareTo(range.first()) < 0) {
                apart.add(range);
            } else if (apart.getLast().last().compareTo(range.last()) < 0) {
                apart.add(new PortRange(apart.removeLast().first(), range.last()));
            }
        }
        return apart.stream().map(PortRange::toString).collect(Collectors.joining(", ", "{ ", " }"));
    }

    /** Where packets for transparent sockets come in: errors about them, and what {@link #sockets} says. */
    List<Map<String, String>> sides() {
        var sides = new LinkedHashSet<String>();
        if (gateway.transparentInside()) {
            sides.add(iif(gateway.inside()));
        }
        if (gateway.spoofed()) {
            sides.add(iif(gateway.outside()));
        }
        return sides.stream().map(match -> Map.of("match", match)).toList();
    }

    /** TCP packets for transparent sockets. With the kernel's data path only control connections have such. */
    List<Map<String, String>> sockets() {
        return gateway.data().relayed() ? sides()
                : gateway.spoofed() ? List.of(Map.of("match", iif(gateway.outside()) + "th sport " + controlPorts() + " ")) : List.of();
    }

    /** From clients to servers. */
    List<Map<String, String>> towards() {
        var found = new ArrayList<Map<String, String>>();
        for (var family : Family.values()) {
            if (family.in(gateway.clients())) {
                var from = iif(gateway.inside()) + one(family, "saddr", family.of(gateway.clients()));
                destinations(family, List.of()).forEach(to -> found.add(Map.of("family", family.header, "match", from + to)));
            }
        }
        return found;
    }

    /** From servers to clients. */
    List<Map<String, String>> backwards() {
        var found = new ArrayList<Map<String, String>>();
        for (var family : Family.values()) {
            if (family.in(gateway.clients()) && family.in(gateway.servers())) {
                found.add(Map.of("match", iif(gateway.outside()) + "meta nfproto " + family.protocol + " "
                        + one(family, "saddr", family.of(gateway.servers()))
                        + one(family, "daddr", family.of(gateway.clients()))));
            }
        }
        return found;
    }

    /** From clients on this host to servers. */
    List<Map<String, String>> locals() {
        var local = gateway.local();
        if (local == null) {
            return List.of();
        }
        var not = "meta skuid != " + local.gatewayUser() + " ";
        var who = new ArrayList<String>();
        if (!local.users().isEmpty()) {
            who.add(not + "meta skuid " + set(local.users()));
        }
        if (!local.groups().isEmpty()) {
            who.add(not + "meta skgid " + set(local.groups()));
        }
        if (who.isEmpty()) {
            who.add(not);
        }
        return who.stream()
                .flatMap(one -> Stream.of(Family.values()).flatMap(
                        family -> destinations(family, List.of(family.loopback)).map(to -> Map.of("match", one + to))))
                .toList();
    }

    /**
     * To data ports of this host. Where servers see the clients' addresses they never connect to this host, and clients connect to
     * servers' passive ports here only where they take this host for the server.
     */
    List<Map<String, String>> dataDoors() {
        List<Network> own = gateway.own().isEmpty()
                ? List.of()
                : blocks(Stream.concat(gateway.own().stream(), gateway.vips().stream()).toList());
        var found = new LinkedHashSet<String>();
        for (var family : Family.values()) {
            if (own.isEmpty() || own.stream().anyMatch(family::has)) {
                var to = own.isEmpty() ? "" : one(family, "daddr", family.of(own));
                found.add(iif(gateway.inside()) + to + "tcp dport " + gateway.dataPorts() + " ");
                if (gateway.interception() == Interception.NONE || !gateway.vips().isEmpty()) {
                    gateway.passivePorts().forEach(
                            ports -> found.add(iif(gateway.inside()) + to + "tcp dport " + ports + " "));
                }
                if (!gateway.spoofed()) {
                    found.add(iif(gateway.outside()) + to + "tcp dport " + gateway.serverDataPorts() + " ");
                }
            }
        }
        return found.stream().map(match -> Map.of("match", match)).toList();
    }

    /** The addresses where control connections are intercepted: the gateway's virtual ones, and servers that are not itself. */
    private Stream<String> destinations(Family family, List<String> spared) {
        var found = Stream.<String>builder();
        var vips = family.of(blocks(gateway.vips()));
        if (!vips.isEmpty()) {
            found.add(one(family, "daddr", vips));
        }
        if (family.in(gateway.servers())) {
            var own = Stream.concat(family.of(blocks(gateway.own())).stream(), spared.stream()).toList();
            var notOwn = family.of(blocks(gateway.own())).isEmpty()
                    ? "meta nfproto " + family.protocol + " fib daddr type != local "
                    : family.header + " daddr != " + set(own);
            found.add(notOwn + one(family, "daddr", family.of(gateway.servers())));
        }
        return found.build();
    }

    private static List<Network> blocks(List<InetAddress> addresses) {
        return addresses.stream().map(Network::of).toList();
    }

    private static String iif(List<String> interfaces) {
        return interfaces.isEmpty()
                ? ""
                : "iifname " + set(interfaces.stream().map(name -> '"' + name + '"').toList());
    }

    private static String one(Family family, String field, List<String> values) {
        return values.isEmpty() ? "" : family.header + " " + field + " " + set(values);
    }

    private static String set(Collection<?> values) {
        Set<String> texts = values.stream().map(Object::toString).collect(Collectors.toCollection(LinkedHashSet::new));
        return "{ " + String.join(", ", texts) + " } ";
    }
}
