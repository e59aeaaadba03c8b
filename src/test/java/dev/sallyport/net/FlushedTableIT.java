package dev.sallyport.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.datapath.kernel.RulesetCounter;
import dev.sallyport.faults.Sequence;
import dev.sallyport.net.Network.Topology;
import dev.sallyport.peers.Family;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody takes the table or the policy routes of a running gateway away: it is noticed, said, and put in order. */
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
        var rest = new CountDownLatch(1);
        var server = site.server(Family.IPV4);
        server.on("RETR", PlainServer.held(rest));
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

            rest.countDown();
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
                Wall.assertNobodyCame(listener);
            }
        }
        await().untilAsserted(() -> assertThat(RunningGateway.elements(site.network.gateway())).isEmpty());
        assertThat(site.gateway.log()).doesNotContain(" ERROR ");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "-4 rule del fwmark 0x01000000/0x01000000 lookup 2021", "-6 rule del fwmark 0x01000000/0x01000000 lookup 2021",
        "-4 route flush table 2021", "-6 route flush table 2021"
    })
    void policyRouteTakenAway_isReinstalled_andTheNextClientIsServed(String deed) throws Exception {
        var said = count("somebody took away the policy routes");
        try (var running = login()) {
            site.network.gateway().require(("ip " + deed).split(" "));
            await().atMost(Duration.ofSeconds(5)).pollInterval(Duration.ofMillis(10))
                    .until(() -> count("somebody took away the policy routes") == said + 1);
            await().atMost(Duration.ofSeconds(5)).pollInterval(Duration.ofMillis(10))
                    .until(() -> site.network.gateway().call(Wall.ROUTES::installed));
            running.download(10_000);
        }
        for (var family : Family.values()) {
            try (var next = PlainClient.login(site.network.client(), Network.CLIENT.in(family), Network.SERVER.in(family))) {
                next.download(10_000);
            }
        }
        assertThat(site.gateway.log()).doesNotContain(" ERROR ");
    }

    /** What cannot be mended is not called ready, and said once; it is ready again as soon as the cause is gone. */
    @Test
    void ruleThatComesBeforeOurs_isToldAsNotReady() throws Exception {
        try (var network = Network.open(Topology.ROUTED);
                var gateway = RunningGateway.start(network.gateway(), RunningGateway.ROUTED)) {
            assertThat(readiness(network.gateway())).contains("200");
            network.gateway().require("ip", "-6", "rule", "add", "pref", "1", "to", "100::/64", "blackhole");
            await().atMost(Duration.ofSeconds(5)).until(() -> readiness(network.gateway()).contains("503"));
            assertThat(readiness(network.gateway())).contains("the policy routes, are gone and could not be installed again");
            network.gateway().require("ip", "-6", "rule", "del", "pref", "1");
            await().atMost(Duration.ofSeconds(5)).until(() -> readiness(network.gateway()).contains("200"));
            gateway.awaitLine(line -> line.contains("the policy routes are in place again"));
            assertThat(gateway.log())
                    .containsOnlyOnce("another routing rule comes before 'fwmark 0x01000000/0x01000000 lookup 2021'");
        }
    }

    /** As where another program makes one of the same name that only it may change. */
    @Test
    void tableThatCannotBeInstalledAgain_isSaidOnce_andToldAsNotReady(@TempDir Path folder) throws Exception {
        var refused = folder.resolve("refused");
        var nft = Files.writeString(folder.resolve("nft"), """
                #!/bin/sh
                if [ "$*" = "-f -" ] && [ -e %1$s ]; then echo >>%1$s; echo "Error: Operation not permitted"; exit 1; fi
                PATH=/usr/sbin:/sbin:/usr/bin:/bin exec nft "$@"
                """.formatted(refused));
        Files.setPosixFilePermissions(nft, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (var network = Network.open(Topology.ROUTED);
                var gateway = RunningGateway.start(
                        network.gateway(), RunningGateway.ROUTED, "PATH=" + folder + ":" + System.getenv("PATH"))) {
            for (var times = 1; times <= 2; times++) {
                var complaints = times;
                Files.createFile(refused);
                network.gateway().nft("delete table inet sallyport");
                await().until(() -> Files.size(refused) >= 3);
                assertThat(readiness(network.gateway())).contains("503");
                Files.delete(refused);
                await().until(() -> readiness(network.gateway()).contains("200"));
                assertThat(network.gateway().require("nft", "list", "tables")).contains("sallyport");
                await().untilAsserted(() ->
                        assertThat(gateway.log().lines().filter(line -> line.contains("it is installed again"))).hasSize(complaints));
            }
        }
    }

    private static String readiness(Host host) throws Exception {
        return host.require("curl", "-s", "-w", "%{http_code}", "http://127.0.0.1:9121/health/ready");
    }

    private static long complaints() {
        return count("the table inet sallyport: it is installed again");
    }

    private static long count(String words) {
        return site.gateway.log().lines().filter(line -> line.contains(words)).count();
    }

    private static PlainClient login() throws Exception {
        return PlainClient.login(site.network.client(), Network.CLIENT.four(), Network.SERVER.four());
    }
}
