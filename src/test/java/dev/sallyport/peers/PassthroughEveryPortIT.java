package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.ftp.PortRange;
import dev.sallyport.net.Network;
import dev.sallyport.net.Network.Topology;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A real client and a real server speak TLS through a relay that gets every connection of its clients: those to the passive
 * range of an opaque session are its data, and afterwards they are somebody's who does not speak FTP.
 */
@Tag("system")
@Timeout(120)
class PassthroughEveryPortIT {

    private static final String PORTS = "50000-50099";
    private static final int OF_THE_RANGE = 50_007;

    @TempDir
    private Path base;

    @ParameterizedTest
    @CsvSource({"tproxy,IPV4", "tproxy,IPV6", "redirect,IPV4", "redirect,IPV6"})
    void curlAndVsftpd_fetchOverTls_throughTheRange_whichIsNobodysBehindIt(String mode, Family family) throws Exception {
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
        var content = SampleFiles.bytes("file.bin", SampleFiles.ODD_BYTES);
        var root = Folders.reachable(base.resolve("files"));
        var work = Folders.reachable(base.resolve("work"));
        Files.write(root.resolve("file.bin"), content);
        var vsftpd = Vsftpd.with(TlsSetup.make(base, PortRange.parse(PORTS)));
        var called = Network.SERVER.in(family);
        try (var network = Network.open(Topology.ROUTED);
                var gateway = GatewayProgram.start(network.gateway(), base, configuration(mode));
                var server = network.server().call(() -> vsftpd.start(family, called, 21, root, work))) {
            var target = base.resolve("got");
            assertThat(PassthroughPeersIT.listAndFetch(network.client(), called, target)).as(server.log()).contains("file.bin");
            assertThat(Files.readAllBytes(target)).isEqualTo(content);
            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(gateway.log())
                    .contains("event=range-opened", "event=range-closed").doesNotContain("event=pinhole", " ERROR "));

            // The server would take it; the gateway has no session that it belongs to.
            try (var _ = EveryPortIT.listen(network.server(), called, OF_THE_RANGE);
                    var caller = EveryPortIT.connect(network.client(), Network.CLIENT.in(family), called, OF_THE_RANGE)) {
                caller.getOutputStream().write(new byte[] {0x16, 3, 1, 2, 0, 1});
                assertThat(EveryPortIT.read(caller, 1)).isEmpty();
            }
            await().untilAsserted(() -> assertThat(gateway.log()).contains("reason=not-ftp"));
        }
    }

    private static String configuration(String mode) {
        return """
                gateways:
                  - name: every-port
                    listen: "[::]:2121"
                    intercept: { mode: %s, clientInterfaces: [client], serverInterfaces: [server], ports: any }
                    server: original
                    dataPorts: 61000-61003
                    tls: passthrough
                    passiveRanges: { servers: ["%s", "%s"], ports: %s }
                """.formatted(mode, Network.SERVER.four(), Network.SERVER.six(), PORTS);
    }
}
