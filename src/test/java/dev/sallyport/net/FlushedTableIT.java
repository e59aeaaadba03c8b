package dev.sallyport.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.datapath.kernel.RulesetCounter;
import dev.sallyport.faults.Sequence;
import dev.sallyport.net.Network.Topology;
import dev.sallyport.peers.Family;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody takes the table of a running gateway away: it is noticed, said, and put in order. */
@Tag("system")
@Timeout(60)
class FlushedTableIT {

    private static final long RUNNING_BYTES = 2 << 20;

    private static Site site;

    @BeforeAll
    static void build() throws Exception {
        site = Site.build(Topology.ROUTED, RunningGateway.ROUTED);
    }

    @AfterAll
    static void remove() throws Exception {
        if (site != null) {
            site.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"flush table inet sallyport", "delete table inet sallyport", "flush ruleset"})
    void tableTakenAway_isReinstalled_andWhatWaitedOrRanGoesOn(String deed) throws Exception {
        var ended = new AtomicBoolean();
        var server = site.server(Family.IPV4);
        server.on("RETR", (bytes, visitor) -> {
            visitor.say("150 Slowly.");
            try (var data = visitor.connect()) {
                data.getOutputStream().write(0);
                while (!ended.get()) {
                    Thread.sleep(10);
                }
                Sequence.write(data.getOutputStream(), Long.parseLong(bytes), new AtomicLong());
            }
            visitor.say("226 Done.");
        });
        try (var running = login(); var waiting = login()) {
            var data = running.connect(running.passive());
            running.ask("RETR " + RUNNING_BYTES, "150 ");
            assertThat(data.getInputStream().read()).isZero();
            var target = waiting.passive();
            var said = complaints();

            site.network.gateway().nft(deed);
            var takenNanos = System.nanoTime();
            await().atMost(Duration.ofSeconds(5)).pollInterval(Duration.ofMillis(10)).until(() -> complaints() == said + 1);
            // It complains before it mends: the table that was deleted may not be there yet.
            await().atMost(Duration.ofSeconds(5)).pollInterval(Duration.ofMillis(10)).ignoreExceptions()
                    .until(() -> RunningGateway.open(site.network.gateway()).size() == 1);
            System.out.println("\"" + deed + "\" was mended after "
                    + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - takenNanos) + " ms");

            ended.set(true);
            assertThat(Sequence.read(data.getInputStream())).as("what ran").isEqualTo(RUNNING_BYTES);
            data.close();
            running.expect("226 ");
            try (var late = waiting.connect(target)) {
                waiting.ask("RETR 1000", "150 ");
                assertThat(late.getInputStream().read()).isZero();
                assertThat(Sequence.read(late.getInputStream())).as("what waited").isEqualTo(1000);
            }
            waiting.expect("226 ");
            server.on("RETR", PlainServer.AT_ONCE);
            running.download(10_000);
            running.downloadActively(10_000);

            // The wall is shut again: to the client as well, whose pinhole is used.
            var strangers = site.gateway.count(RulesetCounter.STRANGERS);
            var number = target.port().number();
            try (var listener = Wall.listen(site.network.server(), Network.SERVER.four(), number)) {
                assertThat(Wall.refused(site.network.attacker(), Network.ATTACKER.four(), 0, Network.SERVER.four(), number)).isTrue();
                assertThat(site.gateway.count(RulesetCounter.STRANGERS)).isEqualTo(strangers + 1);
                assertThat(Wall.refused(site.network.client(), Network.CLIENT.four(), 0, Network.SERVER.four(), number)).isTrue();
                assertThat(listener.isBound()).isTrue();
            }
        }
        await().untilAsserted(() -> assertThat(RunningGateway.elements(site.network.gateway())).isEmpty());
        assertThat(site.gateway.log()).doesNotContain(" ERROR ");
    }

    private static long complaints() {
        return site.gateway.log().lines().filter(line -> line.contains("the table inet sallyport: it is installed again")).count();
    }

    private static PlainClient login() throws Exception {
        return PlainClient.login(site.network.client(), Network.CLIENT.four(), Network.SERVER.four());
    }
}
