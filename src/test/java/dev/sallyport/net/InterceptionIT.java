package dev.sallyport.net;

import static dev.sallyport.net.Wall.connect;
import static dev.sallyport.net.Wall.listen;
import static dev.sallyport.net.Wall.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sallyport.datapath.kernel.RulesetCounter;
import dev.sallyport.datapath.kernel.RulesetSettings;
import dev.sallyport.datapath.kernel.RulesetSettings.Data;
import dev.sallyport.datapath.kernel.RulesetSettings.Interception;
import dev.sallyport.datapath.kernel.RulesetSettings.Local;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.net.Interceptor.Dial;
import dev.sallyport.net.Network.Topology;
import dev.sallyport.peers.Family;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Control connections come to the gateway with their original destination, and only as interception allows. */
@Tag("system")
@Timeout(60)
class InterceptionIT {
    private static final int CONTROL = 21;

    static Stream<Arguments> everyInterception() {
        return Stream.of(Topology.ROUTED, Topology.VIP).flatMap(topology -> Stream.of(Interception.TPROXY, Interception.REDIRECT)
                .flatMap(interception -> Stream.of(Family.values()).map(family -> arguments(topology, interception, family))));
    }

    static Stream<Arguments> everySpoofedDial() {
        return Stream.of(Data.values()).flatMap(data -> Stream.of(Dial.ANY, Dial.SAME)
                .flatMap(dial -> Stream.of(Family.values()).map(family -> arguments(data, dial, family))));
    }

    @ParameterizedTest
    @MethodSource("everyInterception")
    void controlConnection_isTakenToTheGateway_withItsOriginalDestination(
            Topology topology, Interception interception, Family family) throws Exception {
        String target = (topology == Topology.VIP ? Network.VIP : Network.SERVER).in(family);
        try (var wall = wall(topology, interception, Data.KERNEL);
                var interceptor = Interceptor.start(wall.network.gateway(), interception, family, Wall.LISTENER, Dial.NONE);
                var caller = connect(wall.network.client(), Network.CLIENT.in(family), 34_567, target, CONTROL)) {
            assertThat(new String(caller.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII))
                    .contains("hello from the gateway");
            interceptor.awaitPrinted("accepted " + Network.CLIENT.in(family) + " 34567 " + target + " 21");
            assertThat(wall.count(RulesetCounter.INTERCEPTED)).isEqualTo(1);
            assertThat(wall.count(RulesetCounter.STRANGERS)).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("everyInterception")
    void listener_connectedDirectly_refusesAndCounts(Topology topology, Interception interception, Family family)
            throws Exception {
        try (var wall = wall(topology, interception, Data.KERNEL);
                var interceptor = Interceptor.start(wall.network.gateway(), interception, family, Wall.LISTENER, Dial.NONE)) {
            String inside = Network.GATEWAY_INSIDE.in(family);
            assertThat(refused(wall.network.client(), Network.CLIENT.in(family), 0, inside, Wall.LISTENER)).isTrue();
            assertThat(refused(wall.network.attacker(), Network.ATTACKER.in(family), 0, inside, Wall.LISTENER)).isTrue();
            String loopback = family.loopback();
            assertThat(refused(wall.network.gateway(), loopback, 0, loopback, Wall.LISTENER)).as("from itself").isTrue();
            assertThat(wall.count(RulesetCounter.LISTENER)).isEqualTo(3);
            // The listener's number at a server's address is no way in either: it is an ordinary forwarded connection.
            assertThat(refused(wall.network.client(), Network.CLIENT.in(family), 0, Network.SERVER.in(family), Wall.LISTENER)).isTrue();
            assertThat(refused(wall.network.attacker(), Network.ATTACKER.in(family), 0, Network.SERVER.in(family), Wall.LISTENER)).isTrue();
            assertThat(wall.count(RulesetCounter.STRANGERS)).isEqualTo(2);
            assertThat(interceptor.printed()).doesNotContain("accepted");
        }
    }

    @ParameterizedTest
    @MethodSource("everyInterception")
    void gateway_notRunning_letsNobodyThrough(Topology topology, Interception interception, Family family) throws Exception {
        try (var wall = Wall.build(topology, RulesetSettings.Wall.OPEN, Wall.gateway(topology, interception, Data.KERNEL, null));
                var server = listen(wall.network.server(), Network.SERVER.in(family), CONTROL)) {
            assertThat(refused(wall.network.client(), Network.CLIENT.in(family), 0, Network.SERVER.in(family), CONTROL)).isTrue();
            assertThat(server.getLocalPort()).isEqualTo(CONTROL);
        }
    }

    @ParameterizedTest
    @MethodSource("everySpoofedDial")
    void spoofedDial_worksBothWaysAndToTheEnd_alsoWithTheSamePort(Data data, Dial dial, Family family) throws Exception {
        String server = Network.SERVER.in(family);
        try (var wall = wall(Topology.ROUTED, Interception.TPROXY, data);
                var listener = listen(wall.network.server(), server, CONTROL);
                var interceptor = Interceptor.start(wall.network.gateway(), Interception.TPROXY, family, Wall.LISTENER, dial);
                var capture = Capture.start(wall.network.server(), "eth0")) {
            for (int port = 34_000; port < 34_006; port++) {
                try (var caller = connect(wall.network.client(), Network.CLIENT.in(family), port, server, CONTROL);
                        var called = listener.accept()) {
                    Wall.converse(caller, called);
                    assertThat(called.getInetAddress()).isEqualTo(InetAddress.getByName(Network.CLIENT.in(family)));
                    assertThat(called.getPort() == port).isEqualTo(dial == Dial.SAME);
                    // The gateway's half is closed first: what the server still sends must come to the gateway all the same.
                    caller.shutdownOutput();
                    assertThat(called.getInputStream().read()).isEqualTo(-1);
                    called.getOutputStream().write(1);
                    assertThat(caller.getInputStream().read()).isEqualTo(1);
                }
            }
            assertThat(interceptor.printed()).doesNotContain("refused");
            assertThat(capture.callersOf(CONTROL)).containsExactly(Network.CLIENT.in(family));
            assertThat(wall.network.gateway().require("conntrack", "-L", "-f", family == Family.IPV4 ? "ipv4" : "ipv6"))
                    .as("both legs are untracked").doesNotContain("dport=21");
            assertThat(wall.count(RulesetCounter.STRANGERS)).isZero();
        }
    }

    /** The gateway's socket has gone to its short afterlife when the server's FIN comes: it is still the gateway's. */
    @ParameterizedTest
    @EnumSource(Family.class)
    void spoofedDial_closedByTheGateway_hearsTheServersLateEnd(Family family) throws Exception {
        String server = Network.SERVER.in(family);
        try (var wall = wall(Topology.ROUTED, Interception.TPROXY, Data.KERNEL);
                var listener = listen(wall.network.server(), server, CONTROL);
                var interceptor = Interceptor.start(wall.network.gateway(), Interception.TPROXY, family, Wall.LISTENER, Dial.ANY);
                var caller = connect(wall.network.client(), Network.CLIENT.in(family), 0, server, CONTROL);
                var called = listener.accept()) {
            Wall.converse(caller, called);
            // With its process gone the gateway has closed; its socket waits for the server's FIN without a process.
            interceptor.close();
            assertThat(called.getInputStream().read()).isEqualTo(-1);
            Thread.sleep(100);
            called.close();
            Thread.sleep(100);
            assertThat(wall.network.server().require("ss", "-tanH", "state", "last-ack", "sport", "=", ":21"))
                    .as("the server waits for the acknowledgement of its FIN").isBlank();
        }
    }

    /** As in an ordinary firewall's life: an unknown connection is dropped by a closed wall, and passes an open one. */
    @ParameterizedTest
    @EnumSource(Family.class)
    void unknownConnection_isDroppedByAClosedWall_andPassesAnOpenOne(Family family) throws Exception {
        var gateway = Wall.gateway(Topology.ROUTED, Interception.TPROXY, Data.KERNEL, null);
        String server = Network.SERVER.in(family);
        try (var wall = Wall.build(Topology.ROUTED, RulesetSettings.Wall.CLOSED, gateway);
                var listener = listen(wall.network.server(), server, 8080)) {
            assertThat(refused(wall.network.client(), Network.CLIENT.in(family), 0, server, 8080)).isTrue();
            assertThat(wall.count(RulesetCounter.STRANGERS)).isEqualTo(1);
            wall.install(RulesetSettings.Wall.OPEN, gateway);
            try (var caller = connect(wall.network.client(), Network.CLIENT.in(family), 0, server, 8080);
                    var called = listener.accept()) {
                Wall.converse(caller, called);
            }
        }
    }

    /** A user of the gateway's own host is a client too; the gateway's own user never. */
    @ParameterizedTest
    @EnumSource(Family.class)
    void localUser_isRedirected_andTheGatewayIsNot(Family family) throws Exception {
        long gatewayUser = 990;
        String server = Network.SERVER.in(family);
        var gateway = Wall.gateway(
                Topology.ROUTED, Interception.REDIRECT, Data.KERNEL, new Local(List.of(0L), List.of(), gatewayUser));
        try (var wall = Wall.build(Topology.ROUTED, RulesetSettings.Wall.CLOSED, gateway);
                var listener = listen(wall.network.server(), server, CONTROL);
                var interceptor = Interceptor.start(wall.network.gateway(), Interception.REDIRECT, family, Wall.LISTENER, Dial.NONE)) {
            String own = Network.GATEWAY_OUTSIDE.in(family);
            try (var caller = connect(wall.network.gateway(), own, 0, server, CONTROL)) {
                assertThat(caller.getInputStream().readAllBytes()).isNotEmpty();
                interceptor.awaitPrinted("accepted " + own + " " + caller.getLocalPort() + " " + server + " 21");
            }
            var asGateway = wall.network.gateway().start(List.of(
                    "setpriv", "--reuid", Long.toString(gatewayUser), "--clear-groups", "/usr/bin/python3", "-c",
                    "import socket; socket.create_connection(('" + server + "', 21), 3).close()"));
            try (var called = listener.accept()) {
                assertThat(called.getInetAddress()).isEqualTo(InetAddress.getByName(own));
            }
            assertThat(asGateway.await(java.time.Duration.ofSeconds(5)).exit()).isZero();
            assertThat(wall.count(RulesetCounter.INTERCEPTED)).isEqualTo(1);
        }
    }

    /** The same user's data connections are marked, and so counted and cut, though no wall stands in their way. */
    @ParameterizedTest
    @EnumSource(Family.class)
    void localUsersData_usesPinholes_inBothDirections(Family family) throws Exception {
        var gateway = Wall.gateway(
                Topology.ROUTED, Interception.REDIRECT, Data.KERNEL, new Local(List.of(0L), List.of(), 990));
        String own = Network.GATEWAY_OUTSIDE.in(family);
        String server = Network.SERVER.in(family);
        try (var wall = Wall.build(Topology.ROUTED, RulesetSettings.Wall.CLOSED, gateway)) {
            wall.open(Pinhole.of(family, 3, Network.GATEWAY_OUTSIDE, Network.SERVER, 50_000).seenAs(Network.GATEWAY_OUTSIDE));
            try (var listener = listen(wall.network.server(), server, 50_000);
                    var caller = connect(wall.network.gateway(), own, 0, server, 50_000);
                    var called = listener.accept()) {
                Wall.converse(caller, called);
            }
            assertThat(wall.count(RulesetCounter.PINHOLES)).isEqualTo(1);
            wall.open(Pinhole.of(family, 4, Network.SERVER, Network.GATEWAY_OUTSIDE, 62_000)
                    .leadingTo(Network.GATEWAY_OUTSIDE, 40_001).onlyFromPort(20));
            try (var listener = listen(wall.network.gateway(), own, 40_001);
                    var caller = connect(wall.network.server(), server, 20, own, 62_000);
                    var called = listener.accept()) {
                assertThat(called.getRemoteSocketAddress()).isEqualTo(new InetSocketAddress(server, 20));
                Wall.converse(caller, called);
                wall.network.gateway().nft("add element inet sallyport cut { 0x80000004 timeout 30s }");
                for (Socket end : List.of(caller, called)) {
                    end.getOutputStream().write(1);
                    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> end.getInputStream().read()))
                            .hasMessageContaining("reset");
                }
            }
            assertThat(wall.count(RulesetCounter.PINHOLES)).isEqualTo(2);
        }
    }

    /** The relay's data ports, and the passive ones of servers, at addresses that are not the gateway's own. */
    @ParameterizedTest
    @MethodSource("everyInterception")
    void relaysDataPort_isReachedAtTheServersAddress(Topology topology, Interception interception, Family family) throws Exception {
        String target = (topology == Topology.VIP ? Network.VIP : Network.SERVER).in(family);
        try (var wall = wall(topology, interception, Data.RELAY)) {
            for (int port : List.of(61_000, 63_000)) {
                assertThat(refused(wall.network.client(), Network.CLIENT.in(family), 0, target, port)).as("nobody listens").isTrue();
                try (var interceptor = Interceptor.start(wall.network.gateway(), interception, family, port, Dial.NONE);
                        var caller = connect(wall.network.client(), Network.CLIENT.in(family), 34_567, target, port)) {
                    assertThat(caller.getInputStream().readAllBytes()).isNotEmpty();
                    interceptor.awaitPrinted("accepted " + Network.CLIENT.in(family) + " 34567 " + target + " " + port);
                }
            }
            if (interception == Interception.TPROXY) {
                String client = Network.CLIENT.in(family);
                try (var interceptor = Interceptor.start(wall.network.gateway(), interception, family, 62_000, Dial.NONE);
                        var caller = connect(wall.network.server(), Network.SERVER.in(family), 20, client, 62_000)) {
                    assertThat(caller.getInputStream().readAllBytes()).isNotEmpty();
                    interceptor.awaitPrinted("accepted " + Network.SERVER.in(family) + " 20 " + client + " 62000");
                }
            }
        }
    }

    private static Wall wall(Topology topology, Interception interception, Data data) throws Exception {
        return Wall.build(
                topology, RulesetSettings.Wall.CLOSED,
                Wall.gateway(topology, interception, data, List.of(PortRange.parse("63000-63010")), null));
    }
}
