package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.config.ConfigurationFile;
import dev.sallyport.peers.Certificate;
import dev.sallyport.telemetry.LogLines;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The certificates of a gateway that ends TLS: looked at by {@code check}, read at the start, taken anew by a reload. */
@Tag("system")
@Timeout(120)
class CertificatesIT {

    private static final Pattern EXPIRY =
            Pattern.compile("(?m)^sallyport_tls_certificate_expiry_timestamp_seconds\\{file=\"(.+)\",gateway=\"main\"} (.+)$");

    private static final String TLS = """
                tls:
                  client: explicit
                  server: explicit
                  certificates: { certificate: ftp.pem, key: ftp.key }
                  clientCertificates: { ca: clients.pem }
                  verify: { ca: servers.pem }
            """;

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Certificate certificate;

    @BeforeEach
    void make() throws Exception {
        certificate = made("ftp").of(100);
        for (var trusted : List.of("clients.pem", "servers.pem")) {
            Files.copy(certificate.file(), folder.resolve(trusted));
        }
    }

    private Certificate made(String name) throws InterruptedException {
        return Certificate.make(folder, name, "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=x");
    }

    /** What may be wrong with a file, and the end of what is said of it. */
    private enum Mistake {
        ANOTHERS_KEY("ftp.key", "other.key", "ftp.key is not the key of FOLDER/ftp.pem, but of another certificate."),
        NO_KEY("ftp.key", "", "ftp.key is not there, or may not be read by the user of this process."),
        CERTIFICATE_FOR_A_KEY(
                "ftp.key", "ftp.pem",
                "ftp.key has no key in PEM (PKCS #8, not encrypted): 'openssl pkcs8 -topk8 -nodes' makes one."),
        KEY_FOR_A_CERTIFICATE("ftp.pem", "other.key", "ftp.pem is no certificate in PEM: "),
        KEY_OF_A_KIND_THAT_CLIENTS_CANNOT_USE(
                "both", "edwards", "ftp.pem has a key of EdDSA: it takes one of RSA, or of an elliptic curve (EC)."),
        NO_AUTHORITIES_FOR_CLIENTS("clients.pem", "", "clients.pem is not there, or may not be read by the user of this process."),
        NO_AUTHORITIES_FOR_SERVERS("servers.pem", "other.key", "servers.pem is no certificate in PEM: ");

        private final String file;
        /** Empty: the file is gone. */
        private final String by;
        final String said;

        Mistake(String file, String by, String said) {
            this.file = file;
            this.by = by;
            this.said = said;
        }

        void make(Path folder) throws IOException {
            if (file.equals("both")) {
                copy(folder, by + ".pem", "ftp.pem");
                copy(folder, by + ".key", "ftp.key");
            } else if (by.isEmpty()) {
                Files.delete(folder.resolve(file));
            } else {
                copy(folder, by, file);
            }
        }

        private static void copy(Path folder, String from, String to) throws IOException {
            Files.copy(folder.resolve(from), folder.resolve(to), StandardCopyOption.REPLACE_EXISTING);
        }

        String sentence(Path folder) {
            return "tls of the gateway 'main': " + folder + "/" + said.replace("FOLDER", folder.toString());
        }
    }

    @Test
    void badFile_isNamed_byCheckTheStartAndTheReload_whichKeepsWhatItHas() throws Exception {
        made("other");
        Certificate.make(folder, "edwards", "ed25519", "-subj", "/CN=x");
        var files = Stream.of("ftp.pem", "ftp.key", "clients.pem", "servers.pem").map(folder::resolve).toList();
        try (var gate = HttpGateway.start(folder, TLS, HttpGateway.WITH_TOKEN)) {
            var expiry = expiry(gate);
            for (var mistake : Mistake.values()) {
                var good = files.stream().map(CertificatesIT::read).toList();
                mistake.make(folder);
                var said = mistake.sentence(folder);
                assertThat(gate.gateways.reload().mistakes()).as("%s", mistake).singleElement().asString().startsWith(said);
                var configuration = ConfigurationFile.read(gate.file);
                assertThatThrownBy(() -> RunningGateways.start(configuration, gate.file, configuration.log())).as("%s", mistake)
                        .isInstanceOf(CommandFailure.class).hasMessageStartingWith(said);
                assertThat(check(gate.file)).as("%s", mistake).startsWith("0 " + gate.file + ": warning: " + said);
                for (var i = 0; i < files.size(); i++) {
                    Files.writeString(files.get(i), good.get(i));
                }
            }
            assertThat(expiry(gate)).isEqualTo(expiry);
            assertThat(gate.gateways.reload().mistakes()).isNull();
            assertThat(check(gate.file)).isEqualTo("0 ");
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    @Test
    void certificate_isTakenAnew_andItsEndIsMeasuredAndComplainedOf() throws Exception {
        try (var gate = HttpGateway.start(folder, TLS, HttpGateway.WITH_TOKEN)) {
            expiresIn(100, gate);
            assertThat(complaints(gate, 31)).isEmpty();
            expiresIn(31, gate);
            assertThat(check(gate.file)).isEqualTo("0 ");
            assertThat(complaints(gate, 29)).singleElement().asString()
                    .startsWith("gateway=main certificate=" + certificate.file() + " expires on 20");
            assertThat(check(gate.file)).startsWith(
                    "0 " + gate.file + ": warning: tls of the gateway 'main': " + certificate.file() + " expires on 20");
            assertThat(complaints(gate, -1)).singleElement().asString()
                    .startsWith("gateway=main certificate=" + certificate.file() + " expired on 20");
            assertThat(check(gate.file)).contains(" expired on 20");
            expiresIn(-1, gate);
        }
    }

    private void expiresIn(int days, HttpGateway gate) throws Exception {
        assertThat(Duration.between(Instant.now(), expiry(gate))).isCloseTo(Duration.ofDays(days), Duration.ofHours(1));
    }

    /** When the certificate's end is, by the metric. */
    private Instant expiry(HttpGateway gate) throws Exception {
        var found = EXPIRY.matcher(gate.get("/metrics").body());
        assertThat(found.find()).isTrue();
        assertThat(found.group(1)).isEqualTo(certificate.file().toString());
        return Instant.ofEpochSecond((long) Double.parseDouble(found.group(2)));
    }

    private List<String> complaints(HttpGateway gate, int days) throws Exception {
        certificate.of(days);
        try (var log = LogLines.of(RunningTls.class.getName())) {
            assertThat(gate.gateways.reload().mistakes()).isNull();
            return log.texts();
        }
    }

    /** The exit code, and what there is to complain of. */
    private static String check(Path file) {
        var err = new StringWriter();
        var exit = Sallyport.commandLine().setOut(new PrintWriter(new StringWriter())).setErr(new PrintWriter(err, true))
                .execute("check", file.toString());
        return exit + " " + err;
    }
}
