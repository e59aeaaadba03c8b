package dev.sallyport.config;

import dev.sallyport.config.yaml.Located;
import dev.sallyport.config.yaml.Problems;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.proxy.GatewaySettings;
import dev.sallyport.proxy.ServerChoice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what the gateways of a process would need twice: names, sockets, intercepted connections, ports for data.
 *
 * <p>A port has one use at an address. The relay listens on {@code dataPorts} and {@code passiveRanges} where clients connect, and on
 * {@code serverDataPorts} where servers do; the kernel leads connections to these ports on, and turns away all that nobody waits for.
 * Which address of this host servers are told may not be known; then it may be any. Where the file has no {@code serverDataPorts} there
 * is nothing to refuse: they are what the others leave of the default.
 */
final class PortConflicts {

    private final List<GatewayText> gateways;
    private final TelemetryOptions telemetry;
    private final Problems problems;
    private final List<Located<Endpoint>> sockets;

    PortConflicts(List<GatewayText> gateways, TelemetryOptions telemetry, Problems problems) {
        this.gateways = gateways;
        this.telemetry = telemetry;
        this.problems = problems;
        this.sockets = gateways.stream().flatMap(gateway -> gateway.listen().stream()).toList();
    }

    void refuse() {
        refuseNamesakes();
        refuseSockets();
        gateways.forEach(this::refuseShadowed);
        for (var gateway : gateways) {
            gateway.clientPorts().forEach(ports -> refuseForClients(gateway, ports));
            gateway.tls().ports().forEach(range -> refuseControlPorts(gateway, range));
            refuseForServers(gateway);
        }
    }

    private void refuseNamesakes() {
        var names = new HashMap<String, Located<String>>();
        for (var gateway : gateways) {
            var namesake = names.putIfAbsent(gateway.name().value(), gateway.name());
            if (namesake != null) {
                refuse(gateway.name(), "'" + gateway.name().value() + "' is also the name of the gateway on line "
                        + line(namesake) + ": give each its own.");
            }
        }
    }

    private void refuseShadowed(GatewayText gateway) {
        var first = Shadowed.by(gateway, gateways);
        if (first != null) {
            refuse(gateway.name(), "every connection that '" + gateway.name().value() + "' is to intercept goes to the gateway '"
                    + first.name().value() + "' on line " + line(first.name()) + ", which the packet filter asks first: give each "
                    + "its own clientInterfaces, clients, addresses or ports under intercept, or servers of its own.");
        }
    }

    private void refuseSockets() {
        var taken = new ArrayList<Located<Endpoint>>();
        for (var gateway : gateways) {
            for (var listen : gateway.listen()) {
                taken.stream().filter(other -> Conflicts.sameSocket(other.value(), listen.value())).findFirst().ifPresent(
                        other -> refuse(listen, listen.value() + " is taken by " + other.value() + " on line " + line(other)
                                + ": give each its own address or port."));
                taken.add(listen);
                if (telemetry.chosen()) {
                    telemetry.http().filter(http -> Conflicts.sameSocket(http, listen.value())).ifPresent(
                            http -> refuse(listen, listen.value() + " is taken by telemetry.http, " + http
                                    + ": give each its own address or port."));
                }
                if (gateway.server().value() instanceof ServerChoice.Fixed(var server)) {
                    refuse(gateway.server(), Conflicts.server(server, listen.value()));
                }
            }
        }
    }

    // ---- Where clients connect ----

    /** @param ports some that the gateway needs for data of clients */
    private void refuseForClients(GatewayText gateway, Located<PortRange> ports) {
        refuseListeners(gateway, ports);
        var sources = gateway.bindsActiveSource()
                ? gateway.called().stream().map(called -> Conflicts.activeSource(ports.value(), called)).filter(Objects::nonNull).toList()
                : List.<String>of();
        sources.forEach(why -> refuse(ports, why));
        if (ports == gateway.dataPorts() && sources.isEmpty() && gateway.interception().intercepts()) {
            gateway.interception().controlPorts().stream().filter(ports.value()::contains).findFirst()
                    .ifPresent(port -> refuse(ports, "the data ports " + ports.value() + " hold port " + port
                            + ", where clients log in: data connections to it would be taken for logins. Choose data ports without it."));
        }
        for (var other : gateways.subList(0, gateways.indexOf(gateway))) {
            var shared = gateway.shared(ports, other);
            if (shared != null) {
                refuse(ports, "the gateway '" + other.name().value() + "' draws from the data ports on line " + line(shared)
                        + " at the same address: give each its own.");
                return;
            }
        }
    }

    private void refuseListeners(GatewayText gateway, Located<PortRange> ports) {
        sockets.stream()
                .map(listen -> Conflicts.ports(ports.value(), listen.value()))
                .filter(Objects::nonNull)
                .findFirst()
                .ifPresent(why -> refuse(ports, why));
        telemetry.http()
                .filter(http -> ports.value().contains(http.port()) && needed(http, gateway))
                .ifPresent(http -> refuse(ports, "the data ports " + ports.value() + " hold port " + http.port() + " of " + http
                        + ", where telemetry is told: choose data ports without it, or write another telemetry.http."));
    }

    /** Whether telemetry would suffer: the kernel turns strangers away from a data port of every address. */
    private boolean needed(Endpoint http, GatewayText gateway) {
        return !gateway.listensForData() || telemetry.chosen() && gateway.listen().stream()
                .anyMatch(listen -> Conflicts.sameSocket(http, listen.value().withPort(http.port())));
    }

    /** What a passive range lets through is not read: nobody may log in there. */
    private void refuseControlPorts(GatewayText gateway, Located<PortRange> range) {
        if (!gateway.clientPorts().contains(range)) {
            sockets.stream().map(listen -> Conflicts.ports(range.value(), listen.value())).filter(Objects::nonNull).findFirst()
                    .ifPresent(why -> refuse(range, why));
        }
        gateways.stream()
                .filter(other -> other.interception().intercepts())
                .flatMap(other -> other.interception().controlPorts().stream())
                .filter(range.value()::contains)
                .findFirst()
                .ifPresent(port -> refuse(range, "the range " + range.value() + " holds port " + port
                        + ", where clients log in: they would pass it unseen. Give a range without it."));
    }

    // ---- Where servers connect ----

    private void refuseForServers(GatewayText gateway) {
        var ports = gateway.serverDataPorts();
        if (!gateway.leadsServers()) {
            return;
        }
        if (ports == null) {
            if (left(gateway) == null) {
                refuse(gateway.dataPorts(), "nothing is left of " + GatewaySettings.SERVER_DATA_PORTS
                        + " for data connections of servers: write serverDataPorts.");
            }
            return;
        }
        refuseListeners(gateway, ports);
        met(gateway).filter(other -> Conflicts.overlap(ports.value(), other.value())).findFirst().ifPresent(
                other -> refuse(ports, "the ports " + other.value() + " on line " + line(other) + ", where clients connect, share ports "
                        + "with these, and servers may be led to the same address: give each its own."));
    }

    /** The ports for clients that servers of a gateway might come to. */
    private Stream<Located<PortRange>> met(GatewayText gateway) {
        return gateways.stream().filter(gateway::leadsServersWhereClientsOf).flatMap(other -> other.clientPorts().stream());
    }

    /** The ports that servers of a gateway may be told. */
    PortRange forServers(GatewayText gateway) {
        var written = gateway.serverDataPorts();
        var left = written == null && gateway.leadsServers() ? left(gateway) : null;
        return written != null ? written.value() : left != null ? left : GatewaySettings.SERVER_DATA_PORTS;
    }

    /** The largest part of the default that has no other use; null for none. */
    private @Nullable PortRange left(GatewayText gateway) {
        var taken = new ArrayList<PortRange>();
        Stream.concat(sockets.stream().map(Located::value), telemetry.http().stream())
                .forEach(socket -> taken.add(new PortRange(socket.port(), socket.port())));
        met(gateway).forEach(ports -> taken.add(ports.value()));
        taken.sort(Comparator.comparing(PortRange::first));
        var all = GatewaySettings.SERVER_DATA_PORTS;
        PortRange largest = null;
        var from = all.first().number();
        for (var range : taken) {
            largest = larger(largest, from, Math.min(all.last().number(), range.first().number() - 1));
            from = Math.max(from, range.last().number() + 1);
        }
        return larger(largest, from, all.last().number());
    }

    private static @Nullable PortRange larger(@Nullable PortRange than, int first, int last) {
        return last < first || than != null && than.size() > last - first ? than : new PortRange(new Port(first), new Port(last));
    }

    private void refuse(Located<?> where, @Nullable String why) {
        if (why != null) {
            problems.add(where, why);
        }
    }

    private int line(Located<?> place) {
        return problems.line(place.node());
    }
}
