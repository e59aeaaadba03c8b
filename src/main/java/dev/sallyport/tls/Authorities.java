package dev.sallyport.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Whose word for a certificate is taken (RFC 5280 §6). */
final class Authorities {

    /** Nobody's. */
    static final X509ExtendedTrustManager NONE = new None();

    private Authorities() {}

    /** Those of this system, as the JDK has them. @throws IOException a sentence without its full stop */
    static X509ExtendedTrustManager system() throws IOException {
        try {
            return manager(null);
        } catch (GeneralSecurityException absent) {
            throw new IOException("the system's certificates cannot be used: " + absent.getMessage(), absent);
        }
    }

    /** Those of a PEM file, one certificate at least. @throws IOException a sentence without its full stop */
    static X509ExtendedTrustManager read(Path file) throws IOException {
        var certificates = CertifiedKey.certificates(file);
        try {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (var i = 0; i < certificates.size(); i++) {
                store.setCertificateEntry(Integer.toString(i), certificates.get(i));
            }
            return manager(store);
        } catch (GeneralSecurityException unusable) {
            throw new IOException(file + " cannot be used: " + unusable.getMessage(), unusable);
        }
    }

    /** @param store null for the system's */
    private static X509ExtendedTrustManager manager(@Nullable KeyStore store) throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        for (var manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager usual) {
                return new Dated(usual);
            }
        }
        throw new GeneralSecurityException("this Java checks no certificates");
    }

    /** To the JDK a certificate that is among the trusted itself never expires. To us it does. */
    private static final class Dated extends Examiner {

        private final X509ExtendedTrustManager usual;

        Dated(X509ExtendedTrustManager usual) {
            this.usual = usual;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String keyExchange, SSLEngine engine) throws CertificateException {
            chain[0].checkValidity();
            usual.checkServerTrusted(chain, keyExchange, engine);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String keyExchange, SSLEngine engine) throws CertificateException {
            chain[0].checkValidity();
            usual.checkClientTrusted(chain, keyExchange, engine);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return usual.getAcceptedIssuers();
        }
    }

    private static final class None extends Examiner {

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String keyExchange, SSLEngine engine) throws CertificateException {
            throw new CertificateException("nobody is trusted");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String keyExchange, SSLEngine engine) throws CertificateException {
            throw new CertificateException("nobody is trusted");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
