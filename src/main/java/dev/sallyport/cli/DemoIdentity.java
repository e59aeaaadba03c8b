package dev.sallyport.cli;

import dev.sallyport.config.TlsFiles;
import dev.sallyport.config.TlsOptions;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.session.TlsPolicy.Ended;
import dev.sallyport.tls.CertifiedKey;
import dev.sallyport.tls.KeyPin;
import dev.sallyport.tls.SelfSigned;
import dev.sallyport.tls.TlsVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;

/** Whom quickstart proves to be: a certificate made for one run, in a folder of its own until it has been read. */
record DemoIdentity(Path folder, TlsFiles files, KeyPin pin) implements AutoCloseable {

    /** Clients may have TLS; who tries it out may have any of them. */
    static final Ended POLICY =
            new Ended(Ended.Client.OFFERED, Ended.Server.NONE, Ended.ClientData.ALLOW, Ended.ServerData.PRIVATE);

    /** Nobody tries things out for longer, and nobody is told that it will expire. */
    private static final Duration VALIDITY = Duration.ofDays(90);

    /** @param listen where clients find it */
    static DemoIdentity make(Endpoint listen) throws IOException {
        var folder = Files.createTempDirectory("sallyport-tls");
        var files = new TlsFiles(folder.resolve("ftp.pem"), folder.resolve("ftp.key"));
        try {
            SelfSigned.make("localhost", listen.address().isAnyLocalAddress() ? null : listen.address(), VALIDITY, folder)
                    .write(files.certificate(), files.key());
            var read = CertifiedKey.read(files.certificate(), files.key());
            return new DemoIdentity(folder, files, KeyPin.of(read.chain().getFirst()));
        } catch (IOException failed) {
            remove(folder, files);
            throw failed;
        }
    }

    TlsOptions options() {
        return new TlsOptions(List.of(files), null, null, null, EnumSet.allOf(TlsVersion.class), false);
    }

    @Override
    public void close() throws IOException {
        remove(folder, files);
    }

    private static void remove(Path folder, TlsFiles files) throws IOException {
        Files.deleteIfExists(files.key());
        Files.deleteIfExists(files.certificate());
        Files.deleteIfExists(folder);
    }
}
