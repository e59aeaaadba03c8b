package dev.sallyport.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.net.Network.Topology;
import dev.sallyport.peers.ChildProcess.Finished;
import dev.sallyport.peers.Family;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is left in the packet filter when a gateway stops, and when one cannot start. */
@Tag("system")
@Timeout(60)
class ShutWallIT {

    private static final String SHUT = RunningGateway.ROUTED + "kernel: { onStop: shut }\n";
    private static final int DATA_PORT = 5_555;

    /** Why one cannot start. */
    private enum Fault {
        /** Before its table is in the kernel. */
        ROUTES_REFUSED,
        /** Behind that. */
        LISTENER_TAKEN,
        /** And when all gateways listen. */
        CONTROL_SOCKET_REFUSED
    }

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Network network;

    @BeforeEach
    void build() throws Exception {
        network = Network.open(Topology.ROUTED);
    }

    @AfterEach
    void remove() {
        network.close();
    }

    @Test
    void stopped_withShut_leavesTheWallShut_andTheNextStartOpensItForItsClients() throws Exception {
        try (var server = PlainServer.start(network.server(), Network.SERVER.four(), 21)) {
            for (int run = 0; run < 2; run++) {
                try (var gateway = RunningGateway.start(network.gateway(), SHUT);
                        var client = PlainClient.login(network.client(), Network.CLIENT.four(), Network.SERVER.four())) {
                    client.download(10_000);
                    // One waits as the gateway ends: it is not to outlive it.
                    client.passive();
                    gateway.stop();
                    assertThat(gateway.log()).contains("Stopped.").doesNotContain(" ERROR ");
                }
                assertShut();
            }
            assertThat(server.transferred).hasSize(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void startThatFails_leavesAWallThatWasShut(Fault fault) throws Exception {
        try (var gateway = RunningGateway.start(network.gateway(), SHUT)) {
            gateway.stop();
        }
        assertFails(fault, SHUT);
        assertShut();
    }

    /** Not even where a stop would remove it: what a gateway that was killed has left is no work of this start. */
    @ParameterizedTest
    @EnumSource
    void startThatFails_leavesTheWallOfAGatewayThatWasKilled(Fault fault) throws Exception {
        try (var gateway = RunningGateway.start(network.gateway(), RunningGateway.ROUTED)) {
            gateway.kill();
        }
        assertFails(fault, RunningGateway.ROUTED);
        assertShut();
        try (var next = RunningGateway.start(network.gateway(), RunningGateway.ROUTED)) {
            next.stop();
        }
        assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource
    void startThatFails_whereNothingWas_leavesNothing(Fault fault) throws Exception {
        assertFails(fault, RunningGateway.ROUTED);
        assertNothingLeft();
    }

    /** What it made besides what it found is no more than what it would have made alone. */
    @Test
    void startThatFails_whereTheRoutesWereGone_leavesTheTableAlone() throws Exception {
        try (var gateway = RunningGateway.start(network.gateway(), RunningGateway.ROUTED)) {
            gateway.kill();
        }
        network.gateway().call(() -> {
            Wall.ROUTES.remove();
            return true;
        });
        assertFails(Fault.LISTENER_TAKEN, RunningGateway.ROUTED);
        assertShut();
        assertNoRoutes();
    }

    /** Fail closed: the administrator wants it shut when there is no gateway. */
    @Test
    void startThatFails_withShut_leavesTheWallThatItHasInstalled() throws Exception {
        assertFails(Fault.LISTENER_TAKEN, SHUT);
        assertShut();
    }

    private void assertFails(Fault fault, String configuration) throws Exception {
        var ended = switch (fault) {
            case ROUTES_REFUSED -> failWithoutRoutes(configuration);
            case LISTENER_TAKEN -> {
                try (var _ = Wall.listen(network.gateway(), Network.GATEWAY_INSIDE.four(), RunningGateway.LISTENER)) {
                    yield RunningGateway.fail(network.gateway(), configuration);
                }
            }
            case CONTROL_SOCKET_REFUSED -> {
                var place = Files.writeString(folder.resolve("taken"), "somebody's");
                yield RunningGateway.failAt(network.gateway(), configuration, place);
            }
        };
        assertThat(ended.exit()).as(ended.printed()).isEqualTo(1);
        assertThat(ended.printed()).contains(switch (fault) {
            case ROUTES_REFUSED -> "cannot set the policy routes: 'ip -4 route replace";
            case LISTENER_TAKEN -> "already in use";
            case CONTROL_SOCKET_REFUSED -> "controlSocket";
        }).doesNotContain("Ready");
    }

    private Finished failWithoutRoutes(String configuration) throws Exception {
        var ip = Files.writeString(folder.resolve("ip"), """
                #!/bin/sh
                case "$*" in *"route replace"*) echo "RTNETLINK answers: Operation not permitted"; exit 2;; esac
                PATH=/usr/sbin:/sbin:/usr/bin:/bin exec ip "$@"
                """);
        Files.setPosixFilePermissions(ip, PosixFilePermissions.fromString("rwxr-xr-x"));
        return RunningGateway.fail(network.gateway(), configuration, "PATH=" + folder + ":" + System.getenv("PATH"));
    }

    private void assertShut() throws Exception {
        assertThat(RunningGateway.elements(network.gateway())).isEmpty();
        for (var family : Family.values()) {
            try (var data = listen(family, DATA_PORT)) {
                assertThat(refused(network.attacker(), Network.ATTACKER.in(family), family, DATA_PORT)).as("a stranger").isTrue();
                assertThat(refused(network.client(), Network.CLIENT.in(family), family, DATA_PORT)).as("a client").isTrue();
                Wall.assertNobodyCame(data);
            }
        }
        // On IPv6 alone, where no server of the test stands: uninspected, a control connection would come through.
        try (var control = listen(Family.IPV6, 21)) {
            assertThat(refused(network.client(), Network.CLIENT.six(), Family.IPV6, 21)).as("control").isTrue();
            Wall.assertNobodyCame(control);
        }
    }

    private void assertNothingLeft() throws Exception {
        assertThat(network.gateway().require("nft", "list", "tables")).isBlank();
        assertNoRoutes();
    }

    private void assertNoRoutes() throws Exception {
        for (var family : new String[] {"-4", "-6"}) {
            assertThat(network.gateway().require("ip", family, "rule")).doesNotContain("2021");
            assertThat(network.gateway().run("ip", family, "route", "show", "table", "2021").printed()).doesNotContain("local");
        }
    }

    private java.net.ServerSocket listen(Family family, int port) throws Exception {
        return Wall.listen(network.server(), Network.SERVER.in(family), port);
    }

    private static boolean refused(Host host, String from, Family family, int port) throws Exception {
        return Wall.refused(host, from, 0, Network.SERVER.in(family), port);
    }
}
