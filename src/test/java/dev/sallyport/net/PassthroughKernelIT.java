package dev.sallyport.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.datapath.kernel.RulesetCounter;
import dev.sallyport.datapath.kernel.RulesetSettings.Data;
import dev.sallyport.datapath.kernel.RulesetSettings.Interception;
import dev.sallyport.net.Network.Topology;
import dev.sallyport.peers.Family;
import dev.sallyport.peers.Placement;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the kernel opens for a session that becomes opaque: the passive ports of its server, to its client, as long as it lives.
 * The peers agree on TLS and say no more; data connections are made without a word, as a gateway that sees no word has it.
 */
@Tag("system")
@Timeout(120)
class PassthroughKernelIT {

    private static final int PORT = 50_010;
    private static final int ANOTHER = 50_099;
    private static final int OUTSIDE = 50_100;
    private static final Duration LIFE = Duration.ofSeconds(60);
    private static final String LIFE_TEXT = "timeout 60s";
    private static final Pattern EXPIRES = Pattern.compile("expires (?:(\\d+)m(?!s))?(?:(\\d+)s)?(?:(\\d+)ms)?");

    private static final String PASSIVE = """
            tls: passthrough
            passiveRanges:
              - { servers: ["%s", "%s"], ports: 50000-50099 }
            """.formatted(Network.SERVER.four(), Network.SERVER.six());

    private static final Placement ROUTED = new Placement(Topology.ROUTED, Interception.TPROXY, Data.KERNEL);

    /** A gateway in its place, behind which servers grant AUTH. */
    private record Stage(Placement place, Site site) implements AutoCloseable {

        /** @param more of the configuration */
        static Stage set(Placement place, String more) throws Exception {
            var site = Site.build(place.topology(), place.configuration(PASSIVE) + more);
            for (var family : Family.values()) {
                site.server(family).on("AUTH", (mechanism, visitor) -> visitor.say("234 Go on."));
            }
            return new Stage(place, site);
        }

        /** A session whose control connection is opaque. */
        PlainClient opaque(Family family) throws Exception {
            var client = PlainClient.login(site.network.client(), Network.CLIENT.in(family), place.seenByClient(family));
            try {
                client.ask("AUTH TLS", "234 ");
                return client;
            } catch (Throwable failed) {
                client.close();
                throw failed;
            }
        }

        ServerSocket listen(Family family, int port) throws Exception {
            return Wall.listen(site.network.server(), Network.SERVER.in(family), port);
        }

        Socket connect(Family family, int port) throws Exception {
            return Wall.connect(site.network.client(), Network.CLIENT.in(family), 0, place.seenByClient(family), port);
        }

        boolean refused(Family family, int port) throws Exception {
            return refused(site.network.client(), Network.CLIENT, place.seenByClient(family), family, port);
        }

        boolean refused(Host host, Network.Address from, String to, Family family, int port) throws Exception {
            return Wall.refused(host, from.in(family), 0, to, port);
        }

        List<String> ranges() throws Exception {
            return RunningGateway.elements(site.network.gateway(), "range");
        }

        /** How long the only range is still open when nobody renews it. */
        long millisLeft() throws Exception {
            var found = EXPIRES.matcher(ranges().getFirst());
            assertThat(found.find()).isTrue();
            return Duration.ofMinutes(number(found.group(1)))
                    .plusSeconds(number(found.group(2))).plusMillis(number(found.group(3))).toMillis();
        }

        private static long number(@Nullable String digits) {
            return digits == null ? 0 : Long.parseLong(digits);
        }

        void nothingIsOpen() {
            await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> assertThat(RunningGateway.elements(
                    site.network.gateway(), "range", "server", "snat", "pin", "src", "id", "dnat")).isEmpty());
        }

        void nothingIsLeft() {
            nothingIsOpen();
            // The entry of a flow whose table was taken away lives as long as Linux has it: ten seconds behind a reset.
            await().atMost(Duration.ofSeconds(15)).untilAsserted(
                    () -> assertThat(RunningGateway.flows(site.network.gateway())).isEmpty());
        }

        @Override
        public void close() throws Exception {
            site.close();
        }
    }

    private static void reset(Socket... ends) {
        for (var end : ends) {
            assertThatThrownBy(() -> {
                end.setSoTimeout(1_500);
                end.getInputStream().read();
            }).isInstanceOf(IOException.class).hasMessageContaining("reset");
        }
    }

    static Stream<Placement> everyPlace() {
        return Stream.of(Topology.values()).flatMap(topology -> Stream.of(Interception.TPROXY, Interception.REDIRECT)
                .map(interception -> new Placement(topology, interception, Data.KERNEL)));
    }

    @ParameterizedTest
    @MethodSource("everyPlace")
    void opaqueSession_itsClientReachesItsServersPassivePorts_nobodyElseAndNothingElse_untilItEnds(Placement place) throws Exception {
        try (var stage = Stage.set(place, "")) {
            for (var family : Family.values()) {
                admitsOneClientToOneServer(stage, family);
            }
            if (place.equals(ROUTED)) {
                stage.nothingIsLeft();
            }
            assertThat(stage.site.gateway.log()).doesNotContain(" ERROR ");
        }
    }

    private static void admitsOneClientToOneServer(Stage stage, Family family) throws Exception {
        var network = stage.site.network;
        var called = stage.place.seenByClient(family);
        try (var one = stage.listen(family, PORT); var two = stage.listen(family, ANOTHER); var outside = stage.listen(family, OUTSIDE);
                var elsewhere = Wall.listen(network.attacker(), Network.ATTACKER.in(family), PORT)) {
            assertThat(stage.refused(family, PORT)).as("before").isTrue();
            assertThat(stage.ranges()).isEmpty();
            var counted = stage.site.gateway.count(RulesetCounter.RANGES);
            try (var session = stage.opaque(family);
                    var first = stage.connect(family, PORT); var firstAtServer = one.accept();
                    var second = stage.connect(family, ANOTHER); var secondAtServer = two.accept();
                    var third = stage.connect(family, PORT); var thirdAtServer = one.accept()) {
                Wall.converse(first, firstAtServer);
                Wall.converse(second, secondAtServer);
                Wall.converse(third, thirdAtServer);
                for (var atServer : List.of(firstAtServer, secondAtServer, thirdAtServer)) {
                    assertThat(atServer.getInetAddress()).isEqualTo(InetAddress.getByName(stage.place.seenByServer(family)));
                }
                assertThat(stage.site.gateway.count(RulesetCounter.RANGES)).isEqualTo(counted + 3);
                assertThat(stage.ranges()).singleElement().asString().contains(LIFE_TEXT);

                assertThat(stage.refused(family, OUTSIDE)).as("another port").isTrue();
                assertThat(stage.refused(network.client(), Network.CLIENT, Network.ATTACKER.in(family), family, PORT))
                        .as("another server").isTrue();
                assertThat(stage.refused(network.second(), Network.SECOND, called, family, PORT)).as("another client").isTrue();
                assertThat(stage.refused(network.attacker(), Network.ATTACKER, called, family, PORT)).as("from outside").isTrue();
                if (stage.place.topology() == Topology.VIP) {
                    assertThat(stage.refused(network.client(), Network.CLIENT, Network.SERVER.in(family), family, PORT))
                            .as("the server by its own address").isTrue();
                }
                Wall.assertNobodyCame(outside);
                Wall.assertNobodyCame(elsewhere);

                stage.site.gateway.ask("kill " + stage.site.gateway.session());
                reset(first, firstAtServer, second, secondAtServer, third, thirdAtServer);
                assertThat(stage.refused(family, PORT)).as("afterwards").isTrue();
                assertThat(session.control().getInputStream().read()).isNegative();
            }
        }
        stage.nothingIsOpen();
    }

    @Test
    void secondSessionOfTheClient_keepsTheRangeOpen_andWhenItIsKilledTheRangeIsShut() throws Exception {
        try (var stage = Stage.set(ROUTED, ""); var listener = stage.listen(Family.IPV4, PORT);
                var one = stage.opaque(Family.IPV4);
                var data = stage.connect(Family.IPV4, PORT); var atServer = listener.accept()) {
            var gateway = stage.site.gateway;
            var first = gateway.session();
            try (var two = stage.opaque(Family.IPV4)) {
                one.close();
                gateway.awaitLine(line -> line.contains("session=" + first) && line.contains("event=end"));
                Wall.converse(data, atServer);
                stage.connect(Family.IPV4, PORT).close();
                listener.accept().close();
                gateway.ask("kill " + gateway.session());
                reset(data, atServer);
                assertThat(stage.refused(Family.IPV4, PORT)).isTrue();
                assertThat(two.control().isClosed()).as("by this side").isFalse();
            }
            stage.nothingIsOpen();
        }
    }

    /** As after QUIT: the last bytes of a file may be under way. */
    @ParameterizedTest
    @EnumSource(value = Topology.class, names = {"ROUTED", "VIP"})
    void sessionThatEndsByItself_shutsTheRange_runningDataFinishes_andSilentDataIsCut(Topology topology) throws Exception {
        try (var stage = Stage.set(new Placement(topology, Interception.TPROXY, Data.KERNEL), """
                        timeouts:
                          dataIdle: 4s
                        """);
                var listener = stage.listen(Family.IPV4, PORT); var session = stage.opaque(Family.IPV4);
                var data = stage.connect(Family.IPV4, PORT); var atServer = listener.accept()) {
            session.close();
            await().until(() -> stage.ranges().isEmpty());
            assertThat(stage.refused(Family.IPV4, PORT)).isTrue();
            for (int i = 0; i < 6; i++) {
                Wall.converse(data, atServer);
                Thread.sleep(1_000);
            }
            data.setSoTimeout(20_000);
            assertThatThrownBy(() -> data.getInputStream().read()).isInstanceOf(IOException.class).hasMessageContaining("reset");
            reset(atServer);
            stage.nothingIsOpen();
        }
    }

    @Test
    void tableTakenAway_rangeIsOpenAgainWithIt() throws Exception {
        try (var stage = Stage.set(ROUTED, ""); var listener = stage.listen(Family.IPV6, PORT);
                var session = stage.opaque(Family.IPV6);
                var data = stage.connect(Family.IPV6, PORT); var atServer = listener.accept()) {
            stage.site.network.gateway().nft("flush ruleset");
            await().atMost(Duration.ofSeconds(5)).ignoreExceptions().until(() -> stage.ranges().size() == 1);
            Wall.converse(data, atServer);
            try (var more = stage.connect(Family.IPV6, PORT); var also = listener.accept()) {
                Wall.converse(more, also);
            }
            stage.site.gateway.ask("kill " + stage.site.gateway.session());
            reset(data, atServer);
            assertThat(session.control().getInputStream().read()).isNegative();
            stage.nothingIsLeft();
        }
    }

    @Test
    void dataThatMoves_keepsTheSessionAlive_andSilenceEndsBoth() throws Exception {
        try (var stage = Stage.set(ROUTED, """
                        timeouts:
                          idle: 5s
                          dataIdle: 3s
                        """);
                var listener = stage.listen(Family.IPV4, PORT); var session = stage.opaque(Family.IPV4);
                var data = stage.connect(Family.IPV4, PORT); var atServer = listener.accept()) {
            var id = stage.site.gateway.session();
            for (int i = 0; i < 10; i++) {
                Wall.converse(data, atServer);
                Thread.sleep(700);
            }
            assertThat(stage.site.gateway.session()).isEqualTo(id);
            assertThat(stage.site.gateway.ask("sessions")).contains("\"pinholes\":1");
            data.setSoTimeout(20_000);
            assertThatThrownBy(() -> data.getInputStream().read()).isInstanceOf(IOException.class).hasMessageContaining("reset");
            var end = stage.site.gateway.awaitLine(line -> line.contains("session=" + id) && line.contains("event=end reason=idle"));
            assertThat(end).contains("bytesToClient=40 bytesToServer=50");
            assertThat(session.control().getInputStream().read()).isNegative();
            stage.nothingIsOpen();
        }
    }

    /** That an element of which nobody takes care is gone when its time is over, {@code KernelRangesIT} shows with a shorter time. */
    @Test
    void killedGateway_itsRangeIsOpenForAMinuteAtMost_andRunningDataGoesOn() throws Exception {
        try (var stage = Stage.set(ROUTED, ""); var listener = stage.listen(Family.IPV4, PORT);
                var session = stage.opaque(Family.IPV4);
                var data = stage.connect(Family.IPV4, PORT); var atServer = listener.accept()) {
            stage.site.gateway.kill();
            assertThat(session.control().getInputStream().read()).isNegative();
            assertThat(stage.ranges()).singleElement().asString().contains(LIFE_TEXT);
            var left = stage.millisLeft();
            assertThat(left).isPositive().isLessThanOrEqualTo(LIFE.toMillis());
            await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> assertThat(stage.millisLeft()).isLessThan(left - 2_000));
            Wall.converse(data, atServer);
        }
    }
}
