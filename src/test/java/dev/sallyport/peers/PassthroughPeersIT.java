package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.datapath.kernel.RulesetCounter;
import dev.sallyport.datapath.kernel.RulesetSettings.Data;
import dev.sallyport.datapath.kernel.RulesetSettings.Interception;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.net.Host;
import dev.sallyport.net.Network;
import dev.sallyport.net.Network.Topology;
import dev.sallyport.net.RunningGateway;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A real client and a real server speak TLS through a gateway that forwards in the kernel, behind a closed wall. */
@Tag("system")
@Timeout(120)
class PassthroughPeersIT {

    private static final int CONTROL = 21;
    private static final String PASSIVE = """
            tls: passthrough
            passiveRanges:
              - { servers: ["%s", "%s"], ports: 50000-50099 }
            """.formatted(Network.SERVER.four(), Network.SERVER.six());

    @TempDir
    private Path base;

    static Stream<Placement> places() {
        return Stream.of(
                new Placement(Topology.ROUTED, Interception.TPROXY, Data.KERNEL),
                new Placement(Topology.VIP, Interception.REDIRECT, Data.KERNEL),
                new Placement(Topology.OUTBOUND, Interception.TPROXY, Data.KERNEL));
    }

    @ParameterizedTest
    @MethodSource("places")
    void curlAndVsftpd_listAndFetchOverTls_throughTheRangeOfTheirSession_andNothingIsLeft(Placement place) throws Exception {
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
        var vsftpd = Vsftpd.with(TlsSetup.make(base, PortRange.parse("50000-50099")));
        byte[] content = SampleFiles.bytes("file.bin", SampleFiles.ODD_BYTES);
        try (var network = Network.open(place.topology());
                var gateway = RunningGateway.start(network.gateway(), place.configuration(PASSIVE))) {
            for (var family : Family.values()) {
                Path root = Folders.reachable(base.resolve(family + "-files"));
                Path work = Folders.reachable(base.resolve(family + "-work"));
                try (var server = network.server().call(() -> vsftpd.start(family, Network.SERVER.in(family), CONTROL, root, work))) {
                    Files.write(root.resolve("file.bin"), content);
                    var counted = gateway.count(RulesetCounter.RANGES);
                    var called = place.seenByClient(family);
                    var target = base.resolve(family + "-got");
                    assertThat(listAndFetch(network.client(), called, target)).as(server.log()).contains("file.bin");
                    assertThat(Files.readAllBytes(target)).isEqualTo(content);
                    assertThat(gateway.count(RulesetCounter.RANGES)).isEqualTo(counted + 2);
                }
                await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                    assertThat(RunningGateway.elements(network.gateway())).isEmpty();
                    assertThat(RunningGateway.flows(network.gateway())).isEmpty();
                });
            }
            assertThat(gateway.log()).contains("event=range-opened", "event=range-closed").doesNotContain(" WARN ", " ERROR ");
            for (var counter : new RulesetCounter[] {RulesetCounter.PINHOLES, RulesetCounter.STRANGERS, RulesetCounter.CUT}) {
                assertThat(gateway.count(counter)).as(counter.nftName()).isZero();
            }
        }
    }

    /** Over TLS, in one session. @return the listing */
    static String listAndFetch(Host client, String server, Path target) throws Exception {
        var url = "ftp://" + (server.contains(":") ? "[" + server + "]" : server) + "/";
        return client.require(
                Requirements.program("curl").toString(), "--disable", "--silent", "--show-error", "--max-time", "15",
                "--ssl-reqd", "--insecure", "--user", ServerProgram.USER + ":" + ServerProgram.PASSWORD,
                url, url + "file.bin", "--output", "-", "--output", target.toString());
    }
}
