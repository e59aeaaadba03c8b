package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.net.Host;
import dev.sallyport.net.Network;
import dev.sallyport.net.Network.Topology;
import dev.sallyport.net.RunningGateway;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** {@code sallyport watch} beside real clients, a real server and the live gateway. */
@Tag("system")
@Timeout(120)
class WatchIT {

    private static final int CONTROL = 21;
    private static final int GATEWAY_HTTP = 9121;
    private static final int WATCH_HTTP = 9122;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** What the kernel keeps for the one that is stopped, and more than that. */
    private static final String SMALL_BUFFER = "1";

    private static final int FLOOD = 24 << 20;

    private static final Pattern BEGAN = Pattern.compile(" session=\\S+ .*event=start client=(\\S+)");

    /** What both count alike. How long something took they cannot know alike. */
    private static final List<String> FIGURES = List.of(
            "sessions_active", "sessions_opened_total", "sessions_ended_total", "logins_total", "commands_total", "commands_refused_total",
            "replies_total", "pinholes_requested_total", "pinholes_opened_total", "pinholes_used_total", "pinholes_unused_total",
            "data_connections_active", "transfers_total", "data_bytes_total", "faults_total");

    private static final String NO_UPLOADS = """
            name: no-uploads
            defaults: { action: allow }
            rules:
              - { name: keep-out, commands: [STOR], action: deny, reply: 550 Read-only. }
            """;

    @TempDir
    private Path base;

    @Test
    void watch_besideTheGateway_tellsAndCountsWhatItDoes_andSavesWhatBrokeARule() throws Exception {
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
        var rules = Files.writeString(base.resolve("no-uploads.yaml"), NO_UPLOADS).toString();
        var saved = base.resolve("broken.pcap");
        byte[] content = SampleFiles.bytes("file.bin", SampleFiles.ODD_BYTES);
        var root = Folders.reachable(base.resolve("files"));
        var work = Folders.reachable(base.resolve("work"));
        try (var network = Network.open(Topology.ROUTED);
                var gateway = GatewayProgram.start(
                        network.gateway(), Files.createDirectory(base.resolve("gateway")),
                        RunningGateway.ROUTED + "    rules: " + rules + "\ntelemetry: { http: \"127.0.0.1:" + GATEWAY_HTTP + "\" }\n");
                var server = network.server().call(
                        () -> new Vsftpd().start(Family.IPV4, Network.SERVER.four(), CONTROL, root, work));
                // One sees all of it and saves, the other only what a filter lets through.
                var whole = WatchProgram.start(
                        network.gateway(), "-i", "client", "--rules", rules, "--json", "--write", saved.toString(), "--buffer",
                        SMALL_BUFFER);
                var filtered = WatchProgram.start(network.client(), "-i", "eth0", "--rules", rules)) {
            // The gateway's bytes are told from the kernel's packets.
            network.client().assumeNothingIsLost();
            network.server().assumeNothingIsLost();
            Files.write(root.resolve("file.bin"), content);
            for (ClientProgram client : List.of(new Curl(), new Lftp())) {
                for (TransferMode mode : client.modes(Family.IPV4)) {
                    var visit = visit(client.name() + mode, server, mode);
                    var finished = network.client().call(() -> client.download(visit, "file.bin", visit.in("file.bin")));
                    assertThat(finished.exit()).as(finished.printed()).isZero();
                }
            }
            var refused = visit("refused", server, TransferMode.PASV);
            var upload = network.client().call(() -> new Curl().upload(refused, refused.out("up-one.bin"), "up.bin"));
            assertThat(upload.printed()).contains("550 Read-only.");

            // The last session's last line.
            await().untilAsserted(() -> assertThat(gateway.log()).contains("event=denied rule=keep-out"));
            var clients = clientsOf(gateway.log());
            countsAlike(network.gateway(), network.gateway());
            countsAlike(network.client(), network.gateway());
            tells(whole, clients, content.length);
            assertThat(filtered.printed()).contains(" refused    STOR up.bin -> 550 Read-only. (rule keep-out)");
            assertThat(filtered.figure(WATCH_HTTP, "capture_packets_total"))
                    .isLessThan(whole.figure(WATCH_HTTP, "capture_packets_total"));
            drops(network, whole, visit("flood", server, TransferMode.PASV));

            whole.signal("INT");
            var ended = whole.ended(PATIENCE);
            assertThat(ended.exit()).as(ended.printed()).isZero();
            var totals = whole.told("totals").getFirst();
            assertThat(totals.get("droppedByKernel").asLong()).isPositive();
            assertThat(totals.get("refused").asInt()).isEqualTo(1);
            savedIsTheSame(network.client(), saved, rules, clients.getLast(), totals.get("packetsSaved").asLong());

            filtered.signal("TERM");
            var other = filtered.ended(PATIENCE);
            assertThat(other.exit()).as(other.printed()).isZero();
            assertThat(other.printed().lines().toList().getLast()).contains("0 dropped by the kernel, 0 by the interface: ");
        }
    }

    /** Both have the same figures, once nothing moves any more. */
    private static void countsAlike(Host watching, Host gateway) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).untilAsserted(() -> {
            var watched = WatchProgram.figures(watching, WATCH_HTTP, FIGURES);
            assertThat(watched.get("sallyport_sessions_active{}")).isZero();
            assertThat(watched).containsExactlyInAnyOrderEntriesOf(WatchProgram.figures(gateway, GATEWAY_HTTP, FIGURES));
        });
    }

    /** A line for each thing that happened, in each session. */
    private static void tells(WatchProgram watch, List<String> clients, int bytes) {
        assertThat(watch.told("begins")).extracting(line -> line.get("client").asString()).containsExactlyElementsOf(clients);
        assertThat(watch.told("ends")).extracting(line -> line.get("client").asString()).containsExactlyInAnyOrderElementsOf(clients);
        assertThat(watch.told("transfer")).filteredOn(line -> line.get("bytesToClient").asInt() == bytes)
                .hasSize(clients.size() - 1);
        assertThat(watch.told("pinhole-used")).hasSizeGreaterThanOrEqualTo(clients.size() - 1);
        assertThat(watch.told("stray")).isEmpty();
        assertThat(watch.told("refused")).singleElement().satisfies(line -> {
            assertThat(line.get("client").asString()).isEqualTo(clients.getLast());
            assertThat(line.get("line").asString()).isEqualTo("STOR up.bin");
        });
    }

    /** One that does not come to look loses packets, says so, and goes on. */
    private static void drops(Network network, WatchProgram watch, Visit visit) throws Exception {
        Files.write(visit.remote().resolveSibling("flood.bin"), new byte[FLOOD]);
        watch.signal("STOP");
        try {
            var finished = network.client().call(() -> new Curl().download(visit, "flood.bin", visit.in("flood.bin")));
            assertThat(finished.exit()).as(finished.printed()).isZero();
        } finally {
            watch.signal("CONT");
        }
        await().atMost(PATIENCE).until(() -> !watch.told("dropped").isEmpty());
        assertThat(WatchProgram.figures(network.gateway(), WATCH_HTTP, List.of("capture_packets_dropped_total{reason=\"kernel\"")))
                .allSatisfy((_, dropped) -> assertThat(dropped).isPositive());
    }

    /** What was saved is the session that broke a rule, with its data connection, and no other. */
    private static void savedIsTheSame(Host host, Path saved, String rules, String client, long packets) throws Exception {
        var printed = WatchProgram.run(host, "replay", "--json", "--rules", rules, saved.toString()).printed();
        var replayed = new JsonMapper().readTree(printed);
        assertThat(replayed.at("/summary/packets").asLong()).isEqualTo(packets);
        assertThat(replayed.get("sessions").valueStream().filter(session -> session.get("client").asString().equals(client)))
                .singleElement().satisfies(session -> {
                    assertThat(session.get("followed").asString()).isEqualTo("wholly");
                    assertThat(session.at("/verdicts/0/line").asString()).isEqualTo("STOR up.bin");
                    assertThat(session.at("/pinholes/0/fit").asString()).isEqualTo("used");
                });
        assertThat(replayed.get("sessions").size()).as(printed).isEqualTo(1);
    }

    /** In the order in which they came. */
    private static List<String> clientsOf(String log) {
        return log.lines().map(BEGAN::matcher).filter(Matcher::find).map(began -> began.group(1)).toList();
    }

    private Visit visit(String name, RunningServer server, TransferMode mode) throws Exception {
        return Visit.prepare(server.endpoint(), mode, name, server.root(), base, PATIENCE);
    }
}
