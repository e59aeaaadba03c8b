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
import dev.sallyport.rules.Armed;
import dev.sallyport.rules.Checks;
import dev.sallyport.rules.RuleSet;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.SessionPolicy.ClientSourcePort;
import java.util.List;
import java.util.Optional;
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
        SessionPolicy policy) {

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
        var policy = policy(section, problems, limits, timeouts);
        section.end();
        return name == null || listen.isEmpty() || intercepted == null || dataPorts == null
                ? null
                : new GatewayText(
                        name, listen, intercepted.interception(), intercepted.server(), intercepted.serverSees(),
                        intercepted.carrier(), dataPorts, serverDataPorts, policy);
    }

    private static SessionPolicy policy(
            Section section, Problems problems, SessionPolicy.Limits limits, SessionPolicy.Timeouts timeouts) {
        var advertise = section.section("advertise");
        var toClients = advertise.value("toClients", Forms.ADVERTISED, Optional.ofNullable(POLICY.advertisedToClients()));
        var toServers = advertise.value("toServers", Forms.ADVERTISED, Optional.ofNullable(POLICY.advertisedToServers()));
        advertise.end();
        var tls = section.value("tls", Form.oneOf(SessionPolicy.Tls.class), POLICY.tls());
        var activeSourcePort = section.section("activeSourcePort");
        var checks = Checks.DEFAULT.with(ChecksText.read(section, activeSourcePort, problems));
        var toClient = activeSourcePort.value(
                "toClient", Form.oneOf(SessionPolicy.ClientSourcePort.class), POLICY.clientSourcePort());
        activeSourcePort.end();
        return new SessionPolicy(
                toClients.orElse(null), toServers.orElse(null), toClient, tls, Armed.of(RuleSet.ALLOW_ALL, checks), limits, timeouts);
    }

    GatewaySettings settings(GatewaySettings.Limits limits, GatewaySettings.Timeouts timeouts) {
        return new GatewaySettings(
                name.value(), listen.stream().map(Located::value).toList(), interception, server.value(), serverSees, carrier,
                dataPorts.value(), serverDataPorts, policy, limits, timeouts);
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

    boolean sharesPorts(GatewayText other) {
        return listensForData() && other.listensForData()
                && listen.stream().anyMatch(mine -> other.listen.stream().anyMatch(theirs -> Conflicts.sharedPorts(
                        mine.value(), dataPorts.value(), theirs.value(), other.dataPorts.value())));
    }
}
