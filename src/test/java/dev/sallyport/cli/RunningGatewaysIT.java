package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.config.Configuration;
import dev.sallyport.config.ConfigurationFile;
import dev.sallyport.config.TelemetryOptions;
import dev.sallyport.lab.EmbeddedServer;
import dev.sallyport.net.Network;
import dev.sallyport.net.Network.Topology;
import dev.sallyport.net.RunningGateway;
import dev.sallyport.peers.Family;
import dev.sallyport.peers.FreePorts;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.apache.commons.net.ftp.FTPClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Gateways are started together, or none of them: also where what fails is our own mistake. */
@Tag("system")
@Timeout(60)
class RunningGatewaysIT {

    @TempDir
    private Path folder;

    @Test
    void unforeseenFailure_leavesNeitherATableNorAListener() throws Exception {
        var read = ConfigurationFile.read(Files.writeString(folder.resolve("gate.yaml"), RunningGateway.ROUTED));
        var configuration = new Configuration(
                read.gateways(), read.threads(), read.grace(), read.kernel(), read.controlSocket(), unreadable(), read.log(),
                read.rules(), read.tls());
        try (var network = Network.open(Topology.ROUTED)) {
            assertThatThrownBy(() -> network.gateway().call(() -> RunningGateways.start(configuration, null, configuration.log())))
                    .isInstanceOf(RuntimeException.class);

            assertThat(network.gateway().require("nft", "list", "tables")).isBlank();
            assertThat(network.gateway().require("ip", "rule")).doesNotContain("2021");
            var port = network.gateway().call(() -> {
                try (var free = new ServerSocket(RunningGateway.LISTENER, 1, InetAddress.getByName("::"))) {
                    return free.getLocalPort();
                }
            });
            assertThat(port).isEqualTo(RunningGateway.LISTENER);
        }
    }

    /** The benchmark's gateway that counts nothing must not keep for nobody what is open. */
    @Test
    void sessions_areKnown_whereSomebodyCanAsk() throws Exception {
        knows(0, "none", "none");
        knows(1, "none", "auto");
        knows(1, "127.0.0.1:" + FreePorts.pair(Family.IPV4), "none");
    }

    private void knows(int sessions, String http, String controlSocket) throws Exception {
        var port = FreePorts.pair(Family.IPV4);
        try (var server = EmbeddedServer.start()) {
            var file = Files.writeString(folder.resolve("gate.yaml"), """
                    gateways:
                      - { name: main, listen: 127.0.0.1:%d, server: %s, dataPorts: %s }
                    telemetry: { http: "%s" }
                    controlSocket: %s
                    """.formatted(port, server.address(), FreePorts.range(4, Family.IPV4), http, controlSocket));
            var configuration = ConfigurationFile.read(file);
            var client = new FTPClient();
            try (var gateways = RunningGateways.start(configuration, file, configuration.log())) {
                client.connect("127.0.0.1", port);
                assertThat(gateways.count()).isOne();
                assertThat(gateways.sessions()).hasSize(sessions);
            } finally {
                client.disconnect();
            }
        }
    }

    /** The token is read last of all, and this file has no permissions that could be asked for. */
    private static TelemetryOptions unreadable() {
        var token = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules/java.base/java/lang/Object.class");
        return new TelemetryOptions(TelemetryOptions.DEFAULT.http(), true, token, null, 0, Set.of());
    }
}
