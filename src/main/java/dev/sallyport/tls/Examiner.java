package dev.sallyport.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Looks at the certificates that peers show. Our TLS asks with its engine; without one nothing is said of anybody. */
abstract class Examiner extends X509ExtendedTrustManager {

    @Override
    public final void checkServerTrusted(X509Certificate[] chain, String keyExchange) throws CertificateException {
        throw unasked();
    }

    @Override
    public final void checkServerTrusted(X509Certificate[] chain, String keyExchange, Socket socket) throws CertificateException {
        throw unasked();
    }

    @Override
    public final void checkClientTrusted(X509Certificate[] chain, String keyExchange) throws CertificateException {
        throw unasked();
    }

    @Override
    public final void checkClientTrusted(X509Certificate[] chain, String keyExchange, Socket socket) throws CertificateException {
        throw unasked();
    }

    @Override
    public abstract void checkServerTrusted(X509Certificate[] chain, String keyExchange, SSLEngine engine) throws CertificateException;

    @Override
    public abstract void checkClientTrusted(X509Certificate[] chain, String keyExchange, SSLEngine engine) throws CertificateException;

    private static CertificateException unasked() {
        return new CertificateException("certificates are looked at where an engine is asked for them");
    }
}
