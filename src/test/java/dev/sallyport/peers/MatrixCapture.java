package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.capture.ByteListener;
import dev.sallyport.capture.TcpConnection;
import dev.sallyport.capture.TcpListener;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.Verb;
import dev.sallyport.lab.replay.CaptureReading;
import dev.sallyport.lab.replay.Replay;
import dev.sallyport.lab.replay.ReplayedGateway;
import dev.sallyport.lab.replay.SessionReport;
import dev.sallyport.lab.replay.SessionReport.Followed;
import dev.sallyport.net.Capture;
import dev.sallyport.net.Host;
import dev.sallyport.net.Network;
import dev.sallyport.peers.ToldSessions.Hole;
import dev.sallyport.peers.ToldSessions.Session;
import dev.sallyport.proxy.SourceAddress;
import dev.sallyport.rules.Armed;
import dev.sallyport.rules.Checks;
import dev.sallyport.session.SessionObserver;
import dev.sallyport.session.SessionPolicy;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What tcpdump saw of gateways on both their sides, and what they told of their sessions: replay is to find the same, session by
 * session and pinhole by pinhole. Gateways, servers and clients have a host to themselves, so there is nothing else on the wire; and
 * towards servers the gateways have addresses that nobody else has.
 */
final class MatrixCapture implements AutoCloseable {

    private static final Network.Address GATEWAYS = new Network.Address("127.0.0.2", "2001:db8::2");

    /** A pinhole as one side of the gateway sees it. @param from who was to connect @param used whether that one did */
    private record Door(Verb mode, InetAddress from, Endpoint to, boolean used) {}

    /**
     * A session as one side of the gateway sees it.
     *
     * @param port the client's; null towards servers, where gateways do not tell of theirs
     * @param doors in the order in which they were opened
     */
    private record Conversation(InetAddress client, @Nullable Port port, Endpoint server, List<Door> doors) {}

    private record Connection(Endpoint from, Endpoint to) {}

    private final Network network;
    private final Capture capture;
    private final ToldSessions live = new ToldSessions();

    private MatrixCapture(Network network, Capture capture) {
        this.network = network;
        this.capture = capture;
    }

    static MatrixCapture start() throws Exception {
        var network = Network.ofGatewayAlone();
        try {
            // The other is there already: all of 127.0.0.0/8 is.
            network.gateway().configure("addr add " + GATEWAYS.six() + "/128 dev lo nodad\n");
            return new MatrixCapture(network, Capture.ofControl(network.gateway(), "lo"));
        } catch (Throwable e) {
            network.close();
            throw e;
        }
    }

    /** Where gateways, servers and clients are to be. */
    Host host() {
        return network.gateway();
    }

    /** What servers are to see of the gateways. */
    SourceAddress serversSee() {
        return new SourceAddress.Own(Stream.of(Family.values()).map(MatrixCapture::gateways).toList());
    }

    /** Is to be told of all that the gateways do. */
    SessionObserver observer() {
        return live;
    }

    /**
     * All sessions of the gateways are over.
     *
     * @param fronts where clients came to gateways, and what was decided there @param servers the same behind them
     */
    void replayFindsTheSame(Map<Endpoint, Armed> fronts, Map<Endpoint, Armed> servers) throws Exception {
        await().untilAsserted(() -> assertThat(live.all()).isNotEmpty().allMatch(Session::over));
        capture.completeOnLoopback();

        var before = new Replayed(capture.file(), fronts);
        same(before.told.all(), MatrixCapture::fromClient, MatrixCapture::towardsClient);

        var behind = new Replayed(capture.file(), servers);
        var gateways = behind.told.all().stream().filter(session -> isGateway(session.context().client())).toList();
        same(gateways, MatrixCapture::fromGateway, MatrixCapture::towardsServer);

        // Clients go to a server itself too, where something fails without a gateway. And since all are on loopback, what is one's
        // connection may be thought to concern another: it is to be known whose it is.
        var all = Stream.concat(before.reports.stream(), behind.reports.stream()).toList();
        var direct = behind.reports.stream().filter(session -> !isGateway(session.client()));
        var known = Stream.concat(all.stream().flatMap(MatrixCapture::connections), direct.flatMap(MatrixCapture::strays)).toList();
        assertThat(all.stream().flatMap(MatrixCapture::strays)).as("nobody's").isSubsetOf(known);
    }

    /** @param from whose sessions they are, on the side that the replayed sessions are of @param sight how that side sees pinholes */
    private void same(List<Session> replayed, BiFunction<Session, List<Door>, Conversation> from, Function<Hole, Door> sight) {
        var found = conversations(replayed, from, MatrixCapture::onTheWire);
        var wanted = conversations(live.all(), from, sight);
        assertThat(found.keySet()).containsExactlyInAnyOrderElementsOf(wanted.keySet());
        wanted.forEach((conversation, sessions) -> {
            var theirs = found.getOrDefault(conversation, List.of());
            assertThat(theirs).as(conversation.toString()).hasSameSizeAs(sessions);
            if (sessions.size() == 1) {
                sameBytes(theirs.getFirst().holes(), sessions.getFirst().holes());
            }
        });
    }

    /** Of what an end cut short a gateway may have sent what then did not go over the wire any more. */
    private static void sameBytes(List<Hole> replayed, List<Hole> live) {
        for (var i = 0; i < live.size(); i++) {
            if (live.get(i).closedInOrder() && replayed.get(i).closedInOrder()) {
                assertThat(replayed.get(i).moved()).as(live.get(i).toString()).isEqualTo(live.get(i).moved());
            }
        }
    }

    // ---- How one side of a gateway sees sessions ----

    private static Map<Conversation, List<Session>> conversations(
            List<Session> sessions, BiFunction<Session, List<Door>, Conversation> from, Function<Hole, Door> sight) {
        return sessions.stream().collect(Collectors.groupingBy(
                session -> from.apply(session, session.holes().stream().map(sight).toList())));
    }

    private static Conversation fromClient(Session session, List<Door> doors) {
        var client = session.context().client();
        return new Conversation(client.address(), client.port(), session.context().gateway(), doors);
    }

    private static Conversation fromGateway(Session session, List<Door> doors) {
        var server = session.server();
        var family = server.address() instanceof Inet4Address ? Family.IPV4 : Family.IPV6;
        return new Conversation(gateways(family), null, server, doors);
    }

    private static Door towardsClient(Hole hole) {
        var request = hole.opened().request();
        return request.connects() == Side.CLIENT
                ? new Door(hole.opened().mode(), request.expected(), hole.opened().told(), hole.used())
                : new Door(hole.opened().mode(), request.dialFrom(), request.target(), hole.used());
    }

    private static Door towardsServer(Hole hole) {
        var request = hole.opened().request();
        return request.connects() == Side.CLIENT
                ? new Door(hole.opened().mode(), request.dialFrom(), request.target(), hole.used())
                : new Door(hole.opened().mode(), request.expected(), hole.opened().told(), hole.used());
    }

    /** Where it was captured. */
    private static Door onTheWire(Hole hole) {
        var request = hole.opened().request();
        return new Door(hole.opened().mode(), request.expected(), request.target(), hole.used());
    }

    private static InetAddress gateways(Family family) {
        return Objects.requireNonNull(Addresses.parse(GATEWAYS.in(family)));
    }

    private static boolean isGateway(Endpoint end) {
        return Stream.of(Family.values()).map(MatrixCapture::gateways).anyMatch(end.address()::equals);
    }

    private static Stream<Connection> connections(SessionReport session) {
        return Stream.concat(
                Stream.of(new Connection(session.client(), session.server())),
                session.pinholes().stream().flatMap(
                        hole -> Stream.ofNullable(hole.usedBy()).map(from -> new Connection(from, hole.to()))));
    }

    private static Stream<Connection> strays(SessionReport session) {
        return session.strays().stream().map(stray -> new Connection(stray.from(), stray.to()));
    }

    /** What replay makes of the sessions with some servers, all of which it followed to their ends. */
    private static final class Replayed implements TcpListener {

        /** Where servers are that take the same for a fault. The other family may have their ports for data connections. */
        private record Group(boolean four, Checks checks) {}

        private final Map<Group, Replay> replays = new HashMap<>();
        private final List<SessionReport> reports = new ArrayList<>();
        private final ToldSessions told = new ToldSessions();

        Replayed(Path file, Map<Endpoint, Armed> servers) {
            servers.entrySet().stream().collect(Collectors.groupingBy(
                    server -> new Group(server.getKey().address() instanceof Inet4Address, server.getValue().checks())
            )).forEach((group, alike) -> {
                var gateway = new ReplayedGateway(
                        "", SessionPolicy.DEFAULT.withRules(alike.getFirst().getValue()), List.of(), List.of());
                var ports = alike.stream().map(server -> server.getKey().port().number()).collect(Collectors.toSet());
                replays.put(group, new Replay(
                        new Replay.Settings(gateway, ports, false, false), (report, _) -> reports.add(report), told));
            });
            var reading = new CaptureReading(this);
            reading.read(file, (_, _, _) -> {});
            reading.end();
            replays.values().forEach(Replay::end);
            assertThat(reading.problems()).isEmpty();
            assertThat(reports).allSatisfy(session -> {
                assertThat(session.followed()).as(session.toString()).isEqualTo(Followed.WHOLLY);
                assertThat(session.end()).as(session.toString()).isNotNull();
            });
        }

        /** The connection is one's control connection, or nobody wants to know its bytes. */
        @Override
        public @Nullable ByteListener opened(TcpConnection connection, long timeNanos) {
            ByteListener control = null;
            for (var replay : concerned(connection)) {
                var bytes = replay.opened(connection, timeNanos);
                control = bytes == null ? control : bytes;
            }
            return control;
        }

        @Override
        public void closed(TcpConnection connection, End end, long timeNanos) {
            concerned(connection).forEach(replay -> replay.closed(connection, end, timeNanos));
        }

        private List<Replay> concerned(TcpConnection connection) {
            var four = connection.responder().getAddress() instanceof Inet4Address;
            return replays.entrySet().stream().filter(replay -> replay.getKey().four == four).map(Map.Entry::getValue).toList();
        }
    }

    @Override
    public void close() {
        capture.close();
        network.close();
    }
}
