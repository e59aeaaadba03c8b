package dev.sallyport.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.datapath.kernel.NftException;
import dev.sallyport.datapath.kernel.NftProgram;
import dev.sallyport.datapath.kernel.PolicyRoutes;
import dev.sallyport.datapath.kernel.Ruleset;
import dev.sallyport.datapath.kernel.RulesetSettings;
import dev.sallyport.datapath.kernel.RulesetSettings.Data;
import dev.sallyport.datapath.kernel.RulesetSettings.Gateway;
import dev.sallyport.datapath.kernel.RulesetSettings.Interception;
import dev.sallyport.datapath.kernel.RulesetSettings.Local;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.net.Network.Topology;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The base ruleset as a guest on a host that has others: installed whole, replaced whole, removed without a trace. */
@Tag("system")
@Timeout(60)
class RulesetIT {
    private static final String OTHERS = """
            table inet others {
                set theirs { type inet_service; elements = { 22, 80 } }
                chain input { type filter hook input priority filter; policy accept; tcp dport @theirs accept; }
            }
            table ip nat {
                chain post { type nat hook postrouting priority srcnat; oifname "nowhere" masquerade; }
            }
            """;

    /** Of two servers; they overlap. */
    private static final List<PortRange> PASSIVE = Stream.of("50000-50999", "50500-52000", "3000").map(PortRange::parse).toList();

    @Test
    void everyCombination_isTakenByTheKernel() throws Exception {
        try (var network = Network.open(Topology.ROUTED)) {
            network.gateway().call(() -> {
                var nft = new NftProgram();
                int checked = 0;
                for (var wall : RulesetSettings.Wall.values()) {
                    for (var topology : Topology.values()) {
                        for (var interception : Interception.values()) {
                            for (var data : Data.values()) {
                                nft.check(Ruleset.render(Wall.settings(wall, Wall.gateway(topology, interception, data, null))));
                                nft.check(Ruleset.render(
                                        Wall.settings(wall, Wall.gateway(topology, interception, data, PASSIVE, null))));
                                checked++;
                            }
                        }
                    }
                }
                assertThat(checked).isEqualTo(54);
                assertThat(nft.installed()).as("checking installs nothing").isFalse();
                return true;
            });
        }
    }

    @Test
    void manyGateways_shareTheTable() throws Exception {
        try (var network = Network.open(Topology.ROUTED)) {
            var one = Wall.gateway(Topology.ROUTED, Interception.TPROXY, Data.KERNEL, PASSIVE, null);
            var two = Wall.gateway(Topology.VIP, Interception.REDIRECT, Data.RELAY, new Local(List.of(), List.of(100L), 990));
            // All that a name may have, and as much of it.
            var name = "4th.gate-way_" + "x".repeat(51);
            var settings = Wall.settings(
                    RulesetSettings.Wall.CLOSED, one, renamed(two, "two"), renamed(one, name),
                    renamed(Wall.gateway(Topology.OUTBOUND, Interception.NONE, Data.KERNEL, PASSIVE, null), "three"));
            network.gateway().call(() -> {
                new NftProgram().install(Ruleset.render(settings));
                return true;
            });
            String listed = network.gateway().require("nft", "list", "table", "inet", "sallyport");
            assertThat(listed).contains("tproxy ip to :2121").contains("redirect to :2222").contains("meta skgid 100")
                    .contains("chain control_" + name + " {");
            assertThat(listed.split("map range4_50000_50999 \\{")).as("declared by several, and there once").hasSize(2);
        }
    }

    @Test
    void ruleset_installedReplacedAndRemoved_leavesOthersAlone_andNothingBehind() throws Exception {
        try (var network = Network.open(Topology.ROUTED)) {
            network.gateway().nft(OTHERS);
            var before = picture(network.gateway());
            var settings = Wall.settings(
                    RulesetSettings.Wall.CLOSED, Wall.gateway(Topology.ROUTED, Interception.TPROXY, Data.KERNEL, null));
            network.gateway().call(() -> {
                for (int round = 0; round < 2; round++) {
                    new NftProgram().install(Ruleset.render(settings));
                    Wall.ROUTES.install();
                }
                assertThat(new NftProgram().installed()).isTrue();
                assertThat(Wall.ROUTES.installed()).isTrue();
                return true;
            });
            assertThat(network.gateway().require("ip", "rule").lines().filter(line -> line.contains("fwmark"))).hasSize(1);
            assertThat(network.gateway().require("nft", "list", "ruleset")).contains(before.getFirst().strip());
            network.gateway().call(() -> {
                for (int round = 0; round < 2; round++) {
                    new NftProgram().remove();
                    Wall.ROUTES.remove();
                }
                assertThat(new NftProgram().installed()).isFalse();
                assertThat(Wall.ROUTES.installed()).isFalse();
                return true;
            });
            assertThat(picture(network.gateway())).isEqualTo(before);
        }
    }

    @Test
    void replacement_endsAllElements() throws Exception {
        try (var wall = Wall.build(
                Topology.ROUTED, RulesetSettings.Wall.CLOSED, Wall.gateway(Topology.ROUTED, Interception.TPROXY, Data.KERNEL, null))) {
            wall.open(Pinhole.of(dev.sallyport.peers.Family.IPV4, 1, Network.CLIENT, Network.SERVER, 50_000));
            assertThat(wall.network.gateway().require("nft", "list", "set", "inet", "sallyport", "pin4")).contains("50000");
            wall.install(RulesetSettings.Wall.CLOSED, Wall.gateway(Topology.ROUTED, Interception.TPROXY, Data.KERNEL, null));
            assertThat(wall.network.gateway().require("nft", "list", "set", "inet", "sallyport", "pin4")).doesNotContain("50000");
        }
    }

    @Test
    void badRuleset_isRefusedWithItsLine_andTheOldOneStays() throws Exception {
        try (var network = Network.open(Topology.ROUTED)) {
            network.gateway().call(() -> {
                var nft = new NftProgram();
                nft.install("table inet sallyport {}\n");
                String bad = "table inet sallyport {\n    chain one {\n        tcp dport nowhere accept\n    }\n}\n";
                for (var attempt : List.<ThrowingCallable>of(() -> nft.check(bad), () -> nft.install(bad))) {
                    assertThatThrownBy(attempt)
                            .isInstanceOf(NftException.class)
                            .hasMessageContaining("line 3: tcp dport nowhere accept");
                }
                assertThat(nft.installed()).isTrue();
                return true;
            });
            assertThat(network.gateway().require("nft", "list", "ruleset")).doesNotContain("chain one");
        }
    }

    @Test
    void policyRoutes_withAnotherMarkAndTable_areFoundAndRemovedAlone() throws Exception {
        try (var network = Network.open(Topology.ROUTED)) {
            var other = new PolicyRoutes(RulesetSettings.DEFAULT_OWN_MARK, 99);
            network.gateway().call(() -> {
                Wall.ROUTES.install();
                assertThat(other.installed()).isFalse();
                other.install();
                Wall.ROUTES.remove();
                assertThat(other.installed()).isTrue();
                assertThat(Wall.ROUTES.installed()).isFalse();
                return true;
            });
        }
    }

    private static Gateway renamed(Gateway gateway, String name) {
        return new Gateway(
                name, gateway.interception(), gateway.data(), gateway.spoofed(), gateway.inside(), gateway.outside(),
                gateway.controlPorts(), new Port(2222), gateway.own(), gateway.vips(), gateway.clients(), gateway.servers(),
                gateway.dataPorts(), gateway.serverDataPorts(), gateway.passivePorts(), gateway.local());
    }

    /** All that the ruleset could have changed on a host: other tables, routing rules, routes. */
    private static List<String> picture(Host host) throws Exception {
        return Stream.of("nft list ruleset", "ip -4 rule", "ip -6 rule", "ip -4 route show table all", "ip -6 route show table all")
                .map(command -> {
                    try {
                        return host.require(command.split(" "));
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                })
                .toList();
    }
}
