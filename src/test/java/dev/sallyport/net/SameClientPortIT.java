package dev.sallyport.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.faults.Sequence;
import dev.sallyport.net.Network.Topology;
import dev.sallyport.peers.Family;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client that names the same port for one active transfer after the other is called from port 20 each time. */
@Tag("system")
@Timeout(90)
class SameClientPortIT {

    private static final int TRANSFERS = 20;
    private static final long BYTES = 1000;
    /** More than the sockets' buffers take. */
    private static final long MANY_BYTES = 50_000_000;

    @ParameterizedTest
    @EnumSource(Topology.class)
    void activeTransfers_toOnePort_comeFromPort20(Topology topology) throws Exception {
        var called = topology == Topology.VIP ? Network.VIP : Network.SERVER;
        try (var site = Site.build(topology, RunningGateway.of(topology))) {
            // Both families at a time: most of it is waiting.
            try (var threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
                var families = threads.invokeAll(Stream.of(Family.values())
                        .<Callable<Void>>map(family -> () -> transfers(site, family, called.in(family)))
                        .toList());
                for (var family : families) {
                    family.get();
                }
            }
            await().untilAsserted(() -> {
                var lines = site.gateway.log().lines().filter(line -> line.contains("event=transfer")).toList();
                assertThat(lines).hasSize(2 * (TRANSFERS + 1)).allMatch(line -> line.contains("code=226 mode=")
                        && line.contains("data=closed"));
                assertThat(lines).filteredOn(line -> line.contains("bytesToClient=" + BYTES + " ")).hasSize(2 * TRANSFERS);
            });
        }
    }

    private static @Nullable Void transfers(Site site, Family family, String called) throws Exception {
        try (var client = PlainClient.login(site.network.client(), Network.CLIENT.in(family), called);
                var listener = client.listener()) {
            for (int i = 0; i < TRANSFERS; i++) {
                transfer(client, listener, BYTES, Duration.ZERO);
            }
            // Longer than anything of the earlier connections, which had the same numbers, is kept.
            transfer(client, listener, MANY_BYTES, Duration.ofSeconds(6));
        }
        return null;
    }

    private static void transfer(PlainClient client, ServerSocket listener, long bytes, Duration pause) throws Exception {
        client.ask(PlainClient.activeCommand(listener).text(), "200 ");
        client.ask("RETR " + bytes, "150 ");
        try (var data = listener.accept()) {
            data.setSoTimeout(10_000);
            assertThat(data.getPort()).isEqualTo(20);
            Thread.sleep(pause);
            assertThat(Sequence.read(data.getInputStream())).isEqualTo(bytes);
        }
        client.expect("226 ");
    }
}
