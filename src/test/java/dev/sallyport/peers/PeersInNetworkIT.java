package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.net.Capture;
import dev.sallyport.net.Host;
import dev.sallyport.net.LocalDelivery;
import dev.sallyport.net.Network;
import dev.sallyport.net.Network.Topology;
import dev.sallyport.peers.ChildProcess.Finished;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The programs do their work from host to host, through a gateway that only routes: what the other tests compare with. */
@Tag("system")
@Timeout(120)
class PeersInNetworkIT {
    private static final int CONTROL = 21;

    @TempDir
    private Path base;

    static Stream<ServerProgram> servers() {
        return Stream.of(new Vsftpd(), new Proftpd());
    }

    @ParameterizedTest
    @MethodSource("servers")
    void clients_inTheirHost_fetchFromTheServerInIts_inEveryMode(ServerProgram program) throws Exception {
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
        byte[] content = SampleFiles.bytes("file.bin", SampleFiles.ODD_BYTES);
        try (var network = Network.open(Topology.ROUTED);
                var capture = Capture.start(network.server(), "eth0")) {
            var delivery = LocalDelivery.watch(network.gateway());
            for (Family family : Family.values()) {
                Path root = reachable(family + "-files");
                Path work = reachable(family + "-work");
                String address = Network.SERVER.in(family);
                try (var server = network.server().call(() -> program.start(family, address, CONTROL, root, work))) {
                    Files.write(root.resolve("file.bin"), content);
                    for (ClientProgram client : List.of(new Curl(), new Lftp())) {
                        for (TransferMode mode : client.modes(family)) {
                            fetch(network.client(), client, family, server, mode, content);
                        }
                    }
                }
            }
            assertThat(capture.callersOf(CONTROL)).contains(Network.CLIENT.four(), Network.CLIENT.six());
            assertThat(delivery.delivered()).as("the gateway only routes").isEmpty();
        }
    }

    private void fetch(Host host, ClientProgram client, Family family, RunningServer server, TransferMode mode, byte[] content)
            throws Exception {
        String name = client.name() + "-" + mode + "-" + family;
        Visit visit = Visit.prepare(server.endpoint(), mode, name, server.root(), base, Duration.ofSeconds(20));
        Path target = visit.in("file.bin");
        Finished finished = host.call(() -> client.download(visit, "file.bin", target));
        assertThat(finished.exit()).as(finished.printed() + server.log()).isZero();
        assertThat(Files.readAllBytes(target)).isEqualTo(content);
    }

    private Path reachable(String name) throws Exception {
        return Files.setPosixFilePermissions(
                Files.createDirectory(base.resolve(name)), PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
