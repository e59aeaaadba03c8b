package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.net.Capture;
import dev.sallyport.net.Host;
import dev.sallyport.net.Network;
import dev.sallyport.net.Network.Topology;
import dev.sallyport.peers.ChildProcess.Finished;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is intercepted, and who is not: programs on the gateway's own host, servers that are not allowed, the listener itself. */
@Tag("system")
@Timeout(120)
class InterceptedClientsIT {
    private static final String ROOT = "--reuid=0";
    private static final Pattern COUNTER = Pattern.compile("packets (\\d+)");

    @TempDir
    private Path base;

    @BeforeEach
    void letTheServersIn() throws Exception {
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A program of a listed user or group is led through the gateway; one of another, and the gateway itself, go straight. */
    @ParameterizedTest
    @CsvSource({
        "kernel,IPV4,users,--reuid=1500", "kernel,IPV6,users,--reuid=1500", "relay,IPV4,users,--reuid=1500",
        "relay,IPV6,users,--reuid=1500", "kernel,IPV4,groups,--reuid=1501 --regid=1500", "relay,IPV6,groups,--reuid=1501 --regid=1500"
    })
    void programOnTheGatewaysHost_ofAListedUserOrGroup_isRedirected(String dataPath, Family family, String key, String listed)
            throws Exception {
        try (var network = Network.open(Topology.ROUTED);
                var server = serve(network, family);
                var gateway = GatewayProgram.start(network.gateway(), base, """
                        gateways:
                          - name: local
                            listen: "[::]:2121"
                            intercept: { mode: redirect, clientInterfaces: [client], serverInterfaces: [server], %s: 1500 }
                            server: original
                            dataPath: %s
                            dataPorts: 61000-61009
                        """.formatted(key, dataPath));
                var serversView = Capture.ofOpenings(network.server(), "eth0")) {
            for (var mode : new Curl().modes(family)) {
                var fetched = fetch(network.gateway(), listed, server, mode);
                assertThat(fetched.exit()).as(mode + ": " + fetched.printed() + gateway.log()).isZero();
                assertThat(fetched.printed()).contains("the content");
            }
            int modes = new Curl().modes(family).size();
            String own = Network.GATEWAY_OUTSIDE.in(family);
            await().atMost(Duration.ofSeconds(5)).untilAsserted(() ->
                    assertThat(gateway.log().lines().filter(line -> line.contains(" event=transfer "))).hasSize(modes)
                            .allMatch(line -> line.contains("verb=RETR path=\"file\" code=226")
                                    && line.contains("data=closed bytesToClient=12 bytesToServer=0")));
            assertThat(count(network, "intercepted")).isEqualTo(modes);
            assertThat(count(network, "pinholes")).isEqualTo(dataPath.equals("kernel") ? modes : 0);
            assertThat(serversView.callersOf(21)).containsExactly(own);

            assertThat(fetch(network.gateway(), "--reuid=1501 --regid=1501", server, TransferMode.EPSV).exit()).isZero();
            assertThat(count(network, "intercepted")).as("another's").isEqualTo(modes);
            await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> assertThat(gateway.pinholes()).isEmpty());
            assertThat(gateway.complaints()).isEmpty();
        }
    }

    /** What is outside of the list is not the gateway's: it comes up to the wall. */
    @ParameterizedTest
    @ValueSource(strings = {"tproxy", "redirect"})
    void server_thatIsNotListed_isNotReached(String mode) throws Exception {
        try (var network = Network.open(Topology.ROUTED);
                var listed = serve(network, Family.IPV4);
                var gateway = GatewayProgram.start(network.gateway(), base, routed(mode, "servers: 198.51.100.16/28"));
                var outside = Capture.ofOpenings(network.attacker(), "eth0")) {
            var fetched = fetch(network.client(), ROOT, listed, TransferMode.EPSV);
            assertThat(fetched.exit()).as(fetched.printed() + gateway.log()).isZero();
            var other = new ControlEndpoint(Network.ATTACKER.four(), 21);
            assertThat(fetch(network.client(), ROOT, other, "EPSV", "1").exit()).as("curl: no connection in time").isEqualTo(28);
            assertThat(count(network, "intercepted")).isEqualTo(1);
            assertThat(count(network, "strangers")).isPositive();
            assertThat(outside.packets()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void listener_thatIsConnectedDirectly_refuses(Family family) throws Exception {
        for (String mode : List.of("tproxy", "redirect")) {
            Path folder = Files.createDirectory(base.resolve(mode));
            try (var network = Network.open(Topology.ROUTED);
                    var gateway = GatewayProgram.start(network.gateway(), folder, routed(mode, ""))) {
                for (Host host : List.of(network.client(), network.attacker(), network.gateway())) {
                    String address = host == network.gateway() ? family.loopback() : Network.GATEWAY_INSIDE.in(family);
                    var refused = fetch(host, ROOT, new ControlEndpoint(address, 2121), "EPSV", "5");
                    assertThat(refused.exit()).as("curl is refused: " + refused.printed()).isEqualTo(7);
                }
                assertThat(count(network, "listener")).isEqualTo(3);
                assertThat(gateway.sessions()).isEmpty();
                assertThat(gateway.log()).doesNotContain("event=start");
            }
        }
    }

    private RunningServer serve(Network network, Family family) throws Exception {
        Path root = Folders.reachable(base.resolve("files"));
        Files.writeString(root.resolve("file"), "the content\n");
        Path work = Folders.reachable(base.resolve("work"));
        return network.server().call(() -> new Vsftpd().start(family, Network.SERVER.in(family), 21, root, work));
    }

    /** @param more another line of the gateway's; may be empty */
    private static String routed(String mode, String more) {
        return """
                gateways:
                  - name: routed
                    listen: "[::]:2121"
                    intercept: { mode: %s, clientInterfaces: [client], serverInterfaces: [server, attacker] }
                    server: original
                    dataPath: kernel
                    dataPorts: 61000-61009
                    %s
                """.formatted(mode, more);
    }

    private static Finished fetch(Host host, String who, RunningServer server, TransferMode mode) throws Exception {
        return fetch(host, who, server.endpoint(), mode.name(), "10");
    }

    /** curl as setpriv makes it. @param who options of its */
    private static Finished fetch(Host host, String who, ControlEndpoint control, String mode, String seconds) throws Exception {
        var options = switch (TransferMode.valueOf(mode)) {
            case PORT -> List.of("--ftp-port", "-", "--disable-eprt");
            case EPRT -> List.of("--ftp-port", "-");
            case PASV -> List.of("--disable-epsv");
            case EPSV -> List.<String>of();
        };
        var command = new ArrayList<>(List.of(Requirements.program("setpriv").toString(), "--clear-groups"));
        command.addAll(List.of(who.split(" ")));
        command.addAll(List.of(
                Requirements.program("curl").toString(), "--disable", "-sSv", "--max-time", seconds, "--no-ftp-skip-pasv-ip",
                "ftp://%s:%s@%s:%d/file".formatted(
                        ServerProgram.USER, ServerProgram.PASSWORD, control.urlHost(), control.port())));
        command.addAll(options);
        return host.run(command.toArray(String[]::new));
    }

    private static long count(Network network, String counter) throws Exception {
        var found = COUNTER.matcher(network.gateway().require("nft", "list", "counter", "inet", "sallyport", counter));
        assertThat(found.find()).isTrue();
        return Long.parseLong(found.group(1));
    }
}
