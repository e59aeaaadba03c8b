package dev.sallyport.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.datapath.kernel.RulesetCounter;
import dev.sallyport.datapath.kernel.RulesetSettings;
import dev.sallyport.datapath.kernel.RulesetSettings.Data;
import dev.sallyport.datapath.kernel.RulesetSettings.Interception;
import dev.sallyport.net.Network.Topology;
import dev.sallyport.peers.Requirements;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two first packets at the same instant on two processors: one passes, never both. */
@Tag("system")
@Timeout(120)
class SingleUseIT {
    private static final int TRIALS = Integer.getInteger("single.use.trials", 3000);
    private static final int FIRST_PORT = 40_000;

    @Test
    void twoFirstPacketsAtOnce_oneIsAdmitted_neverBoth() throws Exception {
        if (Runtime.getRuntime().availableProcessors() < 2) {
            Requirements.missing("a second processor");
        }
        var gateway = Wall.gateway(Topology.ROUTED, Interception.TPROXY, Data.KERNEL, null);
        try (var wall = Wall.build(Topology.ROUTED, RulesetSettings.Wall.CLOSED, gateway)) {
            var outcome = trials(wall);
            assertThat(outcome.of(2)).as("trials in which both were admitted; " + outcome).isZero();
            assertThat(outcome.of(1)).as("trials in which one was; " + outcome).isEqualTo(TRIALS);
            assertThat(wall.count(RulesetCounter.PINHOLES)).isEqualTo(TRIALS);
        }
    }

    /** Without the limit the race is lost now and then: or else the test above shows nothing. */
    @Test
    void withoutTheLimit_bothAreAdmittedNowAndThen() throws Exception {
        var gateway = Wall.gateway(Topology.ROUTED, Interception.TPROXY, Data.KERNEL, null);
        try (var wall = Wall.build(Topology.ROUTED, RulesetSettings.Wall.CLOSED, gateway)) {
            wall.network.gateway().call(() -> {
                var text = dev.sallyport.datapath.kernel.Ruleset.render(Wall.settings(RulesetSettings.Wall.CLOSED, gateway));
                var without = text.replace(" limit rate 1/day burst 1 packets;", "");
                assertThat(without).isNotEqualTo(text);
                new dev.sallyport.datapath.kernel.NftProgram().install(without);
                return true;
            });
            assertThat(trials(wall).of(2)).isPositive();
        }
    }

    /** How many trials admitted so many connections. */
    private record Outcome(List<Integer> admitted) {
        long of(int many) {
            return admitted.stream().filter(one -> one == many).count();
        }
    }

    private static Outcome trials(Wall wall) throws Exception {
        // Every destination port is a trial of its own: all pinholes are open at the start.
        var elements = new StringBuilder();
        for (int trial = 0; trial < TRIALS; trial++) {
            elements.append(Pinhole.of(dev.sallyport.peers.Family.IPV4, trial, Network.CLIENT, Network.SERVER, FIRST_PORT + trial)
                    .elements("120s"));
        }
        wall.network.gateway().nft(elements.toString());
        Path script = wall.network.client().script("race.py");
        try (var capture = Capture.start(wall.network.server(), "eth0")) {
            var race = wall.network.client().start(List.of(
                    "/usr/bin/python3", script.toString(), Network.CLIENT.four(), Network.SERVER.four(),
                    Integer.toString(FIRST_PORT), Integer.toString(TRIALS)));
            var finished = race.await(Duration.ofSeconds(60));
            assertThat(finished.exit()).as(finished.printed()).isZero();
            Thread.sleep(300);
            var admitted = new int[TRIALS];
            // A connection that met a closed port was admitted as well: what counts is whether its first packet came through.
            capture.packets().stream()
                    .filter(Capture.Packet::opens)
                    .filter(packet -> packet.destinationPort() >= FIRST_PORT && packet.destinationPort() < FIRST_PORT + TRIALS)
                    .distinct()
                    .forEach(packet -> admitted[packet.destinationPort() - FIRST_PORT]++);
            return new Outcome(java.util.Arrays.stream(admitted).boxed().toList());
        }
    }
}
