package dev.sallyport.tls;

import java.io.IOException;
import java.nio.file.Path;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Clients are asked for a certificate.
 *
 * @param manager asked about each that is shown; a client whose certificate it refuses is refused
 * @param required whether a client that shows none is refused too
 */
public record ClientTrust(X509ExtendedTrustManager manager, boolean required) {

    /**
     * Certificates of these authorities, or these certificates themselves.
     *
     * @param file PEM, one certificate at least
     * @throws IOException when it cannot be read; a sentence without its full stop
     */
    public static ClientTrust authorities(Path file, boolean required) throws IOException {
        return new ClientTrust(Authorities.read(file), required);
    }
}
