package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.datapath.relay.RelayDataPath;
import dev.sallyport.proxy.Gateway;
import java.time.Duration;
import java.util.Collection;

/** Gateways with a relay each, whose clients have gone. */
final class Quiet {

    private static final Duration LIMIT = Duration.ofSeconds(15);

    private Quiet() {}

    /** Waits until no session, pinhole and data connection is left. */
    static void awaitQuiet(Collection<Gateway> gateways) {
        await().atMost(LIMIT).untilAsserted(() -> assertThat(gateways).allSatisfy(gateway -> {
            assertThat(gateway.sessions()).as("sessions").isZero();
            assertThat(gateway.dataPath().open()).as("pinholes and data connections").isZero();
        }));
    }

    /** As before, and no data port that is listened on, which takes longer. */
    static void awaitNothingLeft(Collection<Gateway> gateways) {
        awaitQuiet(gateways);
        await().atMost(LIMIT).untilAsserted(() -> assertThat(gateways).allSatisfy(gateway ->
                assertThat(((RelayDataPath) gateway.dataPath()).listening()).as("listening data ports").isZero()));
    }
}
