package dev.sallyport.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.datapath.Transport;
import dev.sallyport.datapath.relay.RelayDataPath;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.peers.Family;
import dev.sallyport.peers.FreePorts;
import dev.sallyport.peers.OpenSockets;
import dev.sallyport.proxy.EventLoops;
import dev.sallyport.proxy.Gateway;
import dev.sallyport.proxy.GatewaySettings;
import dev.sallyport.proxy.GatewaySettings.Limits;
import dev.sallyport.proxy.ServerAddress;
import dev.sallyport.rules.OwnAddresses;
import dev.sallyport.rules.RuleSource;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/** A scripted server and a gateway in front of it, with time limits short enough to be waited for. */
final class GuardedServer implements AutoCloseable {

    private static final SessionPolicy.Timeouts SHORT = new SessionPolicy.Timeouts(
            Duration.ofMillis(1500), Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMillis(1500),
            Duration.ofSeconds(5));

    /** What the gateways here decide by. */
    static final SessionPolicy POLICY = SessionPolicy.DEFAULT.withTimeouts(SHORT);

    private static final GatewaySettings.Timeouts SHORT_EDGE = new GatewaySettings.Timeouts(
            Duration.ofSeconds(2), Duration.ofMillis(300), Duration.ofMillis(200), Duration.ofMillis(1500));

    private static final LinkedHashMap<Transport, GuardedServer> SHARED = new LinkedHashMap<>();

    private final List<String> socketsBefore = OpenSockets.of(ProcessHandle.current());
    private final EventLoops loops;
    final ScriptedServer server;
    final Gateway gateway;
    final ConcurrentLinkedQueue<SessionEvent> events = new ConcurrentLinkedQueue<>();

    /** The one that a test class shares for a transport. */
    static synchronized GuardedServer through(Transport transport) throws IOException {
        var known = SHARED.get(transport);
        if (known == null) {
            known = new GuardedServer(transport);
            SHARED.put(transport, known);
        }
        return known;
    }

    /** Closes the shared ones, the youngest first, because each compares with what was there before it. */
    static synchronized void closeAll() throws IOException {
        while (!SHARED.isEmpty()) {
            SHARED.pollLastEntry().getValue().close();
        }
    }

    GuardedServer(Transport transport) throws IOException {
        this(transport, FreePorts.range(40, Family.IPV4));
    }

    GuardedServer(Transport transport, PortRange dataPorts) throws IOException {
        this(transport, dataPorts, POLICY, OwnAddresses.NONE);
    }

    GuardedServer(Transport transport, RuleSource rules) throws IOException {
        this(transport, POLICY.withRules(rules), OwnAddresses.NONE);
    }

    /** @param own the addresses that the gateway takes for its host's own */
    GuardedServer(Transport transport, SessionPolicy policy, OwnAddresses own) throws IOException {
        this(transport, FreePorts.range(40, Family.IPV4), policy, own);
    }

    private GuardedServer(Transport transport, PortRange dataPorts, SessionPolicy policy, OwnAddresses own) throws IOException {
        var loopback = InetAddress.getByName(Family.IPV4.loopback());
        server = new ScriptedServer(new InetSocketAddress(loopback, FreePorts.pair(Family.IPV4)));
        loops = EventLoops.open(2, transport);
        gateway = Gateway.start(
                new GatewaySettings(
                        "faults",
                        List.of(new Endpoint(loopback, new Port(FreePorts.pair(Family.IPV4)))),
                        new ServerAddress(Family.IPV4.loopback(), server.endpoint().port()),
                        dataPorts,
                        policy,
                        Limits.DEFAULT,
                        SHORT_EDGE),
                loops,
                null,
                Gateway.host(own),
                _ -> events::add);
    }

    Endpoint endpoint() {
        return gateway.listening().getFirst();
    }

    /** After any fault: the sessions and data connections are gone, and the next client is served, in either mode. */
    void servesTheNext() throws IOException {
        awaitQuiet();
        server.obey();
        try (var caller = Caller.loggedIn(endpoint())) {
            assertThat(caller.download(1000)).isEqualTo(1000);
            assertThat(caller.downloadActively(1000)).isEqualTo(1000);
        }
        awaitQuiet();
        server.obey();
        events.clear();
    }

    /** Whose faults have been seen, which, and that they were only logged where they were: {@code CLIENT PORT_ZERO (logged)}. */
    List<String> faults() {
        return told(SessionEvent.FaultSeen.class)
                .map(seen -> seen.side() + " " + seen.fault() + (seen.enforced() ? "" : " (logged)"))
                .toList();
    }

    /** What its observer was told of one kind, oldest first. */
    <E extends SessionEvent> Stream<E> told(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast);
    }

    RelayDataPath relay() {
        return (RelayDataPath) gateway.dataPath();
    }

    private void awaitQuiet() {
        await().pollInterval(Duration.ofMillis(10)).atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            assertThat(gateway.sessions()).as("sessions").isZero();
            assertThat(gateway.dataPath().open()).as("pinholes and data connections").isZero();
            assertThat(server.visitors()).as("control connections to the server").isZero();
        });
    }

    /** Ends it all; nothing may be left: no listening data port, no socket. */
    @Override
    public void close() throws IOException {
        await().atMost(Duration.ofSeconds(10)).untilAsserted(
                () -> assertThat(relay().listening()).as("listening data ports").isZero());
        try {
            gateway.stop(Duration.ZERO);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        server.close();
        loops.close();
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(OpenSockets.of(ProcessHandle.current()))
                .as("sockets of this process")
                .hasSizeLessThanOrEqualTo(socketsBefore.size()));
    }
}
