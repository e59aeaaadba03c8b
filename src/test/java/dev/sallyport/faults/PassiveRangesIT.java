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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Protocol 35, the relay's part: who comes through the passive range of an opaque session, and for how long. */
@Tag("system")
@ParameterizedClass
@EnumSource(Transport.class)
class PassiveRangesIT {

    private static final InetAddress CLIENT = address("127.0.0.1");
    private static final InetAddress STRANGER = address("127.0.0.3");
    private static final InetAddress SERVER = address("127.0.0.2");
    private static final int DATA_CONNECTIONS = 2;
    private static final int SILENCE_MILLIS = 10_000;

    private final PortRange ports = FreePorts.range(100, Family.IPV4);
    private final ScriptedServer server = new ScriptedServer(new InetSocketAddress(SERVER, FreePorts.pair(Family.IPV4)));
    private final EventLoops loops;
    private final Gateway gateway;
    private final Map<SessionId, EndReason> ended = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<SessionId> opaque = new ConcurrentLinkedQueue<>();

    PassiveRangesIT(Transport transport) throws IOException {
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
                                null, null, usual.clientSourcePort(), SessionPolicy.Tls.PASSTHROUGH,
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
                (session, event) -> {
                    switch (event) {
                        case SessionEvent.BecameOpaque _ -> opaque.add(session.id());
                        case SessionEvent.Ended end -> ended.put(session.id(), end.reason());
                        default -> {}
                    }
                });
        server.on("AUTH", (mechanism, visitor) -> visitor.control.send("234 Go ahead."));
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> {
            assertThat(gateway.sessions()).as("sessions").isZero();
            assertThat(gateway.dataPath().open()).as("data connections").isZero();
            assertThat(((RelayDataPath) gateway.dataPath()).listening()).as("listening ports").isZero();
        });
        gateway.stop(Duration.ZERO);
        loops.close();
        server.close();
    }

    @Test
    void everyPort_isOpen_whenThe234IsTold_toThatClientAlone() throws Exception {
        try (var _ = opaque()) {
            for (var i = 0; i < ports.size(); i += 33) {
                var port = ports.at(i);
                try (var listener = listen(port);
                        var near = connect(CLIENT, port);
                        var far = listener.accept()) {
                    assertThat(far.getInetAddress()).isEqualTo(CLIENT);
                    assertCarries(near, far);
                    assertCarries(far, near);
                    assertRefused(STRANGER, port);
                }
                await().until(() -> gateway.dataPath().open() == 0);
            }
        }
    }

    @Test
    void range_shutsWithItsSession_andDataThatMovesMayFinish() throws Exception {
        var port = ports.first();
        try (var listener = listen(port);
                var control = opaque();
                var near = connect(CLIENT, port);
                var far = listener.accept()) {
            control.close();
            await().until(() -> ended.containsKey(opaque.element()));
            assertCarries(far, near);
            assertRefused(CLIENT, port);
        }
    }

    @Test
    void range_ofAKilledSession_isCut() throws Exception {
        var port = ports.last();
        try (var listener = listen(port);
                var _ = opaque();
                var near = connect(CLIENT, port);
                var far = listener.accept()) {
            assertCarries(near, far);
            gateway.kill(opaque.element());
            for (var end : List.of(near, far)) {
                assertThatThrownBy(() -> end.getInputStream().read()).isInstanceOf(IOException.class);
            }
            assertRefused(CLIENT, port);
        }
    }

    @Test
    void dataOfAnEndedSession_hasTheGraceOfAStop() throws Exception {
        endWithData((near, far) -> {
            var stopped = Aside.run(() -> gateway.stop(Duration.ofSeconds(20)));
            await().during(Duration.ofMillis(500)).atMost(Duration.ofSeconds(2)).until(() -> !stopped.isDone());
            assertCarries(far, near);
            near.close();
            assertThat(far.getInputStream().read()).isNegative();
            far.close();
            stopped.join();
        });
    }

    @Test
    void dataOfAnEndedSession_beyondTheGrace_isCut() throws Exception {
        endWithData((near, far) -> {
            gateway.stop(Duration.ofMillis(300));
            for (var end : List.of(near, far)) {
                assertThatThrownBy(() -> end.getInputStream().read()).isInstanceOf(IOException.class);
            }
        });
    }

    private interface BothEnds {
        void of(Socket near, Socket far) throws Exception;
    }

    /** A session ends while data moves. */
    private void endWithData(BothEnds then) throws Exception {
        try (var listener = listen(ports.first());
                var control = opaque();
                var near = connect(CLIENT, ports.first());
                var far = listener.accept()) {
            assertCarries(near, far);
            control.close();
            await().until(() -> gateway.sessions() == 0);
            then.of(near, far);
        }
    }

    @Test
    void sessionsOfOneClient_shareTheRange_untilTheLastHasEnded() throws Exception {
        var port = ports.first();
        try (var listener = listen(port);
                var first = opaque();
                var second = opaque()) {
            first.close();
            await().until(() -> ended.containsKey(opaque.element()));
            try (var near = connect(CLIENT, port);
                    var far = listener.accept()) {
                assertCarries(near, far);
            }
            second.close();
            await().until(() -> ended.size() == 2);
            assertRefused(CLIENT, port);
        }
    }

    @Test
    void dataConnections_beyondTheLimit_areReset() throws Exception {
        var port = ports.first();
        try (var listener = listen(port);
                var _ = opaque();
                var near = connect(CLIENT, port);
                var far = listener.accept();
                var near2 = connect(CLIENT, port);
                var far2 = listener.accept()) {
            assertCarries(near, far);
            assertCarries(near2, far2);
            assertRefused(CLIENT, port);
        }
    }

    @Test
    void portThatSomebodyElseHas_refusesTheRange_andEndsTheSession() throws Exception {
        try (var taken = new ServerSocket(ports.at(50).number(), 1, CLIENT);
                var control = greeted()) {
            assertThat(taken.isBound()).isTrue();
            control.send("AUTH TLS");
            control.expect("421 Cannot open the data ports: No free data port.");
            control.expectEnd();
        }
        await().untilAsserted(() -> assertThat(ended).containsValue(EndReason.RANGE_REFUSED));
        // What had been bound is given back.
        try (var _ = opaque()) {
            assertThat(opaque).hasSize(1);
        }
    }

    /** Protocol 31: a transfer that takes longer than the control connection may be silent. */
    @Test
    void dataThatLives_keepsASilentSession() throws Exception {
        var port = ports.first();
        try (var listener = listen(port);
                var control = opaque()) {
            try (var near = connect(CLIENT, port);
                    var far = listener.accept()) {
                await().during(Duration.ofSeconds(5)).atMost(Duration.ofSeconds(6)).until(ended::isEmpty);
                assertCarries(near, far);
            }
            await().untilAsserted(() -> assertThat(ended).containsValue(EndReason.IDLE_TIMEOUT));
            control.expectEnd();
        }
    }

    @Test
    void targetThatRefuses_isRefusedToTheClient() throws Exception {
        try (var _ = opaque()) {
            assertRefused(CLIENT, ports.first());
        }
    }

    private Dialogue greeted() throws IOException {
        var socket = new Socket();
        socket.bind(new InetSocketAddress(CLIENT, 0));
        socket.connect(gateway.listening().getFirst().toSocketAddress(), SILENCE_MILLIS);
        socket.setSoTimeout(SILENCE_MILLIS);
        var control = new Dialogue(socket);
        control.expect("220 ");
        return control;
    }

    private Dialogue opaque() throws IOException {
        var control = greeted();
        control.send("AUTH TLS");
        control.expect("234 ");
        return control;
    }

    private ServerSocket listen(Port port) throws IOException {
        var listener = new ServerSocket(port.number(), 10, SERVER);
        listener.setSoTimeout(SILENCE_MILLIS);
        return listener;
    }

    private static Socket connect(InetAddress from, Port port) throws IOException {
        var socket = new Socket();
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress(CLIENT, port.number()), SILENCE_MILLIS);
        socket.setSoTimeout(SILENCE_MILLIS);
        return socket;
    }

    private static void assertCarries(Socket from, Socket to) throws IOException {
        from.getOutputStream().write(42);
        assertThat(to.getInputStream().read()).isEqualTo(42);
    }

    /** Refused or reset, and nobody on the other side. */
    private static void assertRefused(InetAddress from, Port port) {
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
