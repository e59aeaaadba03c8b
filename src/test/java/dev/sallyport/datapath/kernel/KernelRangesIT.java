package dev.sallyport.datapath.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.net.Network;
import dev.sallyport.net.PlainClient;
import dev.sallyport.net.PlainServer;
import dev.sallyport.net.RunningGateway;
import dev.sallyport.net.Wall;
import dev.sallyport.netlink.ConntrackEvents;
import dev.sallyport.netlink.NftWriter;
import dev.sallyport.netlink.TcpState;
import dev.sallyport.peers.Family;
import dev.sallyport.session.Input;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Passive ranges as the data path has them, whatever their sessions: opened, shared, renewed, shut, and their flows. */
@Tag("system")
@Timeout(60)
class KernelRangesIT extends KernelRangeCase {

    /** Less than what is idle for too long. */
    private static final Duration GRACE = Duration.ofMillis(2_500);

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
}
