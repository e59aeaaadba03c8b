package dev.sallyport.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sallyport.net.Network.Topology;
import dev.sallyport.peers.Family;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Data connections that the kernel forwards are ended by the gateway, and both ends notice, an idle end too. */
@Tag("system")
@Timeout(60)
class CutFlowIT {

    private static final String LIMITS = """
            timeouts:
              dataIdle: 1s
            """;

    private static final Map<Topology, Site> SITES = new EnumMap<>(Topology.class);

    /** A gateway with servers behind it. */
    private record Site(Network network, RunningGateway gateway, PlainServer server4, PlainServer server6) {

        static Site of(Topology topology) throws Exception {
            var known = SITES.get(topology);
            if (known == null) {
                known = build(topology);
                SITES.put(topology, known);
            }
            return known;
        }

        private static Site build(Topology topology) throws Exception {
            var network = Network.open(topology);
            try {
                return new Site(
                        network,
                        RunningGateway.start(network.gateway(), configuration(topology) + LIMITS),
                        PlainServer.start(network.server(), Network.SERVER.four(), 21),
                        PlainServer.start(network.server(), Network.SERVER.six(), 21));
            } catch (Throwable e) {
                network.close();
                throw e;
            }
        }

        /** Outbound it redirects, and has no transparent socket but those that knock. */
        private static String configuration(Topology topology) {
            return switch (topology) {
                case ROUTED -> RunningGateway.ROUTED;
                case VIP -> RunningGateway.VIP;
                case OUTBOUND -> RunningGateway.OUTBOUND;
            };
        }

        PlainServer server(Family family) {
            return family == Family.IPV4 ? server4 : server6;
        }

        void close() throws Exception {
            for (AutoCloseable each : Arrays.asList(server4, server6, gateway, network)) {
                each.close();
            }
        }
    }

    @AfterAll
    static void remove() throws Exception {
        for (var site : SITES.values()) {
            site.close();
        }
        SITES.clear();
    }

    static Stream<Arguments> everyFlow() {
        return Stream.of(Topology.values()).flatMap(topology -> Stream.of(Family.values())
                .flatMap(family -> Stream.of(true, false).map(passive -> arguments(topology, family, passive))));
    }

    @ParameterizedTest
    @MethodSource("everyFlow")
    void killedSession_bothEndsOfAnIdleDataConnection_noticeWithinASecond(Topology topology, Family family, boolean passive)
            throws Exception {
        var site = Site.of(topology);
        try (var transfer = Transfer.begin(site, topology, family, passive)) {
            var id = site.gateway.session();
            assertThat(site.gateway.ask("sessions")).contains("\"transfer\":\"APPE hold\"");
            var begunNanos = System.nanoTime();
            assertThat(site.gateway.ask("kill " + id)).contains(id);
            resetWithin(begunNanos, 1_000, transfer.client, transfer.server);
            transfer.control.expect("421 ");
            assertThatThrownBy(transfer.control::reply).isInstanceOf(IOException.class);
            site.gateway.awaitLine(line -> line.contains("session=" + id) && line.contains("event=end reason=killed"));
            nothingIsLeft(site);
        }
    }

    @Test
    void operatorWhoKillsASession_byTheProgramsCommand_seesItsDataConnectionGone() throws Exception {
        var site = Site.of(Topology.ROUTED);
        try (var transfer = Transfer.begin(site, Topology.ROUTED, Family.IPV4, true)) {
            var id = site.gateway.session();
            assertThat(site.gateway.command("sessions")).contains(id, "APPE hold");
            assertThat(site.gateway.command("kill", id)).contains(id);
            resetWithin(System.nanoTime(), 1_000, transfer.client, transfer.server);
            transfer.control.expect("421 ");
            assertThat(site.gateway.command("sessions")).doesNotContain(id);
            nothingIsLeft(site);
        }
    }

    static Stream<Arguments> everySite() {
        return Stream.of(Topology.values())
                .flatMap(topology -> Stream.of(Family.values()).map(family -> arguments(topology, family)));
    }

    @ParameterizedTest
    @MethodSource("everySite")
    void idleDataConnection_isCut_andBothEndsNotice(Topology topology, Family family) throws Exception {
        var site = Site.of(topology);
        try (var transfer = Transfer.begin(site, topology, family, true)) {
            var id = site.gateway.session();
            // It is looked for each second.
            resetWithin(System.nanoTime(), 3_500, transfer.client, transfer.server);
            transfer.server.close();
            transfer.control.expect("426 ");
            assertThat(site.gateway.awaitLine(line -> line.contains("session=" + id) && line.contains("event=transfer")))
                    .contains("data=idle");
            assertThat(transfer.control.ask("NOOP", "200 ")).as("the session goes on").isNotEmpty();
            nothingIsLeft(site);
        }
    }

    private static void resetWithin(long begunNanos, long millis, Socket... ends) throws Exception {
        for (var end : ends) {
            end.setSoTimeout((int) millis);
            assertThatThrownBy(() -> end.getInputStream().read()).isInstanceOf(IOException.class).hasMessageContaining("reset");
        }
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos)).isLessThan(millis);
    }

    /** But for what answers a cut flow's late packets, which ends by itself. */
    private static void nothingIsLeft(Site site) {
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            assertThat(RunningGateway.open(site.network.gateway())).isEmpty();
            assertThat(RunningGateway.elements(site.network.gateway(), "id", "dnat", "snat")).isEmpty();
            assertThat(site.gateway.ask("pinholes")).isEqualTo("{\"pinholes\":[]}");
        });
    }

    /** One in which nothing moves any more: the ends of its data connection, and the client's control connection. */
    private record Transfer(PlainClient control, Socket client, Socket server) implements AutoCloseable {

        static Transfer begin(Site site, Topology topology, Family family, boolean passive) throws Exception {
            var peer = site.server(family);
            peer.data.clear();
            peer.on("APPE", (name, visitor) -> {
                visitor.say("150 Go on.");
                try (var data = visitor.connect()) {
                    data.setTcpNoDelay(true);
                    data.getOutputStream().write("hello".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                    while (!data.isClosed()) {
                        Thread.sleep(20);
                    }
                }
                visitor.say("426 Gone.");
            });
            var called = (topology == Topology.VIP ? Network.VIP : Network.SERVER).in(family);
            var client = PlainClient.login(site.network.client(), Network.CLIENT.in(family), called);
            Socket data;
            if (passive) {
                data = client.connect(client.passive());
                client.ask("APPE hold", "150 ");
            } else {
                try (var listener = client.active()) {
                    client.ask("APPE hold", "150 ");
                    data = listener.accept();
                }
            }
            var other = Objects.requireNonNull(peer.data.poll(5, TimeUnit.SECONDS));
            data.setSoTimeout(1_000);
            assertThat(data.getInputStream().readNBytes(5)).hasSize(5);
            data.getOutputStream().write(new byte[5]);
            other.setSoTimeout(1_000);
            assertThat(other.getInputStream().readNBytes(5)).hasSize(5);
            return new Transfer(client, data, other);
        }

        @Override
        public void close() throws Exception {
            control.close();
            client.close();
            server.close();
        }
    }
}
