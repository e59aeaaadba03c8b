package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.net.Capture;
import dev.sallyport.net.LocalDelivery;
import dev.sallyport.net.Network;
import dev.sallyport.net.Network.Topology;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
                Path root = Folders.reachable(base.resolve(family + "-files"));
                Path work = Folders.reachable(base.resolve(family + "-work"));
                String address = Network.SERVER.in(family);
                try (var server = network.server().call(() -> program.start(family, address, CONTROL, root, work))) {
                    Files.write(root.resolve("file.bin"), content);
                    for (ClientProgram client : List.of(new Curl(), new Lftp())) {
                        for (TransferMode mode : client.modes(family)) {
                            Downloads.fetch(network.client(), client, family, server, mode, content, base);
                        }
                    }
                }
            }
            assertThat(capture.callersOf(CONTROL)).contains(Network.CLIENT.four(), Network.CLIENT.six());
            assertThat(delivery.delivered()).as("the gateway only routes").isEmpty();
        }
    }
}
