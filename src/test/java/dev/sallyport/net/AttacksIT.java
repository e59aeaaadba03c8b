package dev.sallyport.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.datapath.kernel.RulesetCounter;
import dev.sallyport.faults.Sequence;
import dev.sallyport.ftp.DataAddress;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Parsed;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Attempts at the wall of a gateway that runs, wherever it stands: each fails, and each is counted. */
@Tag("system")
@Timeout(60)
@ParameterizedClass
@EnumSource
class AttacksIT {

    private static final int RACES = Integer.getInteger("attacks.races", 300);

    @SuppressWarnings("NullAway.Init")
    private static Site site;

    @Parameter
    @SuppressWarnings("NullAway.Init")
    private Topology topology;

    @BeforeParameterizedClassInvocation
    static void build(Topology topology) throws Exception {
        site = Site.build(topology, RunningGateway.of(topology));
    }

    @AfterParameterizedClassInvocation
    static void remove() throws Exception {
        if (site != null) {
            site.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void attacker_atThePinholesPort_beforeDuringAndAfter_isRefusedAndCounted(Family family) throws Exception {
        var server = site.server(family);
        // One that clients may be told wherever the gateway stands.
        server.passivePort = family == Family.IPV4 ? 61_100 : 61_300;
        var told = new Endpoint(InetAddress.getByName(called(family)), new Port(server.passivePort));
        var target = endpoint(family, server.passivePort);
        // Somebody listens there all the time, on the server: nothing but the wall keeps the attacker out.
        try (var client = login(family)) {
            strangersAreRefused(family, told, target);
            assertThat(client.passive()).isEqualTo(told);
            strangersAreRefused(family, told, target);
            var used = site.gateway.count(RulesetCounter.PINHOLES);
            try (var data = client.connect(told)) {
                client.ask("RETR 1000", "150 ");
                strangersAreRefused(family, told, target);
                assertThat(Sequence.read(data.getInputStream())).isEqualTo(1000);
            }
            client.expect("226 ");
            assertThat(site.gateway.count(RulesetCounter.PINHOLES)).isEqualTo(used + 1);
            try (var still = listen(target)) {
                strangersAreRefused(family, told, target);
                refusedAndCounted(site.network.client(), Network.CLIENT.in(family), told);
                refusedAndCounted(site.network.client(), Network.CLIENT.in(family), target);
                Wall.assertNobodyCame(still);
            }
        } finally {
            server.passivePort = 0;
        }
    }

    private void strangersAreRefused(Family family, Endpoint told, Endpoint target) throws Exception {
        refusedAsStranger(site.network.attacker(), Network.ATTACKER.in(family), target);
        refusedAsStranger(site.network.second(), Network.SECOND.in(family), target);
        if (topology == Topology.VIP) {
            // At the gateway itself: a door of its own towards clients, and towards servers none.
            refusedAndCounted(RulesetCounter.DATAPORTS, site.network.second(), Network.SECOND.in(family), told);
            assertThat(Wall.refused(site.network.attacker(), Network.ATTACKER.in(family), 0, text(told), told.port().number())).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void secondConnection_throughThePinhole_isRefusedAndCounted(Family family) throws Exception {
        try (var client = login(family)) {
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

    @Test
    void firstPacket_afterThePinholesTime_isRefusedAndCounted() throws Exception {
        try (var hasty = Site.build(topology, RunningGateway.of(topology) + "timeouts: { pinhole: 2s }\n")) {
            for (var family : Family.values()) {
                try (var client = login(hasty, family)) {
                    var target = client.passive();
                    assertThat(RunningGateway.open(hasty.network.gateway())).hasSize(1);
                    await().until(() -> RunningGateway.open(hasty.network.gateway()).isEmpty());
                    refusedAndCounted(hasty, hasty.network.client(), Network.CLIENT.in(family), target);
                }
            }
        }
    }

    /** Active: a stranger cannot come to the client's port, nor the server from another port than 20. */
    @ParameterizedTest
    @EnumSource(Family.class)
    void clientsPort_isReachedByTheServersDataPortAlone(Family family) throws Exception {
        var heard = site.server(family).heard;
        heard.clear();
        try (var client = login(family);
                var listener = client.active()) {
            var target = Endpoint.of((InetSocketAddress) listener.getLocalSocketAddress());
            var told = heard.stream().map(PlainServer.Heard::line).filter(line -> line.startsWith("PORT ") || line.startsWith("EPRT "))
                    .map(AttacksIT::named).findFirst().orElseThrow();
            refusedAsStranger(site.network.attacker(), Network.ATTACKER.in(family), target);
            refusedAsStranger(site.network.second(), Network.SECOND.in(family), target);
            if (topology == Topology.OUTBOUND) {
                assertThat(text(told)).isEqualTo(InetAddress.getByName(Network.GATEWAY_OUTSIDE.in(family)).getHostAddress());
                refusedAndCounted(RulesetCounter.DATAPORTS, site.network.attacker(), Network.ATTACKER.in(family), told);
            } else {
                assertThat(told).isEqualTo(target);
            }
            refusedAndCounted(RulesetCounter.USED, site.network.server(), Network.SERVER.in(family), told);
            client.ask("RETR 1000", "150 ");
            try (var data = listener.accept()) {
                assertThat(data.getPort()).isEqualTo(20);
                assertThat(Sequence.read(data.getInputStream())).isEqualTo(1000);
            }
            client.expect("226 ");
        }
    }

    private static Endpoint named(String command) {
        var argument = command.substring(5);
        return switch (command.startsWith("PORT") ? DataAddress.port(argument) : DataAddress.eprt(argument)) {
            case Parsed.Value<Endpoint>(var endpoint) -> endpoint;
            case Parsed.Rejected<Endpoint>(var fault) -> throw new AssertionError(fault);
        };
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void listenersOwnPort_isNoWayIn(Family family) throws Exception {
        var before = site.gateway.count(RulesetCounter.LISTENER);
        // The appliance has one for each family.
        var listener = RunningGateway.LISTENER + (topology == Topology.VIP && family == Family.IPV6 ? 1 : 0);
        var inside = Network.GATEWAY_INSIDE.in(family);
        assertThat(Wall.refused(site.network.client(), Network.CLIENT.in(family), 0, inside, listener)).isTrue();
        assertThat(Wall.refused(site.network.attacker(), Network.ATTACKER.in(family), 0, inside, listener)).isTrue();
        assertThat(site.gateway.count(RulesetCounter.LISTENER)).isEqualTo(before + 2);
        refusedAsStranger(site.network.attacker(), Network.ATTACKER.in(family), endpoint(family, listener));
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
        try (var client = login(family);
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
            Wall.assertNobodyCame(listening);
        }
    }

    private void nothingIsOpen(Family family, Endpoint target, Endpoint back) throws Exception {
        // A door that is used up goes soon after, long before its time is over.
        await().until(() -> RunningGateway.open(site.network.gateway()).isEmpty());
        refusedAndCounted(site.network.client(), Network.CLIENT.in(family), target);
        refusedAsStranger(site.network.attacker(), Network.ATTACKER.in(family), target);
        if (topology == Topology.OUTBOUND) {
            // It has no way to the client; what it is told is the gateway's.
            back = new Endpoint(InetAddress.getByName(Network.GATEWAY_OUTSIDE.in(family)), new Port(62_101));
        }
        refusedAndCounted(site.network.server(), Network.SERVER.in(family), back);
    }

    /** Two connections at the same instant through each pinhole; {@link SingleUseIT} has the race of single packets. */
    @Test
    void twoConnectionsAtOnce_oneIsAdmitted() throws Exception {
        var admittedBefore = site.gateway.count(RulesetCounter.PINHOLES);
        try (var client = login(Family.IPV4)) {
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

    private PlainClient login(Family family) throws Exception {
        return login(site, family);
    }

    private PlainClient login(Site site, Family family) throws Exception {
        return PlainClient.login(site.network.client(), Network.CLIENT.in(family), called(family));
    }

    /** Where clients reach the server. */
    private String called(Family family) {
        return (topology == Topology.VIP ? Network.VIP : Network.SERVER).in(family);
    }

    /** At the server itself. */
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
        refusedAndCounted(RulesetCounter.STRANGERS, host, from, target);
    }

    private static void refusedAndCounted(RulesetCounter counter, Host host, String from, Endpoint target) throws Exception {
        var before = site.gateway.count(counter);
        assertThat(Wall.refused(host, from, 0, text(target), target.port().number())).as(from + " to " + target).isTrue();
        assertThat(site.gateway.count(counter)).as(counter + " counted").isEqualTo(before + 1);
    }

    /** By whichever counter: a pinhole that is gone is remembered for a while. */
    private static void refusedAndCounted(Host host, String from, Endpoint target) throws Exception {
        refusedAndCounted(site, host, from, target);
    }

    private static void refusedAndCounted(Site site, Host host, String from, Endpoint target) throws Exception {
        var before = counted(site);
        assertThat(Wall.refused(host, from, 0, text(target), target.port().number())).as(from + " to " + target).isTrue();
        assertThat(counted(site)).isEqualTo(before + 1);
    }

    private static long counted(Site site) throws Exception {
        return site.gateway.count(RulesetCounter.STRANGERS) + site.gateway.count(RulesetCounter.USED)
                + site.gateway.count(RulesetCounter.DATAPORTS);
    }
}
