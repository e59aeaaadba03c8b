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

/** A gateway as the file has it, its places kept for messages about what cannot stand together. */
record GatewayText(
        Located<String> name,
        List<Located<Endpoint>> listen,
        Interception interception,
        Located<ServerChoice> server,
        SourceAddress serverSees,
        GatewaySettings.Carrier carrier,
        Located<PortRange> dataPorts,
        PortRange serverDataPorts,
        TlsText tls,
        SessionPolicy policy,
        GatewayRules rules) {

    private static final SessionPolicy POLICY = SessionPolicy.DEFAULT;

    /** Null when something in it is wrong, which is then among the problems. */
    static @Nullable GatewayText read(
            Section section,
            Problems problems,
            PacketMark ownMark,
            SessionPolicy.Limits limits,
            SessionPolicy.Timeouts timeouts) {
        var name = section.required("name", Forms.GATEWAY_NAME);
        var listen = section.oneOrMore("listen", Forms.ENDPOINT);
        var intercepted = InterceptionText.read(section, listen, problems, ownMark);
        var dataPorts = section.required("dataPorts", Forms.PORTS);
        var serverDataPorts = section.value("serverDataPorts", Forms.PORTS, GatewaySettings.SERVER_DATA_PORTS);
        var activeSourcePort = section.section("activeSourcePort");
        var advertise = section.section("advertise");
        var tls = TlsText.read(section);
        var policy = policy(advertise, activeSourcePort, tls, limits, timeouts);
        var rules = section.optional("rules", Forms.RULES);
        var checks = ChecksText.read(section, activeSourcePort, problems);
        activeSourcePort.end();
        section.end();
        if (intercepted != null && dataPorts != null && intercepted.carrier() == GatewaySettings.Carrier.RELAY) {
            tls.refuseForRelay(dataPorts.value(), problems);
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

    GatewaySettings settings(GatewaySettings.Limits limits, GatewaySettings.Timeouts timeouts) {
        return new GatewaySettings(
                name.value(), listen.stream().map(Located::value).toList(), interception, server.value(), serverSees, carrier,
                dataPorts.value(), serverDataPorts, policy, limits, timeouts);
    }

    /** What it goes by. @param configuration the file that its rule set is named relative to */
    GatewayRules rules(Path configuration) {
        return rules.file() == null ? rules : new GatewayRules(configuration.resolveSibling(rules.file()), rules.checks());
    }

    /** Whether this process itself listens on the data ports that clients are told. */
    boolean listensForData() {
        return carrier == GatewaySettings.Carrier.RELAY;
    }

    /** Whether it binds a port below the control port to connect to clients. */
    boolean bindsActiveSource() {
        return listensForData() && policy.clientSourcePort() == ClientSourcePort.LOWER;
    }

    /** Where its clients believe to be connected. */
    List<Endpoint> called() {
        return interception.called(listen.stream().map(Located::value).toList());
    }

    /** The ports that it listens on for data connections of clients. */
    List<Located<PortRange>> listened() {
        return listensForData() ? Stream.concat(Stream.of(dataPorts), tls.ports().stream()).toList() : List.of();
    }

    /** Those of another that would be the same as some ports of this; null for none. */
    @Nullable Located<PortRange> shared(PortRange ports, GatewayText other) {
        return other.listened().stream()
                .filter(others -> listen.stream().anyMatch(mine -> other.listen.stream().anyMatch(
                        theirs -> Conflicts.sharedPorts(mine.value(), ports, theirs.value(), others.value()))))
                .findFirst().orElse(null);
    }
}
