package dev.sallyport.datapath.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.datapath.kernel.RulesetSettings.Data;
import dev.sallyport.datapath.kernel.RulesetSettings.Interception;
import dev.sallyport.net.Network;
import dev.sallyport.net.Network.Topology;
import dev.sallyport.net.RunningGateway;
import dev.sallyport.net.Wall;
import dev.sallyport.netlink.NftReader;
import dev.sallyport.proxy.EventLoops;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The kernel's table cannot be looked at: nobody knows whether it stands, and what was not made is not removed. */
@Tag("system")
@Timeout(60)
class UnreadableTableIT {

    private Network network;

    @BeforeEach
    void build() throws Exception {
        network = Network.open(Topology.ROUTED);
    }

    @AfterEach
    void remove() {
        if (network != null) {
            network.close();
        }
    }

    private static Firewall.Tuning reading(Consumer<NftReader> reader) {
        var usual = Firewall.Tuning.USUAL;
        return new Firewall.Tuning(usual.writing(), usual.events(), usual.ranges(), reader);
    }

    /** The first thing that it does. */
    @Test
    void startThatCannotLook_leavesTheWallThatWasShut() throws Exception {
        try (var gateway = RunningGateway.start(network.gateway(), RunningGateway.ROUTED + "kernel: { onStop: shut }\n")) {
            gateway.stop();
        }
        var before = table();
        var ruleset = new RulesetSettings(
                List.of(Wall.gateway(Topology.ROUTED, Interception.TPROXY, Data.KERNEL, List.of(), null)), RulesetSettings.Wall.CLOSED,
                RulesetSettings.DEFAULT_SET_SIZE, true, RulesetSettings.DEFAULT_INTERCEPT_MARK, RulesetSettings.DEFAULT_OWN_MARK);
        var routes = new PolicyRoutes(ruleset.interceptMark(), PolicyRoutes.DEFAULT_TABLE);
        try (var loops = EventLoops.open(1)) {
            for (var onStop : FirewallSettings.OnStop.values()) {
                assertThatThrownBy(() -> network.gateway().call(() -> Firewall.start(
                                new FirewallSettings(ruleset, routes, onStop), loops.kind(), loops.group(), reading(NftReader::close))))
                        .hasStackTraceContaining("cannot read the kernel's tables");
                assertThat(table()).as("with %s", onStop).isEqualTo(before);
            }
        }
        assertThat(network.gateway().<Boolean>call(routes::installed)).isTrue();
    }

    private String table() throws Exception {
        return network.gateway().require("nft", "-a", "list", "table", "inet", "sallyport");
    }

    @Test
    void tableThatCannotBeLookedAt_isNotCalledStanding() throws Exception {
        var reader = new AtomicReference<NftReader>();
        try (var gateway = GatewayInHost.start(network, "", RulesetSettings.DEFAULT_SET_SIZE, reading(reader::set))) {
            assertThat(gateway.standing()).isTrue();
            Objects.requireNonNull(reader.get()).close();
            await().until(() -> !gateway.standing());
        }
    }
}
