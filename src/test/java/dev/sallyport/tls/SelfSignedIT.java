package dev.sallyport.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.peers.ChildProcess;
import dev.sallyport.peers.Requirements;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenSSL reads what is made, and finds nothing wrong with it. */
@Tag("system")
class SelfSignedIT {

    @TempDir
    private Path folder;

    @Test
    void certificate_isGoodForItsNameAndAddress_andIsSignedByItself() throws Exception {
        var file = folder.resolve("made.pem");
        var key = folder.resolve("made.key");
        SelfSigned.make("localhost", InetAddress.ofLiteral("192.0.2.1"), Duration.ofDays(90), folder).write(file, key);

        var verified = openssl("verify", "-x509_strict", "-CAfile", file.toString(), "-verify_hostname", "localhost", file.toString());
        assertThat(verified).isEqualTo(file + ": OK");
        assertThat(openssl("verify", "-CAfile", file.toString(), "-verify_ip", "192.0.2.1", file.toString())).endsWith(": OK");
        assertThat(openssl("x509", "-in", file.toString(), "-noout", "-text"))
                .contains("Version: 3", "ecdsa-with-SHA256", "NIST CURVE: P-256", "Issuer: CN = localhost", "Subject: CN = localhost",
                        "DNS:localhost, IP Address:192.0.2.1");
        assertThat(openssl("pkey", "-in", key.toString(), "-pubout"))
                .isEqualTo(openssl("x509", "-in", file.toString(), "-noout", "-pubkey"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key))).isEqualTo("rw-------");

        var read = CertifiedKey.read(file, key);
        assertThat(read.complaint(Instant.now())).isEmpty();
        assertThat(Duration.between(Instant.now(), read.expires())).isCloseTo(Duration.ofDays(90), Duration.ofMinutes(5));
        assertThat(read.isNamed("localhost")).isTrue();
    }

    @Test
    void javaWithoutKeytool_isTold() {
        assertThatThrownBy(() -> SelfSigned.make("localhost", null, Duration.ofDays(90), folder, folder.resolve("keytool")))
                .isInstanceOf(IOException.class)
                .hasMessage("there is no " + folder + "/keytool, which makes the certificate: use a whole JRE, or a JDK;"
                        + " 'sallyport run' takes a certificate of your own");
        assertThat(folder).isEmptyDirectory();
    }

    private String openssl(String... arguments) throws InterruptedException {
        var command = new ArrayList<>(List.of(Requirements.program("openssl").toString()));
        command.addAll(List.of(arguments));
        return ChildProcess.start(command, folder, ChildProcess.noInput(), folder.resolve("openssl.log"))
                .await(Duration.ofSeconds(20)).printed().strip();
    }
}
