package dev.sallyport.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Which servers are taken for what they say.
 *
 * @param manager asked for each handshake in which a certificate is shown
 * @param namesMatter whether the certificate must be made out to the server's name or address (RFC 9525)
 */
public record ServerTrust(X509ExtendedTrustManager manager, boolean namesMatter) {

    /** Whom this system trusts, as the JDK has it. @throws IOException when that cannot be had */
    public static ServerTrust system() throws IOException {
        return new ServerTrust(Authorities.system(), true);
    }

    /**
     * Whoever has a certificate of one of these authorities, or one of these certificates itself.
     *
     * @param file PEM, one certificate at least
     * @throws IOException when it cannot be read; a sentence without its full stop
     */
    public static ServerTrust authorities(Path file) throws IOException {
        return new ServerTrust(Authorities.read(file), true);
    }

    /** Whoever has one of these keys, whatever else the certificate says. @param pins at least one */
    public static ServerTrust pinned(Set<KeyPin> pins) {
        return new ServerTrust(new Pinned(Set.copyOf(pins)), false);
    }

    private static final class Pinned extends Examiner {

        private final Set<KeyPin> pins;

        Pinned(Set<KeyPin> pins) {
            this.pins = pins;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String keyExchange, SSLEngine engine) throws CertificateException {
            if (!pins.contains(KeyPin.of(chain[0]))) {
                throw new CertificateException("its key is " + KeyPin.of(chain[0]) + ", none that was pinned");
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String keyExchange, SSLEngine engine) throws CertificateException {
            throw new CertificateException("only servers are pinned");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
