package dev.sallyport.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.net.Network.Topology;
import dev.sallyport.peers.Family;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The networks that the other system tests rely on are what they say. */
@Tag("system")
@Timeout(60)
class NetworkIT {

    @ParameterizedTest
    @EnumSource(Family.class)
    void client_connects_isForwardedWithItsOwnAddress(Family family) throws Exception {
        try (var network = Network.open(Topology.ROUTED);
                var capture = Capture.start(network.server(), "eth0")) {
            var delivery = LocalDelivery.watch(network.gateway());
            String server = Network.SERVER.in(family);
            try (var listener = network.server().call(() -> new ServerSocket(21, 5, InetAddress.getByName(server)));
                    var caller = network.client().call(() -> new Socket(server, 21));
                    var called = listener.accept()) {
                caller.getOutputStream().write(new byte[1000]);
                assertThat(called.getInputStream().readNBytes(1000)).hasSize(1000);
                assertThat(called.getInetAddress()).isEqualTo(InetAddress.getByName(Network.CLIENT.in(family)));
            }
            capture.await(packets -> packets.stream().anyMatch(packet -> packet.payload() == 1000));
            assertThat(capture.callersOf(21)).containsExactly(Network.CLIENT.in(family));
            assertThat(delivery.delivered()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void userSpaceOfTheGateway_reached_isNoticed(Family family) throws Exception {
        try (var network = Network.open(Topology.VIP)) {
            var delivery = LocalDelivery.watch(network.gateway());
            String vip = Network.VIP.in(family);
            try (var listener = network.gateway().call(() -> new ServerSocket(2100, 5, InetAddress.getByName(vip)));
                    var caller = network.attacker().call(() -> new Socket(vip, 2100))) {
                assertThat(listener.accept()).isNotNull();
                assertThat(delivery.delivered()).singleElement().satisfies(one -> {
                    assertThat(one.sourcePort()).isEqualTo(caller.getLocalPort());
                    assertThat(one.destinationPort()).isEqualTo(2100);
                });
                assertThat(delivery.otherThan(2100)).isEmpty();
            }
        }
    }

    @Test
    void outbound_serverHasNoWayToTheInside() throws Exception {
        try (var network = Network.open(Topology.OUTBOUND)) {
            assertThat(network.server().run("ip", "route", "get", Network.CLIENT.four()).exit()).isNotZero();
            assertThat(network.server().run("ip", "route", "get", Network.GATEWAY_OUTSIDE.four()).exit()).isZero();
        }
    }

    @Test
    void network_closed_leavesNothing_andOpensFast() throws Exception {
        Network.open(Topology.ROUTED).close();
        long begun = System.nanoTime();
        var network = Network.open(Topology.ROUTED);
        var opened = Duration.ofNanos(System.nanoTime() - begun);
        var child = network.client().start(List.of("sleep", "60"));
        List<String> names = List.of(network.client().namespace(), network.gateway().namespace());
        network.close();
        assertThat(names).allSatisfy(name -> assertThat(Path.of("/run/netns", name)).doesNotExist());
        assertThat(child.handle().onExit().get()).isNotNull();
        assertThat(opened).isLessThan(Duration.ofSeconds(3));
        System.out.println("a network opens in " + opened.toMillis() + " ms");
    }

    @Test
    void leftOversOfAKilledRun_areRemoved_andOthersStay() throws Exception {
        var ended = new ProcessBuilder("true").start();
        ended.waitFor();
        String abandoned = "sallyport-" + ended.pid() + "-1-client";
        String foreign = "sallyport-" + ProcessHandle.current().pid() + "-999999-client";
        Commands.run("netns add " + abandoned + "\nnetns add " + foreign + "\n", "ip", "-batch", "-");
        try {
            Network.discardLeftOvers();
            assertThat(Path.of("/run/netns", abandoned)).doesNotExist();
            assertThat(Files.exists(Path.of("/run/netns", foreign))).isTrue();
        } finally {
            Commands.run("netns del " + foreign + "\n", "ip", "-batch", "-");
        }
    }

    @Test
    void address_inANamespace_isNotOfThisHost() throws Exception {
        try (var network = Network.open(Topology.ROUTED)) {
            try (var socket = network.client().call(() -> new Socket())) {
                assertThat(network.client().call(() -> {
                    socket.bind(new InetSocketAddress(Network.CLIENT.four(), 0));
                    return socket.getLocalAddress();
                })).isEqualTo(InetAddress.getByName(Network.CLIENT.four()));
            }
        }
    }
}
