package dev.sallyport.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.datapath.Transport;
import dev.sallyport.datapath.relay.RelayDataPath;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Network;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.peers.Family;
import dev.sallyport.peers.FreePorts;
import dev.sallyport.proxy.EventLoops;
import dev.sallyport.proxy.Gateway;
import dev.sallyport.proxy.GatewaySettings;
import dev.sallyport.proxy.ServerAddress;
import dev.sallyport.rules.Armed;
import dev.sallyport.session.EndReason;
import dev.sallyport.session.PassiveRange;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionId;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.TlsPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A relay that lets TLS pass, a server behind it that agrees to it, and what its sessions have told. Closed, it has left nothing. */
final class OpaqueGateway implements AutoCloseable {

    static final InetAddress CLIENT = address("127.0.0.1");
    static final InetAddress STRANGER = address("127.0.0.3");
    static final InetAddress SERVER = address("127.0.0.2");
    private static final int DATA_CONNECTIONS = 2;
    private static final int SILENCE_MILLIS = 10_000;

    final PortRange ports;
    private final ScriptedServer server = new ScriptedServer(new InetSocketAddress(SERVER, FreePorts.pair(Family.IPV4)));
    private final EventLoops loops;
    final Gateway gateway;
    final Map<SessionId, EndReason> ended = new ConcurrentHashMap<>();
    final Map<SessionId, SessionEvent.Ended> ends = new ConcurrentHashMap<>();
    final Queue<SessionId> opaque = new ConcurrentLinkedQueue<>();
    final Queue<SessionId> shut = new ConcurrentLinkedQueue<>();
    final Queue<SessionEvent.RangeMoved> moved = new ConcurrentLinkedQueue<>();

    /** @param portCount how many passive ports the server is said to have */
    OpaqueGateway(Transport transport, int portCount) throws IOException {
        ports = FreePorts.range(portCount, Family.IPV4);
        loops = EventLoops.open(2, transport);
        var usual = SessionPolicy.DEFAULT;
        var limits = usual.limits();
        var timeouts = usual.timeouts();
        gateway = Gateway.start(
                new GatewaySettings(
                        "ranges",
                        List.of(new Endpoint(CLIENT, new Port(FreePorts.pair(Family.IPV4)))),
                        new ServerAddress(SERVER.getHostAddress(), server.endpoint().port()),
                        FreePorts.range(4, Family.IPV4),
                        new SessionPolicy(
                                null, null, usual.clientSourcePort(), TlsPolicy.PASSTHROUGH,
                                List.of(new PassiveRange(List.of(Network.of(SERVER)), ports)), Armed.DEFAULT,
                                new SessionPolicy.Limits(
                                        limits.lineBytes(), limits.replyLines(), limits.outstandingCommands(), DATA_CONNECTIONS,
                                        limits.transfers()),
                                new SessionPolicy.Timeouts(
                                        timeouts.greeting(), timeouts.login(), Duration.ofSeconds(3), timeouts.reply(),
                                        timeouts.pinhole())),
                        GatewaySettings.Limits.DEFAULT,
                        GatewaySettings.Timeouts.DEFAULT.withPortLinger(Duration.ofMillis(200))),
                loops,
                session -> event -> {
                    switch (event) {
                        case SessionEvent.BecameOpaque _ -> opaque.add(session.id());
                        case SessionEvent.RangeMoved more -> moved.add(more);
                        case SessionEvent.RangeClosed _ -> shut.add(session.id());
                        case SessionEvent.Ended end -> {
                            ends.put(session.id(), end);
                            ended.put(session.id(), end.reason());
                        }
                        default -> {}
                    }
                });
        server.on("AUTH", (mechanism, visitor) -> visitor.control.send("234 Go ahead."));
    }

    @Override
    public void close() throws Exception {
        await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> {
            assertThat(gateway.sessions()).as("sessions").isZero();
            assertThat(gateway.dataPath().open()).as("data connections").isZero();
            assertThat(((RelayDataPath) gateway.dataPath()).listening()).as("listening ports").isZero();
        });
        gateway.stop(Duration.ZERO);
        loops.close();
        server.close();
    }

    Dialogue greeted() throws IOException {
        return greeted(CLIENT);
    }

    private Dialogue greeted(InetAddress client) throws IOException {
        var socket = new Socket();
        socket.bind(new InetSocketAddress(client, 0));
        socket.connect(gateway.listening().getFirst().toSocketAddress(), SILENCE_MILLIS);
        socket.setSoTimeout(SILENCE_MILLIS);
        var control = new Dialogue(socket);
        control.expect("220 ");
        return control;
    }

    Dialogue opaque() throws IOException {
        return opaque(CLIENT);
    }

    Dialogue opaque(InetAddress client) throws IOException {
        var control = greeted(client);
        control.send("AUTH TLS");
        control.expect("234 ");
        return control;
    }

    static ServerSocket listen(Port port) throws IOException {
        var listener = new ServerSocket(port.number(), 10, SERVER);
        listener.setSoTimeout(SILENCE_MILLIS);
        return listener;
    }

    static Socket connect(InetAddress from, Port port) throws IOException {
        var socket = new Socket();
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress(CLIENT, port.number()), SILENCE_MILLIS);
        socket.setSoTimeout(SILENCE_MILLIS);
        return socket;
    }

    static void assertCarries(Socket from, Socket to) throws IOException {
        from.getOutputStream().write(42);
        assertThat(to.getInputStream().read()).isEqualTo(42);
    }

    /** Refused or reset, and nobody on the other side. */
    static void assertRefused(InetAddress from, Port port) {
        assertThatThrownBy(() -> {
            try (var socket = connect(from, port)) {
                socket.getInputStream().read();
            }
        }).isInstanceOf(IOException.class).isNotInstanceOf(SocketTimeoutException.class);
    }

    private static InetAddress address(String text) {
        return Objects.requireNonNull(Addresses.parse(text));
    }
}
