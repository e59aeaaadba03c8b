package dev.sallyport.tls;

import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS with servers: the gateway is the client. One for all FTP sessions that go by the same configuration.
 *
 * <p>By BoringSSL, since the JDK's own TLS cannot use a ticket of TLS 1.3 again, and throws away tickets of TLS 1.2 that promise to
 * live longer than a week, as vsftpd's do.
 */
public final class ServerTls implements AutoCloseable {

    private final ReferenceCountedOpenSslContext context;
    private final NewSessions sessions;

    private ServerTls(ReferenceCountedOpenSslContext context) {
        this.context = context;
        this.sessions = NewSessions.of(context);
    }

    /**
     * @param versions at least one
     * @param trust which servers are taken for what they say
     * @param own what a server is shown that asks for a certificate; null for none
     * @throws IOException when it cannot be had; a sentence without its full stop
     */
    public static ServerTls of(Set<TlsVersion> versions, ServerTrust trust, @Nullable CertifiedKey own) throws IOException {
        BoringSsl.require();
        var builder = SslContextBuilder.forClient()
                .sslProvider(SslProvider.OPENSSL_REFCNT)
                .protocols(TlsVersion.protocols(versions))
                .trustManager(trust.manager())
                .endpointIdentificationAlgorithm(trust.namesMatter() ? "HTTPS" : "")
                .sessionTimeout(TlsVersion.SESSION_SECONDS);
        if (own != null) {
            builder.keyManager(own.key(), own.chain());
        }
        try {
            return new ServerTls((ReferenceCountedOpenSslContext) builder.build());
        } catch (SSLException unusable) {
            throw new IOException("TLS with servers cannot be set up: " + unusable.getMessage(), unusable);
        }
    }

    /**
     * For a new FTP session.
     *
     * @param host whom the server has to prove to be, a name or an address; names are told to the server too (RFC 6066 §3)
     * @param port of the control connection
     */
    public TlsLeg leg(String host, int port) {
        return new ServerLeg(context, sessions, host, port);
    }

    /** How many connections are known that sessions may come on. */
    int expected() {
        return sessions.size();
    }

    /** No further leg begins; those that stand go on, with further connections too. */
    @Override
    public void close() {
        context.release();
    }
}
