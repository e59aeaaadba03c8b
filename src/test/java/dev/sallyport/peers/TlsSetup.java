package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.PortRange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How a server speaks TLS.
 *
 * @param passivePorts those that it listens on for data
 * @param certificate its own word for itself, in PEM
 * @param key the private key, in PEM
 */
record TlsSetup(PortRange passivePorts, Path certificate, Path key) {

    /** @param folder where the certificate is made */
    static TlsSetup make(Path folder, PortRange passivePorts) throws Exception {
        var certificate = folder.resolve("certificate.pem");
        var key = folder.resolve("key.pem");
        var made = ChildProcess.start(
                        List.of(
                                Requirements.program("openssl").toString(), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=ftp.example.org",
                                "-out", certificate.toString(), "-keyout", key.toString()),
                        folder, ChildProcess.noInput(), folder.resolve("openssl.log"))
                .await(Duration.ofSeconds(20));
        assertThat(made.exit()).as(made.printed()).isZero();
        return new TlsSetup(passivePorts, certificate, key);
    }
}
