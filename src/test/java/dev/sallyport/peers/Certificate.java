package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A certificate that is its own word for itself. @param file it, in PEM @param key the private key, in PEM, PKCS #8 */
public record Certificate(Path file, Path key) {

    /**
     * Made by OpenSSL, good for two days.
     *
     * @param name of its files, which end with {@code .pem} and {@code .key}
     * @param algorithm of the key, such as {@code rsa:2048} or {@code ed25519}
     * @param more options of {@code openssl req}: at least {@code -subj}
     */
    public static Certificate make(Path folder, String name, String algorithm, String... more) throws InterruptedException {
        var made = new Certificate(folder.resolve(name + ".pem"), folder.resolve(name + ".key"));
        var command = new ArrayList<>(List.of(
                Requirements.program("openssl").toString(), "req", "-x509", "-newkey", algorithm, "-nodes", "-days", "2", "-out",
                made.file.toString(), "-keyout", made.key.toString()));
        command.addAll(List.of(more));
        return made.by(command);
    }

    /** Signed again, good for so many days from now; of less than none it has expired. */
    public Certificate of(int days) throws InterruptedException {
        return by(List.of(
                Requirements.program("openssl").toString(), "x509", "-in", file.toString(), "-signkey", key.toString(), "-days",
                Integer.toString(days), "-out", file.toString()));
    }

    private Certificate by(List<String> command) throws InterruptedException {
        var folder = Objects.requireNonNull(file.getParent());
        var openssl = ChildProcess.start(command, folder, ChildProcess.noInput(), folder.resolve(file.getFileName() + ".log"))
                .await(Duration.ofSeconds(20));
        assertThat(openssl.exit()).as(openssl.printed()).isZero();
        return this;
    }
}
