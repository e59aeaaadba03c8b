package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.admin.Answer;
import dev.sallyport.cli.SessionLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What a real gateway and its session log say of its TLS, with curl before it and vsftpd behind. */
@Tag("system")
@Timeout(120)
class LoggedTlsIT {

    /** Taken over seconds: the session is looked at meanwhile. */
    private static final int BYTES = 300_000;

    @TempDir
    private Path base;

    @Test
    void bridge_logsWhatBothSidesAgreedOn() throws Exception {
        var remote = Folders.served(base);
        var local = Folders.reachable(base.resolve("local"));
        Files.write(remote.resolve("down.bin"), SampleFiles.bytes("down", BYTES));
        var port = FreePorts.pair(Family.IPV4);
        var setup = TlsSetup.make(base, FreePorts.range(8, Family.IPV4)).requiringReuse();
        var client = Certificate.make(base, "client", "rsa:2048", "-subj", "/O=Partners/CN=Ann");
        try (var server = Vsftpd.with(setup).start(
                        Family.IPV4, "127.0.0.2", FreePorts.pair(Family.IPV4), base.resolve("root"), base.resolve("work"));
                var gateway = GatewayProgram.startHere(base, """
                        gateways:
                          - name: bridge
                            listen: 127.0.0.1:%d
                            server: 127.0.0.2:%d
                            dataPorts: %s
                            tls:
                              client: required
                              server: as-client
                              certificates: { certificate: %s, key: %s }
                              clientCertificates: { ca: client.pem }
                              verify: { ca: %s }
                              name: ftp.example.org
                        telemetry: { http: none }
                        log: { file: sessions.json }
                        """.formatted(
                        port, server.endpoint().port(), FreePorts.range(8, Family.IPV4), setup.certificate(), setup.key(),
                        setup.certificate()))) {
            var curl = List.of(
                    Requirements.program("curl").toString(), "--disable", "--silent", "--show-error", "--insecure", "--ssl-reqd",
                    "--max-time", "20", "--user", ServerProgram.USER + ":" + ServerProgram.PASSWORD, "--cert",
                    client.file().toString(), "--key", client.key().toString(), "--resolve", "ftp.example.org:" + port + ":127.0.0.1",
                    "--tls-max", "1.2", "--limit-rate", Integer.toString(BYTES / 3), "--output", "down.bin", "ftp://ftp.example.org:" + port + "/files/down.bin");
            var running = ChildProcess.start(curl, local, ChildProcess.noInput(), local.resolve("curl.log"));
            await().until(() -> gateway.sessions().stream().anyMatch(session -> session.state().equals("transfer")));
            assertThat(gateway.sessions()).singleElement().satisfies(session -> {
                assertThat(session.clientTls()).isEqualTo(new Answer.Tls(
                        "TLSv1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ftp.example.org", "CN=Ann,O=Partners"));
                assertThat(session.serverTls()).isEqualTo(new Answer.Tls(
                        "TLSv1.3", "TLS_AES_128_GCM_SHA256", null, "CN=ftp.example.org"));
            });
            var loaded = running.await(Duration.ofSeconds(30));
            assertThat(loaded.exit()).as(loaded.printed()).isZero();
            var log = SessionLines.await(base.resolve("sessions.json"), 1);
            assertThat(log.sessions().lines()).singleElement().extracting(line -> told(line, "Tls")).isEqualTo(Map.of(
                    "clientTlsVersion", "TLSv1.2", "clientTlsCipher", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                    "clientTlsServerName", "ftp.example.org", "clientTlsSubject", "CN=Ann,O=Partners",
                    "serverTlsVersion", "TLSv1.3", "serverTlsCipher", "TLS_AES_128_GCM_SHA256",
                    "serverTlsSubject", "CN=ftp.example.org"));
            assertThat(log.transfers().lines()).singleElement().satisfies(line -> {
                assertThat(told(line, "Protection")).containsExactlyInAnyOrderEntriesOf(
                        Map.of("clientProtection", "private", "serverProtection", "private"));
                assertThat(told(line, "Resumed")).containsExactlyInAnyOrderEntriesOf(
                        Map.of("clientResumed", "true", "serverResumed", "true"));
                assertThat(line.get("bytesToClient").asInt()).isEqualTo(BYTES);
            });
            assertThat(gateway.log()).contains("event=secured side=client version=TLSv1.2 cipher=", " name=\"ftp.example.org\" subject=\"");
            gateway.stop();
            assertThat(gateway.complaints()).allMatch(line -> line.contains(" expires on "));
        }
    }

    private static Map<String, String> told(JsonNode line, String part) {
        var told = new TreeMap<String, String>();
        line.properties().stream().filter(field -> field.getKey().contains(part))
                .forEach(field -> told.put(field.getKey(), field.getValue().asString()));
        return told;
    }
}
