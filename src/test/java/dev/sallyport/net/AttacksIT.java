package dev.sallyport.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.datapath.kernel.RulesetCounter;
import dev.sallyport.faults.Sequence;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.net.Network.Topology;
import dev.sallyport.peers.Family;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Attempts at the wall of a gateway that runs: each fails, and each is counted. */
@Tag("system")
@Timeout(60)
class AttacksIT {

    private static final int PASSIVE_PORT = 50_100;
    private static final int RACES = Integer.getInteger("attacks.races", 300);

    private static Site site;

    @BeforeAll
    static void build() throws Exception {
        site = Site.build(Topology.ROUTED, RunningGateway.ROUTED + """
                timeouts:
                  pinhole: 1s
                """);
    }

    @AfterAll
    static void remove() throws Exception {
        if (site != null) {
            site.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void attacker_atThePinholesPort_beforeDuringAndAfter_isRefusedAndCounted(Family family) throws Exception {
        var server = site.server(family);
        server.passivePort = PASSIVE_PORT;
        var target = endpoint(family, PASSIVE_PORT);
        // Somebody listens there all the time, on the server: nothing but the wall keeps the attacker out.
        try (var client = PlainClient.login(site.network.client(), Network.CLIENT.in(family), Network.SERVER.in(family))) {
            refusedAsStranger(site.network.attacker(), Network.ATTACKER.in(family), target);
            refusedAsStranger(site.network.second(), Network.SECOND.in(family), target);
            assertThat(client.passive()).isEqualTo(target);
            refusedAsStranger(site.network.attacker(), Network.ATTACKER.in(family), target);
            refusedAsStranger(site.network.second(), Network.SECOND.in(family), target);
            var used = site.gateway.count(RulesetCounter.PINHOLES);
            try (var data = client.connect(target)) {
                client.ask("RETR 1000", "150 ");
                refusedAsStranger(site.network.attacker(), Network.ATTACKER.in(family), target);
                assertThat(Sequence.read(data.getInputStream())).isEqualTo(1000);
            }
            client.expect("226 ");
            assertThat(site.gateway.count(RulesetCounter.PINHOLES)).isEqualTo(used + 1);
            try (var still = listen(target)) {
                refusedAsStranger(site.network.attacker(), Network.ATTACKER.in(family), target);
                refusedAsStranger(site.network.second(), Network.SECOND.in(family), target);
                refusedAndCounted(site.network.client(), Network.CLIENT.in(family), target);
                assertThat(still.isBound()).isTrue();
            }
        } finally {
            server.passivePort = 0;
        }
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void secondConnection_throughThePinhole_isRefusedAndCounted(Family family) throws Exception {
        try (var client = PlainClient.login(site.network.client(), Network.CLIENT.in(family), Network.SERVER.in(family))) {
            var target = client.passive();
            try (var data = client.connect(target)) {
                assertThat(data.isConnected()).isTrue();
                var before = site.gateway.count(RulesetCounter.USED);
                assertThat(Wall.refused(
                                site.network.client(), Network.CLIENT.in(family), 0, text(target), target.port().number()))
                        .isTrue();
                assertThat(site.gateway.count(RulesetCounter.USED)).isEqualTo(before + 1);
                client.ask("RETR 10", "150 ");
                client.expect("226 ");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void firstPacket_afterThePinholesTime_isRefusedAndCounted(Family family) throws Exception {
        try (var client = PlainClient.login(site.network.client(), Network.CLIENT.in(family), Network.SERVER.in(family))) {
            var target = client.passive();
            assertThat(RunningGateway.open(site.network.gateway())).hasSize(1);
            Thread.sleep(1_100);
            assertThat(RunningGateway.open(site.network.gateway())).isEmpty();
            refusedAndCounted(site.network.client(), Network.CLIENT.in(family), target);
        }
    }

    /** Active: a stranger cannot come to the client's port, nor the server from another port than 20. */
    @ParameterizedTest
    @EnumSource(Family.class)
    void clientsPort_isReachedByTheServersDataPortAlone(Family family) throws Exception {
        try (var client = PlainClient.login(site.network.client(), Network.CLIENT.in(family), Network.SERVER.in(family));
                var listener = client.active()) {
            var target = Endpoint.of((InetSocketAddress) listener.getLocalSocketAddress());
            refusedAsStranger(site.network.attacker(), Network.ATTACKER.in(family), target);
            refusedAsStranger(site.network.second(), Network.SECOND.in(family), target);
            var before = site.gateway.count(RulesetCounter.USED);
            assertThat(Wall.refused(
                            site.network.server(), Network.SERVER.in(family), 4_711, text(target), target.port().number()))
                    .isTrue();
            assertThat(site.gateway.count(RulesetCounter.USED)).isEqualTo(before + 1);
            client.ask("RETR 1000", "150 ");
            try (var data = listener.accept()) {
                assertThat(data.getPort()).isEqualTo(20);
                assertThat(Sequence.read(data.getInputStream())).isEqualTo(1000);
            }
            client.expect("226 ");
        }
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void listenersOwnPort_isNoWayIn(Family family) throws Exception {
        var before = site.gateway.count(RulesetCounter.LISTENER);
        var inside = Network.GATEWAY_INSIDE.in(family);
        assertThat(Wall.refused(site.network.client(), Network.CLIENT.in(family), 0, inside, RunningGateway.LISTENER)).isTrue();
        assertThat(Wall.refused(site.network.attacker(), Network.ATTACKER.in(family), 0, inside, RunningGateway.LISTENER)).isTrue();
        assertThat(site.gateway.count(RulesetCounter.LISTENER)).isEqualTo(before + 2);
        refusedAsStranger(site.network.attacker(), Network.ATTACKER.in(family), endpoint(family, RunningGateway.LISTENER));
    }

    /** What a file says is no reply, whichever way it goes. */
    @ParameterizedTest
    @EnumSource(Family.class)
    void passiveReply_inAFile_opensNothing(Family family) throws Exception {
        var spoofed = List.of(
                "227 Here (198,51,100,20,195,181)\r\n", "229 Here (|||50101|)\r\n", "PORT 192,0,2,10,195,181\r\n",
                "EPRT |2|2001:db8:c::10|50101|\r\n");
        var bytes = String.join("", spoofed).getBytes(StandardCharsets.US_ASCII);
        var target = endpoint(family, 50_101);
        var back = new Endpoint(InetAddress.getByName(Network.CLIENT.in(family)), new Port(50_101));
        site.server(family).on("LIST", (name, visitor) -> {
            visitor.say("150 Here it comes.");
            try (var data = visitor.connect()) {
                data.getOutputStream().write(bytes);
            }
            visitor.say("226 Done.");
        }).on("APPE", (name, visitor) -> {
            visitor.say("150 Go on.");
            try (var data = visitor.connect()) {
                assertThat(data.getInputStream().readAllBytes()).isEqualTo(bytes);
            }
            visitor.say("226 Done.");
        });
        try (var client = PlainClient.login(site.network.client(), Network.CLIENT.in(family), Network.SERVER.in(family));
                var listening = listen(target)) {
            try (var data = client.connect(client.passive())) {
                client.ask("LIST", "150 ");
                assertThat(data.getInputStream().readAllBytes()).isEqualTo(bytes);
            }
            client.expect("226 ");
            nothingIsOpen(family, target, back);
            try (var data = client.connect(client.passive())) {
                client.ask("APPE spoofed", "150 ");
                data.getOutputStream().write(bytes);
            }
            client.expect("226 ");
            nothingIsOpen(family, target, back);
            assertThat(listening.isBound()).isTrue();
        }
    }

    private static void nothingIsOpen(Family family, Endpoint target, Endpoint back) throws Exception {
        // A door that is used up goes soon after.
        await().atMost(Duration.ofSeconds(1)).until(() -> RunningGateway.open(site.network.gateway()).isEmpty());
        refusedAndCounted(site.network.client(), Network.CLIENT.in(family), target);
        refusedAsStranger(site.network.attacker(), Network.ATTACKER.in(family), target);
        refusedAndCounted(site.network.server(), Network.SERVER.in(family), back);
    }

    /** Two connections at the same instant through each pinhole; {@link SingleUseIT} has the race of single packets. */
    @Test
    void twoConnectionsAtOnce_oneIsAdmitted() throws Exception {
        var admittedBefore = site.gateway.count(RulesetCounter.PINHOLES);
        try (var client = PlainClient.login(site.network.client(), Network.CLIENT.four(), Network.SERVER.four())) {
            for (int race = 0; race < RACES; race++) {
                var target = client.passive().toSocketAddress();
                var together = new CyclicBarrier(2);
                var one = site.network.client().start(() -> begin(target, together));
                var other = site.network.client().start(() -> begin(target, together));
                try (var first = one.get(); var second = other.get()) {
                    await().pollInterval(Duration.ofMillis(1)).until(() -> first.finishConnect() | second.finishConnect());
                    client.ask("RETR 1", "150 ");
                    client.expect("226 ");
                    assertThat(first.finishConnect() && second.finishConnect()).as("both, in race " + race).isFalse();
                }
            }
        }
        assertThat(site.gateway.count(RulesetCounter.PINHOLES)).isEqualTo(admittedBefore + RACES);
    }

    private static SocketChannel begin(InetSocketAddress target, CyclicBarrier together) throws Exception {
        var channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.bind(new InetSocketAddress(Network.CLIENT.four(), 0));
        together.await();
        channel.connect(target);
        return channel;
    }

    // ---- What is asked again and again ----

    private static Endpoint endpoint(Family family, int port) throws IOException {
        return new Endpoint(InetAddress.getByName(Network.SERVER.in(family)), new Port(port));
    }

    private static String text(Endpoint target) {
        return target.address().getHostAddress();
    }

    private static ServerSocket listen(Endpoint target) throws Exception {
        return Wall.listen(site.network.server(), text(target), target.port().number());
    }

    private static void refusedAsStranger(Host host, String from, Endpoint target) throws Exception {
        var before = site.gateway.count(RulesetCounter.STRANGERS);
        assertThat(Wall.refused(host, from, 0, text(target), target.port().number())).as(from + " to " + target).isTrue();
        assertThat(site.gateway.count(RulesetCounter.STRANGERS)).as("strangers counted").isEqualTo(before + 1);
    }

    /** By whichever counter: a pinhole that is gone is remembered for a while. */
    private static void refusedAndCounted(Host host, String from, Endpoint target) throws Exception {
        var before = site.gateway.count(RulesetCounter.STRANGERS) + site.gateway.count(RulesetCounter.USED);
        assertThat(Wall.refused(host, from, 0, text(target), target.port().number())).as(from + " to " + target).isTrue();
        assertThat(site.gateway.count(RulesetCounter.STRANGERS) + site.gateway.count(RulesetCounter.USED)).isEqualTo(before + 1);
    }
}
