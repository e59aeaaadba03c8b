package dev.sallyport.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.sallyport.admin.http.Identity;
import dev.sallyport.peers.Certificate;
import dev.sallyport.peers.ChildProcess;
import dev.sallyport.peers.Requirements;
import dev.sallyport.telemetry.LogLines;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** HTTP over TLS, with a certificate of its own, asked by curl. */
@Tag("system")
@Timeout(120)
class HttpTlsIT {

    private static final String NAME = "gate.example.org";
    private static final String[] ITS = names("DNS:" + NAME + ",DNS:*.ftp.example.org,IP:127.0.0.1");

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private HttpGateway gate;
    @SuppressWarnings("NullAway.Init")
    private Path trusted;

    @BeforeEach
    void start() throws Exception {
        trusted = Files.copy(Certificate.make(folder, "web", "rsa:2048", ITS).file(), folder.resolve("trusted.pem"));
        gate = HttpGateway.start(folder, "", HttpGateway.WITH_TOKEN + "  tls: { certificate: web.pem, key: web.key }\n");
    }

    @AfterEach
    void stop() {
        gate.close();
    }

    private static String[] names(String names) {
        return new String[] {"-subj", "/CN=not.asked.example", "-addext", "subjectAltName=" + names};
    }

    @Test
    void bothVersionsOfTls_serve_andOlderOnesDoNot() throws Exception {
        for (var version : List.of("1.2", "1.3")) {
            var live = curl("-v", "--tlsv" + version, "--tls-max", version, url("/health/live"));
            assertThat(live.exit()).as(live.printed()).isZero();
            assertThat(live.printed()).contains("SSL connection using TLSv" + version, "< HTTP/1.1 200 OK", "{\"status\":\"up\"");
        }
        var old = curl("-v", "--tlsv1.0", "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0", url("/health/live"));
        assertThat(old.exit()).as(old.printed()).isEqualTo(35);
        assertThat(old.printed()).contains("alert protocol version").doesNotContain("status");
    }

    @Test
    void reading_needsNoToken_andChanging_does() throws Exception {
        for (var path : List.of("/", "/metrics", "/health/ready", "/api/sessions", "/api/pinholes", "/api/rules", "/api/openapi.json")) {
            assertThat(curl(url(path)).printed()).as(path).startsWith("HTTP/1.1 200 OK");
        }
        assertThat(curl("--max-time", "2", url("/api/events")).printed()).contains("event: hello", "event: sessions");
        assertThat(curl("-X", "DELETE", url("/api/sessions/zzz")).printed()).startsWith("HTTP/1.1 401 ");
        assertThat(curl("-X", "POST", url("/api/reload")).printed()).startsWith("HTTP/1.1 401 ");
        var token = "Authorization: Bearer " + HttpGateway.TOKEN;
        assertThat(curl("-X", "DELETE", "-H", token, url("/api/sessions/zzz")).printed()).startsWith("HTTP/1.1 404 ");
        assertThat(curl("-X", "POST", "-H", token, url("/api/reload")).printed()).startsWith("HTTP/1.1 200 OK");
    }

    /** It says what to do, and nothing of what was asked for. */
    @Test
    void plainHttp_isRefused() throws Exception {
        var plain = curl(url("/api/sessions").replace("https:", "http:"));
        assertThat(plain.printed()).startsWith("HTTP/1.1 400 ").endsWith("This port speaks TLS: ask https://").doesNotContain("sessions");
        try (var socket = gate.connect()) {
            socket.getOutputStream().write("\0\0\0 something else".getBytes(US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII)).startsWith("HTTP/1.1 400 ");
        }
        assertThat(curl(url("/health/live")).printed()).startsWith("HTTP/1.1 200 OK");
    }

    @Test
    void handshakeThatDoesNotGoOn_isEnded() throws Exception {
        try (var socket = gate.connect()) {
            socket.setSoTimeout(100_000);
            var sinceNanos = System.nanoTime();
            socket.getOutputStream().write(new byte[] {22, 3, 1, 1, 0, 1});
            assertThat(socket.getInputStream().readAllBytes().length).isLessThan(10);
            assertThat(Duration.ofNanos(System.nanoTime() - sinceNanos)).isGreaterThan(Duration.ofSeconds(9));
        }
    }

    /** Those of the certificate, addresses and localhost: another name was made to lead here (DNS rebinding). */
    @Test
    void names_areThoseOfTheCertificate() throws Exception {
        for (var name : List.of(NAME, NAME.toUpperCase(Locale.ROOT), "a.ftp.example.org")) {
            assertThat(curl(url(name, "/health/live")).printed()).as(name).startsWith("HTTP/1.1 200 OK");
        }
        for (var name : List.of("evil.example", "a.b.ftp.example.org", "ftp.example.org", "not.asked.example", "*.ftp.example.org")) {
            var asked = curl("-H", "Host: " + name, url("/health/live"));
            assertThat(asked.printed()).as(name).startsWith("HTTP/1.1 421 ")
                    .contains("the names in its certificate").doesNotContain("\"up\"");
        }
        assertThat(curl("-H", "Host: localhost:1", url("/health/live")).printed()).startsWith("HTTP/1.1 200 OK");
        assertThat(curl("-k", url("evil.example", "/health/live")).printed()).as("who trusts everybody").startsWith("HTTP/1.1 421 ");
    }

    @Test
    void certificate_isTakenAnew_byAReload() throws Exception {
        try (var standing = connect()) {
            assertThat(HttpGateway.ask(standing, "/health/live")).isEqualTo(200);
            replace(Certificate.make(folder, "next", "ed25519", names("DNS:next.example.org,IP:127.0.0.1")));
            assertThat(curl(url("/health/live")).printed()).as("before it is asked for").startsWith("HTTP/1.1 200 OK");
            assertThat(gate.gateways.reload().mistakes()).isNull();
            assertThat(curl(url("/health/live")).exit()).as("who trusts the old one alone").isEqualTo(60);
            trusted = folder.resolve("web.pem");
            assertThat(curl(url("next.example.org", "/health/live")).printed()).startsWith("HTTP/1.1 200 OK");
            assertThat(curl("-H", "Host: " + NAME, url("/health/live")).printed()).startsWith("HTTP/1.1 421 ");
            assertThat(HttpGateway.ask(standing, "/health/live")).as("a connection that stands").isEqualTo(200);
        }
        var curve = List.of("-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=x", "-addext", "subjectAltName=IP:127.0.0.1");
        replace(Certificate.make(folder, "curve", "ec", curve.toArray(String[]::new)));
        assertThat(gate.gateways.reload().mistakes()).isNull();
        assertThat(curl(url("/health/live")).printed()).startsWith("HTTP/1.1 200 OK");
    }

    @Test
    void certificate_thatExpires_isComplainedOf() throws Exception {
        var next = Certificate.make(folder, "next", "ed25519", ITS);
        assertThat(complaints(next.of(100))).isEmpty();
        assertThat(complaints(next.of(13))).singleElement(STRING).contains("web.pem expires on 20");
        assertThat(complaints(next.of(-1))).singleElement(STRING).contains("web.pem expired on 20");
    }

    private List<String> complaints(Certificate taken) throws IOException {
        replace(taken);
        try (var log = LogLines.of(Identity.class.getName())) {
            assertThat(gate.gateways.reload().mistakes()).isNull();
            return log.texts();
        }
    }

    /** Whatever is wrong: nothing is taken anew, rules neither, and the answer says why. */
    @Test
    void badCertificate_isRefused_andTheOldOneStays() throws Exception {
        var web = folder.resolve("web.pem");
        var key = folder.resolve("web.key");
        var other = Certificate.make(folder, "other", "rsa:2048", ITS);
        Files.copy(other.key(), key, StandardCopyOption.REPLACE_EXISTING);
        refuses("web.key is not the key of ");
        Files.writeString(key, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        refuses("web.key is no RSA key");
        Files.copy(Certificate.make(folder, "curve", "ed25519", ITS).key(), key, StandardCopyOption.REPLACE_EXISTING);
        refuses("web.key is no RSA key");
        Files.writeString(key, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
        refuses("not encrypted");
        Files.delete(key);
        refuses("web.key is not there");
        Files.writeString(web, "");
        Files.copy(other.key(), key, StandardCopyOption.REPLACE_EXISTING);
        refuses("web.pem is no certificate");
        Files.writeString(web, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        refuses("web.pem is no certificate");
        replace(other);
        assertThat(gate.gateways.reload().mistakes()).isNull();
    }

    private void refuses(String why) throws Exception {
        var answer = curl("-X", "POST", "-H", "Authorization: Bearer " + HttpGateway.TOKEN, url("/api/reload"));
        assertThat(answer.printed()).as("by the old certificate").startsWith("HTTP/1.1 422 ")
                .contains("{\"mistakes\":[\"telemetry.tls: ", why);
    }

    private void replace(Certificate by) throws IOException {
        Files.copy(by.file(), folder.resolve("web.pem"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(by.key(), folder.resolve("web.key"), StandardCopyOption.REPLACE_EXISTING);
    }

    private String url(String path) {
        return url("127.0.0.1", path);
    }

    private String url(String name, String path) {
        return "https://" + name + ":" + gate.httpPort + path;
    }

    /** Trusts one certificate, and finds every name on loopback. */
    private ChildProcess.Finished curl(String... more) throws InterruptedException {
        var command = new ArrayList<>(List.of(
                Requirements.program("curl").toString(), "-sS", "-i", "--max-time", "20", "--cacert", trusted.toString(), "--connect-to",
                "::127.0.0.1:"));
        command.addAll(List.of(more));
        return ChildProcess.start(command, folder, ChildProcess.noInput(), folder.resolve("curl.out")).await(Duration.ofSeconds(30));
    }

    /** A client that stays, and trusts the same certificate. */
    private Socket connect() throws IOException, GeneralSecurityException {
        var trust = KeyStore.getInstance(KeyStore.getDefaultType());
        trust.load(null, null);
        try (var pem = Files.newInputStream(trusted)) {
            trust.setCertificateEntry("web", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trust);
        var tls = SSLContext.getInstance("TLS");
        tls.init(null, managers.getTrustManagers(), null);
        var socket = tls.getSocketFactory().createSocket("127.0.0.1", gate.httpPort);
        socket.setSoTimeout(15_000);
        return socket;
    }
}
