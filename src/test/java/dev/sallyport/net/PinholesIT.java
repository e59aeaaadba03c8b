package dev.sallyport.net;

import static dev.sallyport.net.Wall.connect;
import static dev.sallyport.net.Wall.listen;
import static dev.sallyport.net.Wall.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.datapath.kernel.RulesetCounter;
import dev.sallyport.datapath.kernel.RulesetSettings;
import dev.sallyport.datapath.kernel.RulesetSettings.Data;
import dev.sallyport.datapath.kernel.RulesetSettings.Interception;
import dev.sallyport.net.Network.Address;
import dev.sallyport.net.Network.Topology;
import dev.sallyport.peers.Family;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Pinholes in the base ruleset: each admits its one connection, with the right addresses at both ends, and no other. */
@Tag("system")
@Timeout(60)
class PinholesIT {
    private static final int SERVER_PORT = 50_321;
    private static final int CLIENT_PORT = 40_001;
    private static final int ADVERTISED = 61_000;
    private static final int FOR_SERVER = 62_000;

    /** Where a connection goes, and what each end sees of the other. */
    private record Path(Pinhole pinhole, Address listensOn, int listensAt, Address seesTarget, Address seesCaller) {}

    static Stream<Arguments> everyWay() {
        return Stream.of(Topology.values()).flatMap(topology -> Stream.of(Interception.TPROXY, Interception.REDIRECT)
                .flatMap(interception -> Stream.of(Family.values()).map(family -> Arguments.of(topology, interception, family))));
    }

    private static Path passive(Topology topology, Interception interception, Family family, int id) {
        var routed = Pinhole.of(family, id, Network.CLIENT, Network.SERVER, SERVER_PORT);
        return switch (topology) {
            case ROUTED -> interception == Interception.TPROXY
                    ? new Path(routed, Network.SERVER, SERVER_PORT, Network.SERVER, Network.CLIENT)
                    : new Path(
                            routed.seenAs(Network.GATEWAY_OUTSIDE), Network.SERVER, SERVER_PORT, Network.SERVER,
                            Network.GATEWAY_OUTSIDE);
            case VIP -> {
                var translated = Pinhole.of(family, id, Network.CLIENT, Network.VIP, ADVERTISED).leadingTo(Network.SERVER, SERVER_PORT);
                yield interception == Interception.TPROXY
                        ? new Path(translated, Network.SERVER, SERVER_PORT, Network.VIP, Network.CLIENT)
                        : new Path(
                                translated.seenAs(Network.GATEWAY_OUTSIDE), Network.SERVER, SERVER_PORT, Network.VIP,
                                Network.GATEWAY_OUTSIDE);
            }
            case OUTBOUND -> new Path(
                    routed.seenAs(Network.GATEWAY_OUTSIDE), Network.SERVER, SERVER_PORT, Network.SERVER, Network.GATEWAY_OUTSIDE);
        };
    }

    private static Path active(Topology topology, Interception interception, Family family, int id) {
        var toClient = Pinhole.of(family, id, Network.SERVER, Network.CLIENT, CLIENT_PORT);
        var toGateway = Pinhole.of(family, id, Network.SERVER, Network.GATEWAY_OUTSIDE, FOR_SERVER)
                .leadingTo(Network.CLIENT, CLIENT_PORT);
        boolean direct = interception == Interception.TPROXY && topology != Topology.OUTBOUND;
        var pinhole = (direct ? toClient : toGateway).onlyFromPort(20);
        var seesTarget = direct ? Network.CLIENT : Network.GATEWAY_OUTSIDE;
        return topology == Topology.VIP
                ? new Path(pinhole.seenAs(Network.VIP), Network.CLIENT, CLIENT_PORT, seesTarget, Network.VIP)
                : new Path(pinhole, Network.CLIENT, CLIENT_PORT, seesTarget, Network.SERVER);
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void passivePinhole_admitsOneConnection_withTheRightAddresses(Topology topology, Interception interception, Family family)
            throws Exception {
        try (var wall = wall(topology, interception)) {
            var delivery = LocalDelivery.watch(wall.network.gateway());
            var path = passive(topology, interception, family, 7);
            String own = Network.CLIENT.in(family);
            assertThat(refused(wall.network.client(), own, 0, path.pinhole().to(), path.pinhole().toPort())).isTrue();
            wall.open(path.pinhole());
            assertThat(refused(wall.network.second(), Network.SECOND.in(family), 0, path.pinhole().to(), path.pinhole().toPort()))
                    .as("another client").isTrue();
            assertThat(refused(wall.network.attacker(), Network.ATTACKER.in(family), 0, path.pinhole().to(), path.pinhole().toPort()))
                    .as("an attacker").isTrue();
            admits(wall, wall.network.client(), own, 0, wall.network.server(), path, family);
            assertThat(refused(wall.network.client(), own, 0, path.pinhole().to(), path.pinhole().toPort()))
                    .as("a second connection").isTrue();
            assertThat(wall.count(RulesetCounter.PINHOLES)).isEqualTo(1);
            assertThat(wall.count(RulesetCounter.USED)).isEqualTo(1);
            assertThat(wall.count(topology == Topology.VIP ? RulesetCounter.DATAPORTS : RulesetCounter.STRANGERS))
                    .as("before, from another, from an attacker")
                    // A port for clients is not watched on the servers' side: nobody listens there.
                    .isEqualTo(topology == Topology.VIP ? 2 : 3);
            assertThat(delivery.delivered().stream().filter(one -> one.packets() > 1)).as("data in user space").isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void activePinhole_admitsOneConnectionFromPort20_withTheRightAddresses(
            Topology topology, Interception interception, Family family) throws Exception {
        try (var wall = wall(topology, interception)) {
            var path = active(topology, interception, family, 8);
            String own = Network.SERVER.in(family);
            wall.open(path.pinhole());
            assertThat(refused(wall.network.server(), own, 2020, path.pinhole().to(), path.pinhole().toPort()))
                    .as("another source port").isTrue();
            assertThat(wall.count(RulesetCounter.USED)).isEqualTo(1);
            assertThat(refused(wall.network.attacker(), Network.ATTACKER.in(family), 20, path.pinhole().to(), path.pinhole().toPort()))
                    .as("an attacker").isTrue();
            admits(wall, wall.network.server(), own, 20, wall.network.client(), path, family);
            assertThat(refused(wall.network.server(), own, 2021, path.pinhole().to(), path.pinhole().toPort()))
                    .as("a second connection").isTrue();
            assertThat(wall.count(RulesetCounter.USED)).isEqualTo(2);
            assertThat(wall.count(RulesetCounter.PINHOLES)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void pinhole_pastItsTime_admitsNobody(Family family) throws Exception {
        try (var wall = wall(Topology.ROUTED, Interception.TPROXY);
                var listener = listen(wall.network.server(), Network.SERVER.in(family), SERVER_PORT)) {
            wall.open(Pinhole.of(family, 9, Network.CLIENT, Network.SERVER, SERVER_PORT), "200ms");
            Thread.sleep(400);
            assertThat(refused(wall.network.client(), Network.CLIENT.in(family), 0, Network.SERVER.in(family), SERVER_PORT)).isTrue();
            assertThat(listener.getLocalPort()).isEqualTo(SERVER_PORT);
            assertThat(wall.count(RulesetCounter.STRANGERS)).isEqualTo(1);
            assertThat(wall.count(RulesetCounter.PINHOLES)).isZero();
        }
    }

    /** Port 20 of the VIP, to two clients' same port at once, and to one of them again behind a closed connection. */
    @ParameterizedTest
    @EnumSource(Family.class)
    void sourcePort20_translated_staysForManyAtOnce(Family family) throws Exception {
        try (var wall = wall(Topology.VIP, Interception.TPROXY)) {
            for (int round = 1; round <= 3; round++) {
                var first = Pinhole.of(family, 2 * round, Network.SERVER, Network.CLIENT, CLIENT_PORT).onlyFromPort(20).seenAs(Network.VIP);
                var second = Pinhole.of(family, 2 * round + 1, Network.SERVER, Network.SECOND, CLIENT_PORT)
                        .onlyFromPort(20).seenAs(Network.VIP);
                wall.network.gateway().nft("""
                        flush map inet sallyport id4; flush map inet sallyport id6
                        flush set inet sallyport src4; flush set inet sallyport src6
                        """);
                wall.open(first);
                wall.open(second);
                try (var one = listen(wall.network.client(), Network.CLIENT.in(family), CLIENT_PORT);
                        var two = listen(wall.network.second(), Network.SECOND.in(family), CLIENT_PORT);
                        var toOne = connect(wall.network.server(), Network.SERVER.in(family), 20, Network.CLIENT.in(family), CLIENT_PORT);
                        var toTwo = connect(wall.network.server(), Network.SERVER.in(family), 20, Network.SECOND.in(family), CLIENT_PORT);
                        var atOne = one.accept();
                        var atTwo = two.accept()) {
                    var vip = new InetSocketAddress(Network.VIP.in(family), 20);
                    assertThat(atOne.getRemoteSocketAddress()).isEqualTo(vip);
                    assertThat(atTwo.getRemoteSocketAddress()).isEqualTo(vip);
                    Wall.converse(toOne, atOne);
                    Wall.converse(toTwo, atTwo);
                    // The end that closes first keeps the ports: let it be the client's.
                    atOne.close();
                    atTwo.close();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void flow_cut_isResetAtBothEnds(Topology topology, Interception interception, Family family) throws Exception {
        try (var wall = wall(topology, interception)) {
            var path = passive(topology, interception, family, 11);
            wall.open(path.pinhole());
            try (var listener = listen(wall.network.server(), path.listensOn().in(family), path.listensAt());
                    var caller = connect(wall.network.client(), Network.CLIENT.in(family), 0, path.pinhole().to(), path.pinhole().toPort());
                    var called = listener.accept()) {
                Wall.converse(caller, called);
                wall.network.gateway().nft("add element inet sallyport cut { " + path.pinhole().mark() + " timeout 30s }");
                for (var end : List.of(caller, called)) {
                    end.getOutputStream().write(1);
                    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> end.getInputStream().read()))
                            .isInstanceOf(java.net.SocketException.class)
                            .hasMessageContaining("reset");
                }
                assertThat(wall.count(RulesetCounter.CUT)).isGreaterThanOrEqualTo(2);
            }
        }
    }

    private static Wall wall(Topology topology, Interception interception) throws Exception {
        return Wall.build(
                topology, RulesetSettings.Wall.CLOSED, Wall.gateway(topology, interception, Data.KERNEL, null));
    }

    private static void admits(Wall wall, Host caller, String from, int fromPort, Host target, Path path, Family family)
            throws Exception {
        try (var listener = listen(target, path.listensOn().in(family), path.listensAt());
                var one = connect(caller, from, fromPort, path.pinhole().to(), path.pinhole().toPort());
                var other = listener.accept()) {
            assertThat(other.getInetAddress()).isEqualTo(InetAddress.getByName(path.seesCaller().in(family)));
            assertThat(one.getInetAddress()).isEqualTo(InetAddress.getByName(path.seesTarget().in(family)));
            if (fromPort != 0) {
                assertThat(other.getPort()).isEqualTo(fromPort);
            }
            Wall.converse(one, other);
            assertThat(wall.network.gateway().require("conntrack", "-L", "-f", family == Family.IPV4 ? "ipv4" : "ipv6", "-m",
                    Integer.toUnsignedString(0x8000_0000 | path.pinhole().id()))).contains("ESTABLISHED");
        }
    }
}
