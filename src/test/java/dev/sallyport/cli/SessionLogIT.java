package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.lab.EmbeddedServer;
import dev.sallyport.net.Host;
import dev.sallyport.net.Network;
import dev.sallyport.net.Network.Topology;
import dev.sallyport.net.PlainServer;
import dev.sallyport.net.RunningGateway;
import dev.sallyport.peers.ChildProcess;
import dev.sallyport.peers.Family;
import dev.sallyport.peers.FreePorts;
import dev.sallyport.peers.GatewayProgram;
import dev.sallyport.peers.PackagedProgram;
import dev.sallyport.peers.Requirements;
import dev.sallyport.telemetry.journal.ZeekLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The session log of a real gateway, before which curl and lftp transfer. */
@Tag("system")
@Timeout(120)
class SessionLogIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int LARGE_BYTES = 64 << 20;
    private static final String USER = EmbeddedServer.USER + ":" + EmbeddedServer.PASSWORD;
    private static final Pattern MEASURED = Pattern.compile("measured (\\d+) (\\d+) ([0-9.]+)");

    @TempDir
    private Path folder;

    private @Nullable Host clients;
    private String server = "";
    private int programs;
    /** What curl says of its transfers. */
    private final List<Measured> measured = new ArrayList<>();

    private record Measured(long downloaded, long uploaded, double seconds) {}

    // ---- What clients transferred ----

    @Test
    void relay_logsWhatCurlAndLftpTransferred() throws Exception {
        try (var embedded = EmbeddedServer.start(); var gateway = relay(embedded, "log: { file: sessions.json }\n")) {
            for (var size : List.of(0, 70_000, 300_001)) {
                Files.write(embedded.folder().resolve("f" + size), new byte[size]);
            }
            var upload = Files.write(folder.resolve("up"), new byte[200_003]);
            for (var mode : List.of("--ftp-pasv", "-P-")) {
                curl(mode, server + "f0");
                curl(mode, server + "f70000");
                curl(mode, "--upload-file", upload.toString(), server + "upload/by" + mode);
            }
            lftp("get f300001 -o " + folder.resolve("got") + "; put " + upload + " -o upload/by-lftp; cat f70000 > /dev/null");
            var log = SessionLines.await(folder.resolve("sessions.json"), measured.size() + 1);
            agrees(log, Map.of("/f0", 0L, "/f70000", 70_000L));
            var byLftp = log.of("session", log.of("path", "/f300001").lines().getFirst().get("session").asString());
            assertThat(byLftp.transfers().sum("bytesToClient")).isEqualTo(370_001);
            assertThat(byLftp.transfers().sum("bytesToServer")).isEqualTo(200_003);
            assertThat(byLftp.transfers().lines()).hasSize(3).allMatch(line -> line.get("outcome").asString().equals("completed"));
            assertThat(log.transfers().of("dataPath", "relay").lines()).hasSize(log.transfers().lines().size())
                    .hasSize(measured.size() + 3);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("sessions.json"))))
                    .isEqualTo("rw-r-----");
            assertThat(gateway.log()).doesNotContain("session-log");
        }
    }

    @Test
    void relay_logsWhatWasAborted_once() throws Exception {
        try (var embedded = EmbeddedServer.start(); var _ = relay(embedded, "log: { file: sessions.json }\n")) {
            Files.write(embedded.folder().resolve("large"), new byte[LARGE_BYTES]);
            var got = folder.resolve("got");
            try (var slow = start(List.of(
                    Requirements.program("curl").toString(), "--disable", "--silent", "--limit-rate", "200k", "--user", USER,
                    "--output", got.toString(), server + "large"))) {
                await().until(() -> Files.exists(got) && Files.size(got) > 100_000);
                slow.kill();
            }
            lftp("set ftp:use-abor yes; set cmd:fail-exit no; cat large | head -c 100000 > " + folder.resolve("part"));
            assertThat(folder.resolve("part")).hasSize(100_000);
            var log = SessionLines.await(folder.resolve("sessions.json"), 2);
            assertThat(log.transfers().lines()).hasSize(2).noneMatch(line -> line.get("outcome").asString().equals("completed"));
            assertThat(log.transfers().lines().getFirst().get("bytesToClient").asLong()).isBetween(Files.size(got), (long) LARGE_BYTES);
            assertThat(log.sessions().lines()).hasSize(2);
            for (var session : log.sessions().lines()) {
                var transfers = log.of("session", session.get("session").asString()).transfers();
                assertThat(session.get("transfers").asInt()).isEqualTo(1);
                assertThat(session.get("bytesToClient").asLong()).isEqualTo(transfers.sum("bytesToClient")).isPositive();
            }
        }
    }

    @Test
    void kernel_logsWhatCurlAndLftpTransferred() throws Exception {
        try (var network = Network.open(Topology.ROUTED);
                var plain = PlainServer.start(network.server(), Network.SERVER.four(), 21);
                var gateway = GatewayProgram.start(
                        network.gateway(), folder, RunningGateway.ROUTED + "telemetry: { http: none }\nlog: { file: sessions.json }\n")) {
            plain.on("PWD", (none, visitor) -> visitor.say("257 \"/\" is here."));
            clients = network.client();
            server = "ftp://" + Network.SERVER.four() + "/";
            network.client().assumeNothingIsLost();
            network.server().assumeNothingIsLost();
            curl("--ftp-pasv", server + "0");
            curl("--ftp-pasv", server + "70000");
            curl("-P-", server + "70000");
            lftp("get 300001 -o " + folder.resolve("got"));
            var log = SessionLines.await(folder.resolve("sessions.json"), measured.size() + 1);
            assertThat(folder.resolve("got")).hasSize(300_001);
            // Exactly, where no packet was sent twice; otherwise more.
            for (var line : log.transfers().lines()) {
                assertThat(line.get("dataPath").asString()).isEqualTo("kernel");
                var size = Long.parseLong(line.get("argument").asString());
                assertThat(line.get("bytesToClient").asLong()).isBetween(size, size + 60_000);
            }
            agrees(log, Map.of());
            assertThat(log.transfers().lines()).hasSize(4);
            assertThat(log.sessions().sum("bytesToClient")).isEqualTo(log.transfers().sum("bytesToClient"));
            assertThat(gateway.log()).doesNotContain("session-log");
        }
    }

    /** Each of curl's transfers has a line that says the same. @param downloads by their path, of each a passive and an active one */
    private void agrees(SessionLines log, Map<String, Long> downloads) {
        downloads.forEach((path, size) -> assertThat(log.of("path", path).of("direction", "download").lines())
                .satisfies(lines -> assertThat(lines).extracting(line -> line.get("mode").asString()).contains("EPSV", "EPRT"))
                .allMatch(line -> line.get("bytesToClient").asLong() == size && line.get("outcome").asString().equals("completed")
                        && line.get("code").asInt() == 226));
        for (var i = 0; i < measured.size(); i++) {
            var session = log.sessions().lines().get(i);
            var line = log.of("session", session.get("session").asString()).transfers().lines().getFirst();
            var by = measured.get(i);
            assertThat(line.get("bytesToServer").asLong()).isEqualTo(by.uploaded());
            assertThat(line.get("seconds").asDouble()).isPositive().isLessThanOrEqualTo(by.seconds());
            assertThat(session.get("seconds").asDouble()).isGreaterThan(line.get("seconds").asDouble());
            assertThat(session.get("user").asString()).isEqualTo("demo");
            assertThat(session.get("transfers").asInt()).isEqualTo(1);
        }
    }

    // ---- The file ----

    @Test
    void zeek_isAskedForOnTheCommandLine_andReadByItsOwnHead() throws Exception {
        var log = folder.resolve("ftp.log");
        try (var embedded = EmbeddedServer.start();
                var gateway = relay(embedded, "", "--log-format", "zeek", "--log-file", log.toString())) {
            Files.write(embedded.folder().resolve("a file"), new byte[4_711]);
            Files.writeString(folder.resolve("up"), "twelve bytes");
            curl(server + "a%20file");
            curl("-P-", "--upload-file", folder.resolve("up").toString(), server + "upload/up");
            gateway.stop();
            var read = ZeekLog.read(Files.readString(log));
            assertThat(read.head().get("path")).containsExactly("ftp");
            assertThat(read.rows()).hasSize(2).allSatisfy(row -> assertThat(row).containsEntry("user", "demo")
                    .containsEntry("password", "<hidden>").containsEntry("reply_code", "226").containsEntry("id.resp_h", "127.0.0.1"));
            assertThat(read.rows().getFirst()).containsEntry("arg", "ftp://127.0.0.1/a file").containsEntry("file_size", "4711")
                    .containsEntry("data_channel.passive", "T");
            assertThat(read.rows().getLast()).containsEntry("arg", "ftp://127.0.0.1/upload/up").containsEntry("file_size", "12")
                    .containsEntry("data_channel.passive", "F");
        }
    }

    @Test
    void hangUp_leavesAFileToWhoeverHasMovedIt() throws Exception {
        var log = folder.resolve("ftp.log");
        try (var embedded = EmbeddedServer.start();
                var gateway = relay(
                        List.of(Requirements.program("setsid").toString()), embedded, "log: { file: ftp.log, format: zeek }\n")) {
            curl(server + "welcome.txt");
            await().until(() -> ZeekLog.read(Files.readString(log)).rows().size() == 1);
            Files.move(log, folder.resolve("moved"));
            gateway.hangUp();
            await().until(() -> Files.exists(log));
            curl(server + "welcome.txt");
            await().until(() -> ZeekLog.read(Files.readString(log)).rows().size() == 1);
            var moved = ZeekLog.read(Files.readString(folder.resolve("moved")));
            assertThat(moved.rows()).hasSize(1);
            assertThat(moved.head()).containsKey("close");
            gateway.stop();
        }
    }

    /** A disk that is full, and has room again. */
    @Test
    void fullDisk_costsLines_andNoTransfer() throws Exception {
        Requirements.root("it mounts a file system of its own");
        var logs = Files.createDirectory(folder.resolve("logs"));
        var telemetry = "127.0.0.1:" + FreePorts.pair(Family.IPV4);
        var within = List.of(
                Requirements.program("unshare").toString(), "--mount", "sh", "-c",
                "mount -t tmpfs -o size=16k tmpfs \"$0\" && exec \"$@\"", logs.toString());
        try (var embedded = EmbeddedServer.start();
                var gateway = relay(
                        within, embedded, "telemetry: { http: \"%s\" }\nlog: { file: logs/sessions.json }\n".formatted(telemetry))) {
            // Only the gateway sees what is mounted there.
            var seen = Path.of("/proc/%d/root%s".formatted(gateway.handle().pid(), logs.toRealPath()));
            var filler = Files.write(seen.resolve("filler"), new byte[10_000]);
            for (var round = 0; Samples.ask(null, telemetry).sum("sallyport_session_log_lines_lost_total") == 0; round++) {
                assertThat(round).as("4 KiB have room for some sessions").isLessThan(20);
                curl(server + "welcome.txt");
            }
            curl(server + "welcome.txt");
            var lost = await().until(() -> Samples.ask(null, telemetry), now -> lines(now) == 2.0 * measured.size());
            assertThat(lost.sum("sallyport_session_log_errors_total")).isPositive();
            await().untilAsserted(() -> {
                var log = gateway.log();
                assertThat(count(log, "event=session-log-failed .*No space left on device"))
                        .as("told once, and again only after fewer lines at a time found room")
                        .isEqualTo(1 + count(log, "event=session-log-recovered"));
            });
            Files.delete(filler);
            curl(server + "welcome.txt");
            await().untilAsserted(() -> assertThat(gateway.log()).contains("event=session-log-recovered"));
            var written = SessionLines.read(seen.resolve("sessions.json"));
            assertThat(Samples.ask(null, telemetry).sum("sallyport_session_log_lines_total")).isEqualTo(written.lines().size());
            gateway.stop();
        }
    }

    private static long count(String log, String pattern) {
        return Pattern.compile(pattern).matcher(log).results().count();
    }

    private static double lines(Samples samples) {
        return samples.sum("sallyport_session_log_lines_total") + samples.sum("sallyport_session_log_lines_lost_total");
    }

    @Test
    void fileThatCannotBeWritten_isSaidAtTheStart() throws Exception {
        var configuration = """
                gateways:
                  - { name: relay, listen: "127.0.0.1:%d", server: "127.0.0.1:9", dataPorts: 50000 }
                telemetry: { http: none }
                log: { file: not/there.json }
                """.formatted(FreePorts.pair(Family.IPV4));
        var run = GatewayProgram.failHere(folder, configuration);
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.printed()).contains(
                "sallyport run: log.file: " + folder.resolve("not/there.json") + " cannot be written: there is no folder "
                        + folder.resolve("not") + ".\n  install -d -m 750 -o ");
        assertThat(folder.resolve("not")).doesNotExist();
        var check = start(PackagedProgram.command("check", "--strict", "gate.yaml")).await(PATIENCE);
        assertThat(check.exit()).isEqualTo(1);
        assertThat(check.printed()).contains("gate.yaml is good.", "gate.yaml: warning: log.file: ", "there is no folder");
        var doctor = start(PackagedProgram.command("doctor", "--config", "gate.yaml")).await(PATIENCE);
        assertThat(doctor.exit()).isEqualTo(1);
        assertThat(doctor.printed()).contains("missing  session log: ", "there is no folder");
        var format = GatewayProgram.failHere(folder, configuration.replaceAll("(?m)^log:.*\n", ""), "--log-format", "zeek");
        assertThat(format.exit()).isEqualTo(2);
        assertThat(format.printed()).contains("give --log-file too");
    }

    // ---- Peers ----

    private GatewayProgram relay(EmbeddedServer embedded, String more, String... arguments) throws IOException {
        return relay(List.of(), embedded, more, arguments);
    }

    private GatewayProgram relay(List<String> within, EmbeddedServer embedded, String more, String... arguments) throws IOException {
        var port = FreePorts.pair(Family.IPV4);
        server = "ftp://127.0.0.1:" + port + "/";
        return GatewayProgram.startWithin(within, folder, """
                gateways:
                  - name: relay
                    listen: 127.0.0.1:%d
                    server: %s
                    dataPorts: %s
                """.formatted(port, embedded.address(), FreePorts.range(20, Family.IPV4))
                + (more.contains("telemetry:") ? "" : "telemetry: { http: none }\n") + more, arguments);
    }

    private void curl(String... arguments) throws Exception {
        var finished = start(Stream.concat(Stream.of(
                Requirements.program("curl").toString(), "--disable", "--silent", "--show-error", "--max-time", "20", "--user", USER,
                "--output", "/dev/null", "--write-out", "measured %{size_download} %{size_upload} %{time_total}"),
                Stream.of(arguments)).toList()).await(PATIENCE);
        assertThat(finished.exit()).as(finished.printed()).isZero();
        MEASURED.matcher(finished.printed()).results().forEach(found -> measured.add(new Measured(
                Long.parseLong(found.group(1)), Long.parseLong(found.group(2)), Double.parseDouble(found.group(3)))));
    }

    private void lftp(String commands) throws Exception {
        var finished = start(List.of(
                // In a home that it may fill; what it would compress has another size on the wire.
                Requirements.program("env").toString(), "HOME=" + folder, Requirements.program("lftp").toString(), "--norc", "-c",
                "set net:max-retries 1; set ftp:ssl-allow no; set ftp:use-mode-z no; set cmd:fail-exit yes; open -u "
                        + USER.replace(':', ',') + " " + server + "; " + commands))
                .await(PATIENCE);
        assertThat(finished.exit()).as(finished.printed()).isZero();
    }

    private ChildProcess start(List<String> command) throws Exception {
        var on = clients;
        return on != null ? on.start(command)
                : ChildProcess.start(command, folder, ChildProcess.noInput(), folder.resolve("client-" + ++programs + ".log"));
    }
}
