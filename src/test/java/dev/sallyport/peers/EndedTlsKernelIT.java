package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.datapath.kernel.RulesetCounter;
import dev.sallyport.datapath.kernel.RulesetSettings.Data;
import dev.sallyport.datapath.kernel.RulesetSettings.Interception;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.net.Host;
import dev.sallyport.net.LocalDelivery;
import dev.sallyport.net.Network;
import dev.sallyport.net.Network.Topology;
import dev.sallyport.net.RunningGateway;
import dev.sallyport.net.Wall;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gateways that end TLS where the kernel carries data: what has none goes through the kernel, and the rest is relayed. */
@Tag("system")
@Timeout(120)
class EndedTlsKernelIT {

    private static final int CONTROL = 21;
    private static final Set<Integer> CONTROL_PORTS = Set.of(CONTROL, 2121, 2122);
    private static final int CLEAR_BYTES = 2_000_000;
    private static final int SECRET_BYTES = 100_000;
    private static final int SILENCE_MILLIS = 300;
    private static final String TERMINATED = "client: explicit, server: none, reuse: demand";

    @TempDir
    private Path base;

    private Path local = Path.of("");

    /**
     * @param tls what of TLS is configured, but for files
     * @param secured whether the server has TLS
     * @param ports those of a server with TLS for passive data
     */
    private record Case(Placement place, String tls, boolean secured, String ports) {

        /** Where clients call servers themselves the gateway has the server's few ports: each transfer is where another has just been. */
        String configuration(TlsSetup setup) {
            var text = place.configuration(section(tls, setup));
            return place.topology() == Topology.VIP ? text : text.replaceAll("dataPorts: .*", "dataPorts: " + ports);
        }

        @Override
        public String toString() {
            return place + " " + tls;
        }
    }

    @BeforeEach
    void makeFiles() throws Exception {
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
        local = Folders.reachable(base.resolve("local"));
        Files.write(local.resolve("clear.bin"), SampleFiles.bytes("clear", CLEAR_BYTES));
        Files.write(local.resolve("secret.bin"), SampleFiles.bytes("secret", SECRET_BYTES));
    }

    static Stream<Case> cases() {
        var bridged = "client: explicit, server: as-client, data: { server: as-client }, reuse: demand";
        return Stream.of(
                new Case(new Placement(Topology.ROUTED, Interception.TPROXY, Data.KERNEL), bridged, true, "61000-61001"),
                new Case(new Placement(Topology.VIP, Interception.REDIRECT, Data.KERNEL), bridged, true, "61000-61099"),
                new Case(new Placement(Topology.VIP, Interception.TPROXY, Data.KERNEL), TERMINATED, false, "50000-50099"),
                new Case(new Placement(Topology.OUTBOUND, Interception.TPROXY, Data.KERNEL), bridged, true, "61000-61001"));
    }

    /** Nobody's data goes the way of another's. */
    @ParameterizedTest
    @MethodSource("cases")
    void clearDataGoesThroughTheKernel_andProtectedDataThroughTheRelay_inOneSession(Case one) throws Exception {
        var setup = TlsSetup.make(base, PortRange.parse(one.ports)).with(TlsSetup.Data.ANY_RESUMED);
        ServerProgram program = one.secured ? Proftpd.connectingFromPort20(setup) : new Vsftpd();
        var log = base.resolve("transfers.json");
        try (var network = Network.open(one.place.topology());
                var gateway = RunningGateway.start(
                        network.gateway(), one.configuration(setup) + "log: { file: " + log + " }\n")) {
            var delivery = LocalDelivery.watch(network.gateway());
            for (var family : Family.values()) {
                var home = Folders.reachable(base.resolve(family.name()));
                var remote = served(home);
                try (var server = start(program, network, family, home)) {
                    var called = one.place.seenByClient(family);
                    var delivered = bytes(delivery);
                    assertVisited(gateway, network.client(), called, "none", remote, 4);
                    assertThat(bytes(delivery)).as("bytes of data delivered to the gateway").isEqualTo(delivered);
                    assertVisited(gateway, network.client(), called, "C,P,C", remote, 8);
                    assertThat(bytes(delivery) - delivered).isBetween(4L * SECRET_BYTES, (long) CLEAR_BYTES / 2);
                }
            }
            awaitNothingLeft(network.gateway(), gateway);
            assertQuiet(gateway);
            assertThat(Files.readAllLines(log).stream().filter(line -> line.contains("secret.bin"))).hasSize(8)
                    .allMatch(line -> line.contains("\"dataPath\":\"relay\""));
            assertThat(Files.readAllLines(log).stream().filter(line -> line.contains("clear.bin"))).hasSize(24)
                    .allMatch(line -> line.contains("\"dataPath\":\"kernel\""));
            var relayed = network.gateway().require("curl", "--silent", "http://127.0.0.1:9121/metrics").lines()
                    .filter(line -> line.startsWith("sallyport_data_bytes_total") && line.contains("path=\"relay\""))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ')))).sum();
            assertThat(relayed).isEqualTo(8 * SECRET_BYTES);
        }
    }

    /** Clients come to the gateway's own address; servers see it. */
    @Test
    void calledByItself_itsDataPortsLeadToBoth() throws Exception {
        var setup = TlsSetup.make(base, PortRange.parse("50000-50099"));
        try (var network = Network.open(Topology.ROUTED);
                var gateway = RunningGateway.start(network.gateway(), """
                        gateways:
                          - name: called
                            listen: "%s:21"
                            server: "%s"
                            dataPath: kernel
                            dataPorts: 61000-61007
                            serverDataPorts: 62000-62015
                            %s""".formatted(Network.GATEWAY_INSIDE.four(), Network.SERVER.four(), section(TERMINATED, setup)))) {
            var remote = served(base);
            try (var server = start(new Vsftpd(), network, Family.IPV4, base)) {
                var delivery = LocalDelivery.watch(network.gateway());
                assertVisited(gateway, network.client(), Network.GATEWAY_INSIDE.four(), "none", remote, 4);
                assertThat(bytes(delivery)).as("bytes of data delivered to the gateway").isZero();
                assertVisited(gateway, network.client(), Network.GATEWAY_INSIDE.four(), "C,P,C", remote, 8);
                assertThat(bytes(delivery)).isBetween(4L * SECRET_BYTES, (long) CLEAR_BYTES / 2);
            }
            assertQuiet(gateway);
        }
    }

    /** Where the server always has TLS there is nothing for the kernel. */
    @Test
    void serverAskedForTls_allDataIsRelayed() throws Exception {
        var setup = TlsSetup.make(base, PortRange.parse("50000-50099")).requiringReuse();
        var place = new Placement(Topology.ROUTED, Interception.REDIRECT, Data.KERNEL);
        try (var network = Network.open(place.topology());
                var gateway = RunningGateway.start(
                        network.gateway(), place.configuration(section("client: none, server: explicit", setup)))) {
            var remote = served(base);
            try (var server = start(Vsftpd.with(setup), network, Family.IPV4, base)) {
                var delivery = LocalDelivery.watch(network.gateway());
                assertVisited(gateway, network.client(), place.seenByClient(Family.IPV4), "none", remote, 0);
                assertThat(bytes(delivery)).isGreaterThan(4L * CLEAR_BYTES);
            }
            assertQuiet(gateway);
        }
    }

    /** Whoever else comes to a port that the relay listens on is turned away, and takes nobody's place. */
    @Test
    void portsOfTheRelay_serveTheirPeersAlone() throws Exception {
        var setup = TlsSetup.make(base, PortRange.parse("50000-50099"));
        var place = new Placement(Topology.ROUTED, Interception.TPROXY, Data.KERNEL);
        try (var network = Network.open(place.topology());
                var gateway = RunningGateway.start(
                        network.gateway(), place.configuration(section("client: explicit, server: none", setup)))) {
            Files.write(served(base).resolve("large.bin"), SampleFiles.bytes("large", 30_000_000));
            var client = network.client();
            try (var server = start(new Vsftpd(), network, Family.IPV4, base);
                    var caller = client.call(() -> new FtpsCaller(
                            Network.SERVER.four(), CONTROL, FtpsCaller.context("TLSv1.2"), "one").secured())) {
                var port = caller.told();
                assertThat(listening(network.gateway())).contains(Integer.toString(port));
                assertTurnedAway(network.second(), Network.SERVER.four(), port);
                assertTurnedAway(network.attacker(), Network.SERVER.four(), port);
                assertTurnedAway(client, Network.ATTACKER.four(), port);
                assertTurnedAway(client, Network.GATEWAY_INSIDE.four(), port);
                try (var data = client.call(() -> caller.connect(port))) {
                    fetch(caller, data);
                }
                assertTurnedAway(client, Network.SERVER.four(), port);
                try (var listener = Wall.listen(client, Network.CLIENT.four(), 40_000)) {
                    var before = listening(network.gateway());
                    caller.say("PORT 192,0,2,10,156,64", "200");
                    var named = listening(network.gateway()).stream().filter(one -> !before.contains(one)).findFirst().orElseThrow();
                    assertTurnedAway(network.attacker(), Network.CLIENT.four(), Integer.parseInt(named));
                    caller.send("RETR files/secret.bin\r\n");
                    try (var data = listener.accept()) {
                        assertFetched(caller, data);
                    }
                }
                killed(gateway, client, caller);
            }
            assertThat(gateway.count(RulesetCounter.PINHOLES)).isZero();
            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(listening(network.gateway())).isSubsetOf("2121", "9121"));
        }
    }

    /** While a file is on its way to the client, which is not read. */
    private static void killed(RunningGateway gateway, Host client, FtpsCaller caller) throws Exception {
        var port = caller.told();
        assertThat(gateway.ask("pinholes")).contains("\"told\":\"" + Network.SERVER.four() + ":" + port + "\"", "\"waiting\"");
        try (var data = client.call(() -> caller.connect(port))) {
            caller.send("RETR files/large.bin\r\n");
            caller.expect("150");
            var secured = caller.resumed(data);
            assertThat(secured.getInputStream().readNBytes(SECRET_BYTES)).hasSize(SECRET_BYTES);
            assertThat(gateway.ask("pinholes")).contains("\"used\"");
            gateway.ask("kill " + gateway.session());
            assertThatThrownBy(() -> secured.getInputStream().readAllBytes()).isInstanceOf(IOException.class);
        }
        await().untilAsserted(() -> assertThat(gateway.ask("pinholes") + gateway.ask("sessions")).doesNotContain("\"id\""));
    }

    private void fetch(FtpsCaller caller, Socket data) throws Exception {
        caller.send("RETR files/secret.bin\r\n");
        assertFetched(caller, data);
    }

    private void assertFetched(FtpsCaller caller, Socket data) throws Exception {
        caller.expect("150");
        assertThat(caller.resumed(data).getInputStream().readAllBytes()).isEqualTo(Files.readAllBytes(local.resolve("secret.bin")));
        caller.expect("226");
    }

    /** Reset, or never let in. */
    private static void assertTurnedAway(Host host, String address, int port) throws Exception {
        host.call(() -> {
            try (var socket = new Socket()) {
                socket.setSoTimeout(SILENCE_MILLIS);
                assertThatThrownBy(() -> {
                    socket.connect(new InetSocketAddress(address, port), SILENCE_MILLIS);
                    // The kernel accepts before the relay has a look.
                    assertThat(socket.getInputStream().read()).as("data for a stranger").isNegative();
                    throw new EOFException("ended");
                }).isInstanceOf(IOException.class).isNotInstanceOf(EOFException.class);
            }
            return true;
        });
    }

    private Path served(Path home) throws IOException {
        var remote = Folders.served(home);
        for (var name : List.of("clear.bin", "secret.bin")) {
            Files.copy(local.resolve(name), remote.resolve(name));
        }
        return remote;
    }

    private static RunningServer start(ServerProgram program, Network network, Family family, Path home) throws Exception {
        return network.server().call(() -> program.start(
                family, Network.SERVER.in(family), CONTROL, home.resolve("root"), home.resolve("work")));
    }

    private static String section(String tls, TlsSetup setup) {
        return "tls: { %s%s%s }\n".formatted(
                tls,
                tls.contains("client: none") ? ""
                        : ", certificates: { certificate: %s, key: %s }".formatted(setup.certificate(), setup.key()),
                tls.contains("server: none") ? "" : ", verify: { ca: %s }, name: ftp.example.org".formatted(setup.certificate()));
    }

    private void assertVisited(RunningGateway gateway, Host client, String called, String levels, Path remote, int pinholes)
            throws Exception {
        var before = gateway.count(RulesetCounter.PINHOLES);
        Scripts.unpack("ftps.py", local);
        var printed = client.require(
                Requirements.debianPython().toString(), Scripts.unpack("protection_client.py", local).toString(), called,
                Integer.toString(CONTROL), ServerProgram.USER, ServerProgram.PASSWORD, levels, "files", local.toString());
        var all = List.of(levels.split(","));
        for (var level : all) {
            var name = level.equals("P") ? "secret.bin" : "clear.bin";
            var downloaded = "downloaded " + level + " " + SampleFiles.sha256(local.resolve(name));
            assertThat(printed.lines().filter(downloaded::equals)).as(printed)
                    .hasSize(2 * (int) all.stream().filter(level::equals).count());
            assertThat(remote.resolve("up-" + level + "-" + name)).hasSameBinaryContentAs(local.resolve(name));
        }
        assertThat(gateway.count(RulesetCounter.PINHOLES) - before).as("data connections through the kernel").isEqualTo(pinholes);
    }

    /** Of data, in packets that were delivered to the gateway's user space. */
    private static long bytes(LocalDelivery delivery) throws Exception {
        return delivery.delivered().stream()
                .filter(one -> !CONTROL_PORTS.contains(one.sourcePort()) && !CONTROL_PORTS.contains(one.destinationPort()))
                .mapToLong(LocalDelivery.Delivered::bytes).sum();
    }

    private static void awaitNothingLeft(Host host, RunningGateway gateway) {
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            assertThat(RunningGateway.elements(host)).isEmpty();
            assertThat(RunningGateway.flows(host)).isEmpty();
            assertThat(gateway.ask("sessions")).doesNotContain("\"id\"");
        });
    }

    /** The ports that are listened on. */
    private static List<String> listening(Host host) throws Exception {
        return host.require("ss", "-Hltn").lines().map(line -> line.replaceAll(".*:(\\d+) .*:.*", "$1")).toList();
    }

    /** The certificate is one of few days. */
    private static void assertQuiet(RunningGateway gateway) {
        assertThat(gateway.log().lines().filter(line -> line.contains(" WARN ") || line.contains(" ERROR ")))
                .allMatch(line -> line.contains(" expires on "));
    }
}
