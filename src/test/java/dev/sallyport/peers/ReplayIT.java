package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.net.Capture;
import dev.sallyport.net.Network;
import dev.sallyport.net.Network.Topology;
import dev.sallyport.net.RunningGateway;
import dev.sallyport.peers.ChildProcess.Finished;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What real programs did, as tcpdump saw it beside the clients, and as the gateway in between logged it: replay finds the same. */
@Tag("system")
@Timeout(180)
class ReplayIT {

    private static final int CONTROL = 21;
    private static final Pattern OPENED = Pattern.compile(
            "session=(\\S+) .*event=pinhole-opened .*connects=(\\S+) .*told=(\\S+) target=(\\S+)");

    private static final Pattern BEGAN = Pattern.compile("session=(\\S+) .*event=start client=(\\S+) gateway=(\\S+)");
    private static final JsonMapper JSON = new JsonMapper();

    /** A pinhole, by whose session it is, and where its connection goes as the client sees it. */
    private record Door(String client, String to) {}

    @TempDir
    private Path base;

    static Stream<ServerProgram> servers() {
        return Stream.of(new Vsftpd(), Proftpd.connectingFromPort20());
    }

    @ParameterizedTest
    @MethodSource("servers")
    void replay_findsTheSessionsEndpointsAndDataConnections_thatTheGatewayLogged(ServerProgram program) throws Exception {
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
        byte[] content = SampleFiles.bytes("file.bin", SampleFiles.ODD_BYTES);
        var visits = 0;
        try (var network = Network.open(Topology.ROUTED);
                var gateway = GatewayProgram.start(
                        network.gateway(), Files.createDirectory(base.resolve("gateway")),
                        RunningGateway.ROUTED + "telemetry: { http: none }\n");
                var capture = Capture.whole(network.client(), "eth0")) {
            for (Family family : Family.values()) {
                Path root = Folders.reachable(base.resolve(family + "-files"));
                Path work = Folders.reachable(base.resolve(family + "-work"));
                String address = Network.SERVER.in(family);
                try (var server = network.server().call(() -> program.start(family, address, CONTROL, root, work))) {
                    Files.write(root.resolve("file.bin"), content);
                    for (ClientProgram client : List.of(new Curl(), new Lftp())) {
                        for (TransferMode mode : client.modes(family)) {
                            Downloads.fetch(network.client(), client, family, server, mode, content, base);
                            visits++;
                        }
                    }
                }
            }
            var wanted = visits;
            await().atMost(Duration.ofSeconds(20)).until(() -> count(gateway.log(), " event=end ") >= wanted);
            var doors = doors(gateway.log());
            // What is on the wire comes to the file a little later.
            await().atMost(Duration.ofSeconds(40)).pollInterval(Duration.ofMillis(500)).untilAsserted(() ->
                    assertThat(withoutEnd(replay(capture.file()))).as("sessions without an end; %s", gateway.log()).isEmpty());
            var found = replay(capture.file());
            var sessions = found.get("sessions").valueStream().toList();
            assertThat(sessions).extracting(session -> session.get("client").asString())
                    .containsExactlyInAnyOrderElementsOf(clients(gateway.log()));
            assertThat(sessions).allSatisfy(session -> {
                assertThat(session.get("followed").asString()).isEqualTo("wholly");
                assertThat(session.get("refused").asInt()).as(session.toString()).isZero();
                assertThat(session.get("strays")).as(session.toString()).isEmpty();
            });
            var pinholes = new ArrayList<Door>();
            var whole = 0;
            for (var session : sessions) {
                for (var pinhole : session.get("pinholes")) {
                    pinholes.add(new Door(session.get("client").asString(), pinhole.get("to").asString()));
                    var used = pinhole.get("fit").asString().equals("used");
                    whole += used && pinhole.get("bytesToClient").asLong() == content.length ? 1 : 0;
                }
            }
            assertThat(pinholes).containsExactlyInAnyOrderElementsOf(doors);
            assertThat(whole).as("downloads of the whole file through a pinhole").isEqualTo(visits);
            assertThat(found.at("/summary/problems")).isEmpty();
        }
    }

    private static List<String> withoutEnd(JsonNode found) {
        return found.get("sessions").valueStream().filter(session -> !session.has("end")).map(JsonNode::toString).toList();
    }

    private JsonNode replay(Path capture) throws Exception {
        Finished finished = ChildProcess.start(
                        PackagedProgram.command("replay", "--json", capture.toString()), base, ChildProcess.noInput(),
                        base.resolve("replay.out"))
                .await(Duration.ofSeconds(30));
        var printed = finished.printed();
        return JSON.readTree(printed.substring(printed.indexOf('{'), printed.lastIndexOf('}') + 1));
    }

    /** In passive mode the client is told where; in active mode it has said so. */
    private static List<Door> doors(String log) {
        return log.lines().map(OPENED::matcher).filter(Matcher::find)
                .map(opened -> new Door(
                        client(log, opened.group(1)), opened.group(2).equalsIgnoreCase("client") ? opened.group(3) : opened.group(4)))
                .toList();
    }

    private static List<String> clients(String log) {
        return log.lines().map(BEGAN::matcher).filter(Matcher::find).map(began -> began.group(2)).toList();
    }

    private static String client(String log, String session) {
        return log.lines().map(BEGAN::matcher).filter(began -> began.find() && began.group(1).equals(session))
                .map(began -> began.group(2)).findFirst().orElseThrow();
    }

    private static long count(String log, String text) {
        return log.lines().filter(line -> line.contains(text)).count();
    }
}
