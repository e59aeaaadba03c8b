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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
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

    private static final int PATIENCE_MILLIS = 10_000;
    /** A machine that is busy may delay one cut, but not each of several. */
    private static final int ROUNDS = 5;

    private static final Map<String, Site> SITES = new HashMap<>();

    /** @param more of the configuration */
    private static Site site(Topology topology, String more) throws Exception {
        var configuration = RunningGateway.of(topology) + more;
        var known = SITES.get(configuration);
        if (known == null) {
            known = Site.build(topology, configuration);
            SITES.put(configuration, known);
        }
        return known;
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
        var site = site(topology, "");
        within(1_000, () -> {
            try (var transfer = Transfer.begin(site, topology, family, passive)) {
                var id = site.gateway.session();
                assertThat(site.gateway.ask("sessions")).contains("\"transfer\":\"APPE hold\"");
                var begunNanos = System.nanoTime();
                assertThat(site.gateway.ask("kill " + id)).contains(id);
                var millis = millisUntilReset(begunNanos, transfer.client, transfer.server);
                transfer.control.expect("421 ");
                assertThatThrownBy(transfer.control::reply).isInstanceOf(IOException.class);
                site.gateway.awaitLine(line -> line.contains("session=" + id) && line.contains("event=end reason=killed"));
                nothingIsLeft(site);
                return millis;
            }
        });
    }

    @Test
    void operatorWhoKillsASession_byTheProgramsCommand_seesItsDataConnectionGone() throws Exception {
        var site = site(Topology.ROUTED, "");
        within(1_000, () -> {
            try (var transfer = Transfer.begin(site, Topology.ROUTED, Family.IPV4, true)) {
                var id = site.gateway.session();
                assertThat(site.gateway.command("sessions")).contains(id, "APPE hold");
                assertThat(site.gateway.command("kill", id)).contains(id);
                var millis = millisUntilReset(System.nanoTime(), transfer.client, transfer.server);
                transfer.control.expect("421 ");
                assertThat(site.gateway.command("sessions")).doesNotContain(id);
                nothingIsLeft(site);
                return millis;
            }
        });
    }

    static Stream<Arguments> everySite() {
        return Stream.of(Topology.values())
                .flatMap(topology -> Stream.of(Family.values()).map(family -> arguments(topology, family)));
    }

    @ParameterizedTest
    @MethodSource("everySite")
    void idleDataConnection_isCut_andBothEndsNotice(Topology topology, Family family) throws Exception {
        var site = site(topology, "timeouts: { dataIdle: 1s }\n");
        // It is looked for each second.
        within(3_500, () -> {
            try (var transfer = Transfer.begin(site, topology, family, true)) {
                var id = site.gateway.session();
                var millis = millisUntilReset(System.nanoTime(), transfer.client, transfer.server);
                transfer.server.close();
                transfer.control.expect("426 ");
                assertThat(site.gateway.awaitLine(line -> line.contains("session=" + id) && line.contains("event=transfer")))
                        .contains("data=idle");
                assertThat(transfer.control.ask("NOOP", "200 ")).as("the session goes on").isNotEmpty();
                nothingIsLeft(site);
                return millis;
            }
        });
    }

    /** @param round what takes so long, and says how long that was */
    private static void within(long millis, Callable<Long> round) throws Exception {
        var taken = new ArrayList<Long>();
        do {
            taken.add(round.call());
        } while (taken.getLast() >= millis && taken.size() < ROUNDS);
        assertThat(taken).as("milliseconds of each round").anyMatch(each -> each < millis);
    }

    private static long millisUntilReset(long begunNanos, Socket... ends) throws Exception {
        for (var end : ends) {
            end.setSoTimeout(PATIENCE_MILLIS);
            assertThatThrownBy(() -> end.getInputStream().read()).isInstanceOf(IOException.class).hasMessageContaining("reset");
        }
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos);
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
            var other = Objects.requireNonNull(peer.data.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
            data.setSoTimeout(PATIENCE_MILLIS);
            assertThat(data.getInputStream().readNBytes(5)).hasSize(5);
            data.getOutputStream().write(new byte[5]);
            other.setSoTimeout(PATIENCE_MILLIS);
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
