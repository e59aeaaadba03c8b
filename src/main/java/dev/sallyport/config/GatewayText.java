package dev.sallyport.config;

import dev.sallyport.config.yaml.Form;
import dev.sallyport.config.yaml.Located;
import dev.sallyport.config.yaml.Problems;
import dev.sallyport.config.yaml.Section;
import dev.sallyport.datapath.kernel.PacketMark;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.proxy.GatewaySettings;
import dev.sallyport.proxy.Interception;
import dev.sallyport.proxy.ServerChoice;
import dev.sallyport.proxy.SourceAddress;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.SessionPolicy.ClientSourcePort;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A gateway as the file has it, its places kept for messages about what cannot stand together.
 *
 * @param serverDataPorts null where the file has none
 */
record GatewayText(
        Located<String> name,
        List<Located<Endpoint>> listen,
        Interception interception,
        Located<ServerChoice> server,
        SourceAddress serverSees,
        GatewaySettings.Carrier carrier,
        Located<PortRange> dataPorts,
        @Nullable Located<PortRange> serverDataPorts,
        TlsText tls,
        SessionPolicy policy,
        GatewayRules rules) {

    private static final SessionPolicy POLICY = SessionPolicy.DEFAULT;

    /** Null when something in it is wrong, which is then among the problems. @param file the configuration file */
    static @Nullable GatewayText read(
            Section section,
            Problems problems,
            Path file,
            PacketMark ownMark,
            SessionPolicy.Limits limits,
            SessionPolicy.Timeouts timeouts) {
        var name = section.required("name", Forms.GATEWAY_NAME);
        var listen = section.oneOrMore("listen", Forms.ENDPOINT);
        var intercepted = InterceptionText.read(section, listen, problems, ownMark);
        var dataPorts = section.required("dataPorts", Forms.PORTS);
        var serverDataPorts = section.optional("serverDataPorts", Forms.PORTS);
        var activeSourcePort = section.section("activeSourcePort");
        var advertise = section.section("advertise");
        var tls = TlsText.read(section, problems, file);
        var policy = policy(advertise, activeSourcePort, tls, limits, timeouts);
        var rules = section.optional("rules", Forms.RULES);
        var checks = ChecksText.read(section, activeSourcePort, problems);
        activeSourcePort.end();
        var ended = tls.ended();
        if (intercepted != null && intercepted.interception().kind() == Interception.Kind.REDIRECT
                && intercepted.serverSees() instanceof SourceAddress.OfClient && listensForData(intercepted.carrier(), ended)) {
            section.refuse("serverSees", "data is relayed, with TLS at least, and redirect does not bring the relay what servers connect to "
                    + "clients' own addresses, for active data: write serverSees: gateway, intercept.mode: tproxy, or let all data stay in the "
                    + "kernel.");
        }
        section.end();
        if (intercepted != null && ended != null) {
            ended.refuseWith(intercepted, problems);
        }
        if (intercepted != null && dataPorts != null && intercepted.carrier() == GatewaySettings.Carrier.RELAY) {
            tls.refuseForRelay(dataPorts.value(), problems);
        } else if (intercepted != null && dataPorts != null && intercepted.server().value() instanceof ServerChoice.Fixed) {
            tls.refuseForKernel(dataPorts.value(), problems);
        }
        return name == null || listen.isEmpty() || intercepted == null || dataPorts == null
                ? null
                : new GatewayText(
                        name, listen, intercepted.interception(), intercepted.server(), intercepted.serverSees(),
                        intercepted.carrier(), dataPorts, serverDataPorts, tls, policy,
                        new GatewayRules(rules == null ? null : rules.value(), checks));
    }

    /** Its rules are those of nobody: what it goes by is known when rule sets have been read. */
    private static SessionPolicy policy(
            Section advertise,
            Section activeSourcePort,
            TlsText tls,
            SessionPolicy.Limits limits,
            SessionPolicy.Timeouts timeouts) {
        var toClients = advertise.value("toClients", Forms.ADVERTISED, Optional.ofNullable(POLICY.advertisedToClients()));
        var toServers = advertise.value("toServers", Forms.ADVERTISED, Optional.ofNullable(POLICY.advertisedToServers()));
        advertise.end();
        var toClient = activeSourcePort.value(
                "toClient", Form.oneOf(SessionPolicy.ClientSourcePort.class), POLICY.clientSourcePort());
        return new SessionPolicy(
                toClients.orElse(null), toServers.orElse(null), toClient, tls.tls(), tls.ranges(), POLICY.rules(), limits,
                timeouts);
    }

    /** @param forServers what servers may be told */
    GatewaySettings settings(PortRange forServers, GatewaySettings.Limits limits, GatewaySettings.Timeouts timeouts) {
        return new GatewaySettings(
                name.value(), listen.stream().map(Located::value).toList(), interception, server.value(), serverSees, carrier,
                dataPorts.value(), forServers, policy, limits, timeouts);
    }

    /** What it goes by. @param configuration the file that its rule set is named relative to */
    GatewayRules rules(Path configuration) {
        return rules.file() == null ? rules : new GatewayRules(configuration.resolveSibling(rules.file()), rules.checks());
    }

    /** Whether this process itself listens on the data ports that clients are told: for all of them, or for those with TLS. */
    boolean listensForData() {
        return listensForData(carrier, tls.ended());
    }

    private static boolean listensForData(GatewaySettings.Carrier carrier, @Nullable EndedTls ended) {
        return carrier == GatewaySettings.Carrier.RELAY || ended != null && ended.policy().protectsData();
    }

    /** Whether it binds a port below the control port to connect to clients. */
    boolean bindsActiveSource() {
        return listensForData() && policy.clientSourcePort() == ClientSourcePort.LOWER;
    }

    /** Where its clients believe to be connected. */
    List<Endpoint> called() {
        return interception.called(listen.stream().map(Located::value).toList());
    }

    /** The ports that clients are told, or told by their servers, where no server has them: at addresses of this host alone. */
    List<Located<PortRange>> clientPorts() {
        return listensForData() || server.value() instanceof ServerChoice.Fixed
                ? Stream.concat(Stream.of(dataPorts), tls.ports().stream()).toList()
                : List.of(dataPorts);
    }

    /** Those of another that would be the same as some of this; null for none. */
    @Nullable Located<PortRange> shared(Located<PortRange> ports, GatewayText other) {
        return other.clientPorts().stream()
                .filter(others -> !kernelKnowsWhose(ports) || !other.kernelKnowsWhose(others))
                .filter(others -> places().stream().anyMatch(mine -> other.places().stream().anyMatch(
                        theirs -> Conflicts.sharedPorts(mine, ports.value(), theirs, others.value()))))
                .findFirst().orElse(null);
    }

    /** In the kernel a port serves the pinholes of all gateways. */
    private boolean kernelKnowsWhose(Located<PortRange> ports) {
        return !listensForData() && ports == dataPorts;
    }

    /** Where its clients' data connections come to, as far as that is known. */
    private List<Endpoint> places() {
        var listening = listen.stream().map(Located::value).toList();
        return listensForData() || interception.addresses().isEmpty()
                ? listening
                : interception.addresses().stream().map(address -> new Endpoint(address, listening.getFirst().port())).toList();
    }

    /** Whether servers may be told ports of this gateway: where they see their clients' addresses the kernel leads them on as they come. */
    boolean leadsServers() {
        return listensForData() || !(serverSees instanceof SourceAddress.OfClient);
    }

    /** Whether an address that servers are told, as far as it is known, may be one that clients of another gateway, or this, connect to. */
    boolean leadsServersWhereClientsOf(GatewayText other) {
        if (other.listensForData() && switch (other.interception.kind()) {
            case NONE -> false;
            case REDIRECT -> true;
            case TPROXY -> other.carrier == GatewaySettings.Carrier.KERNEL;
        }) {
            // It listens at every address.
            return true;
        }
        if (serverSees instanceof SourceAddress.OfClient || other.server.value() instanceof ServerChoice.Original) {
            return false;
        }
        return !(serverSees instanceof SourceAddress.Own(var own)) || other.places().stream().anyMatch(
                place -> place.address().isAnyLocalAddress() || own.contains(place.address()));
    }
}
