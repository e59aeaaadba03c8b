package dev.sallyport.lab.bench;

import dev.sallyport.lab.host.Children;
import dev.sallyport.lab.host.LabFailure;
import dev.sallyport.tls.CertifiedKey;
import dev.sallyport.tls.CertifiedKeys;
import dev.sallyport.tls.ClientTls;
import dev.sallyport.tls.SelfSigned;
import dev.sallyport.tls.TlsLeg;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The certificate, made out to localhost and the server's address, that all who are called in a benchmark show, and its key: PEM. */
record Identity(Path certificate, Path key) {
    /** Of TLS 1.3: what BoringSSL takes where the processor has instructions for it, and all others are told to take. */
    static final String CIPHER_SUITE = "TLS_AES_128_GCM_SHA256";

    private static final Duration VALIDITY = Duration.ofDays(2);

    /** A new one, of P-256. */
    static Identity make(Children children, InetAddress server) throws LabFailure {
        Identity made = new Identity(children.file("ftp.pem"), children.file("ftp.key"));
        try {
            SelfSigned.make("localhost", server, VALIDITY, children.folder()).write(made.certificate, made.key);
            return made;
        } catch (IOException e) {
            throw new LabFailure("cannot write a certificate: " + e, e);
        }
    }

    /** The certificate and behind it the key. */
    String together() throws LabFailure {
        try {
            return Files.readString(certificate) + Files.readString(key);
        } catch (IOException e) {
            throw new LabFailure("cannot read a certificate: " + e, e);
        }
    }

    /** TLS of a server that lets every connection resume what any other has agreed on, as servers do. */
    TlsLeg leg() throws IOException {
        return ClientTls.of(Caller.VERSIONS, new CertifiedKeys(List.of(CertifiedKey.read(certificate, key))), null).leg();
    }
}
