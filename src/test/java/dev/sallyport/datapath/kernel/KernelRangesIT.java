package dev.sallyport.datapath.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.datapath.DataPath;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.net.Network;
import dev.sallyport.net.Network.Address;
import dev.sallyport.net.Network.Topology;
import dev.sallyport.net.PlainClient;
import dev.sallyport.net.PlainServer;
import dev.sallyport.net.RunningGateway;
import dev.sallyport.net.Wall;
import dev.sallyport.netlink.ConntrackEvents;
import dev.sallyport.netlink.NftWriter;
import dev.sallyport.netlink.TcpState;
import dev.sallyport.peers.Family;
import dev.sallyport.session.Input;
import dev.sallyport.session.PinholeRefusal;
import dev.sallyport.session.RangeId;
import dev.sallyport.session.RangeRequest;
import dev.sallyport.session.SessionId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Passive ranges as the data path has them, whatever their sessions: opened, shared, renewed, shut, and their flows. */
@Tag("system")
@Timeout(60)
class KernelRangesIT {

    private static final Duration LIFE = Duration.ofSeconds(3);
    /** Less than what is idle for too long. */
    private static final Duration GRACE = Duration.ofMillis(2_500);
    private static final int PORT = 50_010;
    private static final String LIMITS = """
            timeouts:
              dataIdle: 3s
            """;

    private Network network;
    private ServerSocket listener;

    @BeforeEach
    void build() throws Exception {
        network = Network.open(Topology.ROUTED);
        listener = Wall.listen(network.server(), "::", PORT);
    }

    @AfterEach
    void remove() throws Exception {
        if (network != null) {
            listener.close();
            network.close();
        }
    }

    private GatewayInHost start(int setSize, Runnable beforeAnswers) throws Exception {
        return GatewayInHost.start(network, LIMITS, setSize, new Firewall.Tuning(
                new NftWriter.Settings(1_000, beforeAnswers), Firewall.Tuning.USUAL.events(),
                new KernelRanges.Tuning(LIFE, Duration.ofSeconds(1), Duration.ofSeconds(1))));
    }

    private GatewayInHost start() throws Exception {
        return start(RulesetSettings.DEFAULT_SET_SIZE, () -> {});
    }

    private static RangeRequest request(int session, Address client, Address server, Family family, PortRange ports) throws IOException {
        var from = InetAddress.getByName(client.in(family));
        var to = InetAddress.getByName(server.in(family));
        return new RangeRequest(new RangeId(new SessionId(session), 1), from, to, to, from, ports, 8);
    }

    private static RangeRequest request(int session) throws IOException {
        return request(session, Network.CLIENT, Network.SERVER, Family.IPV4, GatewayInHost.PASSIVE);
    }

    private static RangeId opened(DataPath path, RangeOwner owner, RangeRequest request) throws Exception {
        path.openRange(request, owner);
        assertThat(owner.next()).isEqualTo(new Input.RangeOpened(request.id()));
        return request.id();
    }

    private Socket connect(Family family) throws Exception {
        return Wall.connect(network.client(), Network.CLIENT.in(family), 0, Network.SERVER.in(family), PORT);
    }

    private boolean refused(Address client, Family family) throws Exception {
        var host = client == Network.CLIENT ? network.client() : client == Network.SECOND ? network.second() : network.attacker();
        return Wall.refused(host, client.in(family), 0, Network.SERVER.in(family), PORT);
    }

    private static void reset(int millis, Socket... ends) throws IOException {
        for (var end : ends) {
            end.setSoTimeout(millis);
            assertThatThrownBy(() -> end.getInputStream().read()).isInstanceOf(IOException.class).hasMessageContaining("reset");
        }
    }

    private List<String> elements() throws Exception {
        return RunningGateway.elements(network.gateway(), "range", "server", "snat");
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void range_isOpenToItsClientAlone_forAnyNumberOfConnections_andCutWhenItIsShut(Family family) throws Exception {
        try (var gateway = start()) {
            var path = gateway.gateway.dataPath();
            var owner = new RangeOwner(gateway.loop());
            assertThat(refused(Network.CLIENT, family)).isTrue();
            var id = opened(path, owner, request(1, Network.CLIENT, Network.SERVER, family, GatewayInHost.PASSIVE));
            try (var one = connect(family); var atServer = listener.accept(); var two = connect(family); var other = listener.accept()) {
                Wall.converse(one, atServer);
                Wall.converse(two, other);
                assertThat(RunningGateway.flows(network.gateway())).hasSize(2);
                assertThat(refused(Network.SECOND, family)).isTrue();
                assertThat(refused(Network.ATTACKER, family)).isTrue();
                path.closeRange(id, true);
                reset(1_500, one, atServer, two, other);
                assertThat(refused(Network.CLIENT, family)).isTrue();
            }
            assertThat(elements()).isEmpty();
            await().atMost(Duration.ofSeconds(10)).until(() -> RunningGateway.flows(network.gateway()).isEmpty());
        }
    }

    @Test
    void sessionsOfOneClient_shareTheRange_andTheLastShutsIt() throws Exception {
        try (var gateway = start()) {
            var path = gateway.gateway.dataPath();
            var one = new RangeOwner(gateway.loop());
            var two = new RangeOwner(gateway.loop());
            var first = opened(path, one, request(1));
            var second = opened(path, two, request(2));
            assertThat(elements()).hasSize(1);
            try (var socket = connect(Family.IPV4); var atServer = listener.accept()) {
                path.closeRange(first, true);
                path.closeRange(first, true);
                Wall.converse(socket, atServer);
                try (var more = connect(Family.IPV4); var also = listener.accept()) {
                    Wall.converse(more, also);
                }
                path.closeRange(second, true);
                reset(1_500, socket);
            }
            assertThat(refused(Network.CLIENT, Family.IPV4)).isTrue();
            assertThat(elements()).isEmpty();
            // And again, with a mark of its own: nothing of the cut is left in its way.
            var third = opened(path, one, request(3));
            try (var socket = connect(Family.IPV4); var atServer = listener.accept()) {
                Wall.converse(socket, atServer);
            }
            path.closeRange(third, true);
        }
    }

    @Test
    void rangeShutWithoutCutting_letsItsFlowsGoOn_asLongAsTheyMove_andNothingElseIn() throws Exception {
        try (var gateway = start()) {
            var path = gateway.gateway.dataPath();
            var id = opened(path, new RangeOwner(gateway.loop()), request(1));
            try (var socket = connect(Family.IPV4); var atServer = listener.accept()) {
                path.closeRange(id, false);
                // Who closes does not wait for the kernel.
                await().atMost(Duration.ofSeconds(1)).until(() -> elements().isEmpty());
                assertThat(refused(Network.CLIENT, Family.IPV4)).isTrue();
                for (int i = 0; i < 6; i++) {
                    Thread.sleep(700);
                    Wall.converse(socket, atServer);
                }
                reset(10_000, socket, atServer);
            }
        }
    }

    @Test
    void rangeOfTwoGateways_isWhoseHasItLast_whichCutsItWhenItShutsDown() throws Exception {
        try (var gateway = start()) {
            var one = gateway.gateway.dataPath();
            var two = gateway.another();
            var loop = gateway.loop();
            var first = new RangeOwner(loop);
            var second = new RangeOwner(loop);
            var third = new RangeOwner(loop);
            opened(one, first, request(1));
            opened(two, second, request(2));
            var other = opened(two, third, request(3, Network.SECOND, Network.SERVER, Family.IPV4, GatewayInHost.PASSIVE));
            try (var socket = connect(Family.IPV4); var atServer = listener.accept()) {
                one.closeRange(request(1).id(), false);
                first.awaitEnd(request(1).id());
                two.closeRange(request(2).id(), false);
                one.shutDown();
                // What the first had cut would be before this.
                two.closeRange(other, true);
                third.awaitEnd(other);
                Wall.converse(socket, atServer);
                assertThat(second.ended()).isEmpty();
                two.shutDown();
                second.awaitEnd(request(2).id());
                reset(1_500, socket, atServer);
            }
        }
    }

    /** A client that connects and closes its session in one moment: what the kernel has not told yet is the session's all the same. */
    @Test
    void dataOfWhichNothingWasTold_isFound_beforeItsSessionIsToldItsEnd() throws Exception {
        network.client().assumeNothingIsLost();
        network.server().assumeNothingIsLost();
        var deaf = new ConntrackEvents.Settings(Ruleset.OWN_FLOW, 0, TcpState.OVER);
        try (var gateway = GatewayInHost.start(network, LIMITS, RulesetSettings.DEFAULT_SET_SIZE, new Firewall.Tuning(
                new NftWriter.Settings(), deaf, new KernelRanges.Tuning(LIFE, LIFE, LIFE)))) {
            var path = gateway.gateway.dataPath();
            var owner = new RangeOwner(gateway.loop());
            var id = opened(path, owner, request(1));
            try (var socket = connect(Family.IPV4); var atServer = listener.accept()) {
                assertThat(owner.sum(id).came()).as("told by the kernel").isZero();
                path.closeRange(id, false);
                await().until(() -> owner.sum(id).came() == 1);
                assertThat(owner.ended()).isEmpty();
                Wall.converse(socket, atServer);
                path.closeRange(id, true);
                owner.awaitEnd(id);
                reset(1_500, socket, atServer);
            }
            assertThat(owner.sum(id).standing()).isZero();
            assertThat(owner.sum(id).moved().bytesToServer()).isPositive();
        }
    }

    @Test
    void dataOfAnEndedSession_hasTheGraceOfAStop_andIsCutBehindIt() throws Exception {
        var passive = """
                tls: passthrough
                passiveRanges:
                  - { servers: ["%s"], ports: %s }
                """.formatted(Network.SERVER.four(), GatewayInHost.PASSIVE).indent(4);
        try (var server = PlainServer.start(network.server(), Network.SERVER.four(), 21);
                var gateway = GatewayInHost.start(network, passive, RulesetSettings.DEFAULT_SET_SIZE, Firewall.Tuning.USUAL)) {
            server.on("AUTH", (mechanism, visitor) -> visitor.say("234 Go on."));
            var session = PlainClient.login(network.client(), Network.CLIENT.four(), Network.SERVER.four());
            session.ask("AUTH TLS", "234 ");
            try (var socket = connect(Family.IPV4); var atServer = listener.accept()) {
                session.close();
                await().until(() -> elements().isEmpty());
                var stopped = CompletableFuture.runAsync(() -> {
                    try {
                        gateway.gateway.stop(GRACE);
                    } catch (InterruptedException asked) {
                        Thread.currentThread().interrupt();
                    }
                });
                Thread.sleep(500);
                Wall.converse(socket, atServer);
                assertThat(stopped).isNotDone();
                reset(10_000, socket, atServer);
                stopped.join();
            }
        }
    }

    @Test
    void range_isRenewed_andEndsByItselfWhenNobodyDoes() throws Exception {
        try (var gateway = start()) {
            opened(gateway.gateway.dataPath(), new RangeOwner(gateway.loop()), request(1));
            Thread.sleep(LIFE.plusSeconds(1).toMillis());
            try (var socket = connect(Family.IPV4); var atServer = listener.accept()) {
                Wall.converse(socket, atServer);
                gateway.loseNetlink();
                assertThat(elements()).singleElement().asString().contains("timeout 3s");
                await().atMost(LIFE.plusSeconds(1)).pollInterval(Duration.ofMillis(50)).until(() -> elements().isEmpty());
                assertThat(refused(Network.CLIENT, Family.IPV4)).isTrue();
                Wall.converse(socket, atServer);
            }
        }
    }

    @Test
    void rangeThatLeadsElsewhere_orToAnotherFamily_isRefused() throws Exception {
        try (var gateway = start()) {
            var path = gateway.gateway.dataPath();
            var owner = new RangeOwner(gateway.loop());
            opened(path, owner, request(1));
            var elsewhere = InetAddress.getByName(Network.ATTACKER.four());
            var like = request(2);
            path.openRange(
                    new RangeRequest(
                            like.id(), like.client(), like.listen(), elsewhere, like.dialFrom(), PortRange.parse("50099-50200"), 8),
                    owner);
            assertThat(owner.next()).isEqualTo(new Input.RangeRefused(like.id(), PinholeRefusal.DATA_PATH_FAILED));
            var six = InetAddress.getByName(Network.SERVER.six());
            path.openRange(new RangeRequest(like.id(), like.client(), like.listen(), six, like.dialFrom(), like.ports(), 8), owner);
            assertThat(owner.next()).isEqualTo(new Input.RangeRefused(like.id(), PinholeRefusal.DATA_PATH_FAILED));
            assertThat(elements()).hasSize(1);
        }
    }

    @Test
    void fullMap_refusesTheRange_andAnotherMayOpenLater() throws Exception {
        try (var gateway = start(1, () -> {})) {
            var path = gateway.gateway.dataPath();
            var owner = new RangeOwner(gateway.loop());
            var first = opened(path, owner, request(1));
            var other = request(2, Network.SECOND, Network.SERVER, Family.IPV4, GatewayInHost.PASSIVE);
            path.openRange(other, owner);
            assertThat(owner.next()).isEqualTo(new Input.RangeRefused(other.id(), PinholeRefusal.TABLE_FULL));
            path.closeRange(other.id(), true);
            path.closeRange(first, true);
            // A kernel takes a deleted element off its count a little later.
            await().untilAsserted(() -> {
                owner.told.clear();
                path.openRange(other, owner);
                assertThat(owner.next()).isEqualTo(new Input.RangeOpened(other.id()));
            });
        }
    }

    @Test
    void dataThatMoves_isTold_untilItHasBeenSilentForTooLong() throws Exception {
        try (var gateway = start()) {
            var owner = new RangeOwner(gateway.loop());
            opened(gateway.gateway.dataPath(), owner, request(1));
            Thread.sleep(2_500);
            assertThat(owner.told).as("without a connection nothing moves").isEmpty();
            try (var socket = connect(Family.IPV4); var atServer = listener.accept()) {
                for (int i = 0; i < 3; i++) {
                    Wall.converse(socket, atServer);
                    assertThat(owner.next()).isEqualTo(new Input.OpaqueMoved());
                }
                // Each second, until it has been silent for three.
                for (var more = 0; owner.told.poll(2_500, TimeUnit.MILLISECONDS) != null; more++) {
                    assertThat(more).isLessThan(5);
                }
                Wall.converse(socket, atServer);
                assertThat(owner.next()).isEqualTo(new Input.OpaqueMoved());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Deed.class)
    void tableTakenAway_rangeIsOpenAgain_andItsFlowsGoOn(Deed deed) throws Exception {
        try (var gateway = start()) {
            var path = gateway.gateway.dataPath();
            var id = opened(path, new RangeOwner(gateway.loop()), request(1));
            try (var socket = connect(Family.IPV4); var atServer = listener.accept()) {
                network.gateway().nft(deed.command);
                await().atMost(Duration.ofSeconds(5)).ignoreExceptions().until(() -> elements().size() == 1
                        && network.gateway().require("nft", "list", "chain", "inet", "sallyport", "pinhole").contains("@range4"));
                Wall.converse(socket, atServer);
                try (var more = connect(Family.IPV4); var also = listener.accept()) {
                    Wall.converse(more, also);
                }
                path.closeRange(id, true);
                reset(1_500, socket);
            }
        }
    }

    private enum Deed {
        /** Of the rules; sets keep what they have. */
        FLUSH_TABLE("flush table inet sallyport"),
        DELETE_TABLE("delete table inet sallyport"),
        /** What nobody notices at once is there again with the next renewal. */
        FLUSH_MAP("flush map inet sallyport range4_50000_50099");

        private final String command;

        Deed(String command) {
            this.command = command;
        }
    }

    @Test
    void rangeClosedWhileItOpens_tellsNothing_andLeavesNothing() throws Exception {
        try (var gateway = start(RulesetSettings.DEFAULT_SET_SIZE, KernelRangesIT::pause)) {
            var path = gateway.gateway.dataPath();
            var owner = new RangeOwner(gateway.loop());
            path.openRange(request(1), owner);
            path.closeRange(request(1).id(), true);
            var againNanos = System.nanoTime();
            opened(path, owner, request(2));
            assertThat(System.nanoTime() - againNanos).as("told when the kernel has answered").isGreaterThan(200_000_000);
            path.closeRange(request(2).id(), true);
            await().atMost(Duration.ofSeconds(2)).until(() -> elements().isEmpty());
            assertThat(owner.told).isEmpty();
            assertThat(refused(Network.CLIENT, Family.IPV4)).isTrue();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(200);
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }
}
