package dev.sallyport.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.net.Network.Topology;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a gateway leaves that is asked to stop while a pinhole waits: no wall at all, or one without a door ({@code kernel.onStop}). */
@Tag("system")
@Timeout(60)
class StoppedGatewayIT {

    private static final int OTHER_PORT = 4_000;

    @ParameterizedTest
    @CsvSource({"remove,false", "shut,true"})
    void stopped_leavesWhatItIsTold_andTheNextStartServes(String onStop, boolean shut) throws Exception {
        var configuration = RunningGateway.ROUTED + "kernel: { onStop: %s }\n".formatted(onStop);
        try (var site = Site.build(Topology.ROUTED, configuration);
                var _ = Wall.listen(site.network.server(), Network.SERVER.four(), OTHER_PORT)) {
            assertThat(refused(site.network)).as("behind the wall").isTrue();
            try (var client = login(site.network)) {
                client.passive();
                assertThat(RunningGateway.open(site.network.gateway())).hasSize(1);
                site.gateway.handle().destroy();
                client.expect("421 ");
                await().until(() -> !site.gateway.handle().isAlive());
            }
            assertThat(site.network.gateway().require("nft", "list", "tables").contains("inet sallyport")).isEqualTo(shut);
            if (shut) {
                assertThat(RunningGateway.elements(site.network.gateway())).isEmpty();
            }
            assertThat(refused(site.network)).as("without the gateway").isEqualTo(shut);

            try (var next = RunningGateway.start(site.network.gateway(), configuration); var client = login(site.network)) {
                client.download(1000);
                client.downloadActively(1000);
                assertThat(next.log()).doesNotContain(" ERROR ");
            }
        }
    }

    private static PlainClient login(Network network) throws Exception {
        return PlainClient.login(network.client(), Network.CLIENT.four(), Network.SERVER.four());
    }

    private static boolean refused(Network network) throws Exception {
        return Wall.refused(network.client(), Network.CLIENT.four(), 0, Network.SERVER.four(), OTHER_PORT);
    }
}
