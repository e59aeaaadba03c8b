package dev.sallyport.proxy;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.SessionPolicy.ClientSourcePort;
import dev.sallyport.session.TlsPolicy;
import java.time.Duration;
import java.util.List;

/**
 * One gateway: where clients connect, which server is behind it, and how it treats them.
 *
 * @param name for logs and metrics
 * @param listen addresses and ports that clients connect to, or that the kernel hands their connections to; not empty
 * @param interception how their connections come here
 * @param server which FTP server is behind
 * @param serverSees the address that servers see
 * @param carrier what carries the data connections; those with TLS that the gateway ends are always relayed
 * @param dataPorts the ports that clients may be told for data connections
 * @param serverDataPorts the ports that servers may be told (active mode). Clients never see them. Each serves one
 *     connection a minute, because all come from the server's port 20 to the gateway's one address
 * @param policy what the engine decides by
 * @param limits how much it carries
 * @param timeouts time limits of the edge; the engine's own are in the policy
 */
public record GatewaySettings(
        String name,
        List<Endpoint> listen,
        Interception interception,
        ServerChoice server,
        SourceAddress serverSees,
        Carrier carrier,
        PortRange dataPorts,
        PortRange serverDataPorts,
        SessionPolicy policy,
        Limits limits,
        Timeouts timeouts) {

    /** What carries data connections. */
    public enum Carrier {
        /** This process; needs no privilege. */
        RELAY,
        /** The kernel, through pinholes in its packet filter; no data byte enters this process but of TLS that it ends. */
        KERNEL
    }

    /** Linux's default for ports that nobody chose; one that is taken is passed over. */
    public static final PortRange SERVER_DATA_PORTS = new PortRange(new Port(32_768), new Port(60_999));

    /**
     * @param sessions most sessions at a time, positive
     * @param sessionsPerClient most sessions of one client at a time, an IPv4 address or an IPv6 /64; positive
     */
    public record Limits(int sessions, int sessionsPerClient) {
        public static final Limits DEFAULT = new Limits(10_000, 256);
    }

    /**
     * @param connect longest time to connect to a server or a data target, positive
     * @param portWait how long a transfer waits for a free data port before 425, zero or more
     * @param portLinger how long a relay goes on listening on a data port that nobody waits at, positive
     * @param dataIdle longest silence of a data connection, positive
     */
    public record Timeouts(Duration connect, Duration portWait, Duration portLinger, Duration dataIdle) {
        public static final Timeouts DEFAULT =
                new Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofMinutes(5));

        public Timeouts withPortLinger(Duration other) {
            return new Timeouts(connect, portWait, other, dataIdle);
        }
    }

    /** Clients connect to the gateway itself, which relays; with the {@link #SERVER_DATA_PORTS}. */
    public GatewaySettings(
            String name,
            List<Endpoint> listen,
            ServerAddress server,
            PortRange dataPorts,
            SessionPolicy policy,
            Limits limits,
            Timeouts timeouts) {
        this(name, listen, server, dataPorts, SERVER_DATA_PORTS, policy, limits, timeouts);
    }

    /** Clients connect to the gateway itself, which relays. */
    public GatewaySettings(
            String name,
            List<Endpoint> listen,
            ServerAddress server,
            PortRange dataPorts,
            PortRange serverDataPorts,
            SessionPolicy policy,
            Limits limits,
            Timeouts timeouts) {
        this(
                name, listen, Interception.NONE, new ServerChoice.Fixed(server), new SourceAddress.Routed(), Carrier.RELAY,
                dataPorts, serverDataPorts, policy, limits, timeouts);
    }

    /** Whether this process carries data connections: all, or those with TLS beside the kernel's. */
    public boolean relays() {
        return carrier == Carrier.RELAY || policy.tls() instanceof TlsPolicy.Ended ended && ended.protectsData();
    }

    /**
     * Where this process itself connects to clients from in active mode: one port below those that they call (RFC 959 §3.2).
     * Empty where any port does, and where the kernel carries all data.
     *
     * @param listening what it listens on
     */
    public List<Endpoint> activeSources(List<Endpoint> listening) {
        if (!relays() || policy.clientSourcePort() == ClientSourcePort.ANY) {
            return List.of();
        }
        return interception.called(listening).stream()
                .filter(local -> local.port().number() > 1)
                .map(local -> local.withPort(new Port(local.port().number() - 1)))
                .toList();
    }

    public GatewaySettings {
        listen = List.copyOf(listen);
    }

    /** The same gateway, with other limits. */
    public GatewaySettings with(Limits otherLimits, Timeouts otherTimeouts) {
        return new GatewaySettings(
                name, listen, interception, server, serverSees, carrier, dataPorts, serverDataPorts, policy, otherLimits, otherTimeouts);
    }

    /** The same gateway, which decides by another policy. */
    public GatewaySettings with(SessionPolicy other) {
        return new GatewaySettings(
                name, listen, interception, server, serverSees, carrier, dataPorts, serverDataPorts, other, limits, timeouts);
    }
}
