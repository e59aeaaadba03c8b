package dev.sallyport.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.internal.tcnative.SSL;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS with clients: the gateway is the server. One for all FTP sessions that go by the same configuration.
 *
 * <p>What a client may resume it keeps itself, in a ticket that only the context which wrote it can read (RFC 5077, RFC 8446
 * §4.6.1). So each FTP session has a context of its own, with keys of its own: what is resumed there is this session's, and the
 * ticket of another session leads to a full handshake.
 */
public final class ClientTls {

    private static final Set<String> ALGORITHMS = Set.of("RSA", "EC");

    private final Set<TlsVersion> versions;
    private final CertifiedKeys shown;
    private final CertifiedKeyManager keys;
    private final @Nullable ClientTrust trust;

    private ClientTls(Set<TlsVersion> versions, CertifiedKeys shown, @Nullable ClientTrust trust) {
        this.versions = Set.copyOf(versions);
        this.shown = shown;
        this.keys = new CertifiedKeyManager(shown);
        this.trust = trust;
    }

    /**
     * @param versions at least one
     * @param keys whom the gateway proves to be
     * @param trust which certificates clients may show; null: they are asked for none
     * @throws IOException when it cannot be had with these; a sentence without its full stop
     */
    public static ClientTls of(Set<TlsVersion> versions, CertifiedKeys keys, @Nullable ClientTrust trust) throws IOException {
        BoringSsl.require();
        for (var certified : keys.all()) {
            var algorithm = certified.key().getAlgorithm();
            if (!ALGORITHMS.contains(algorithm)) {
                throw new IOException(
                        certified.file() + " has a key of " + algorithm + ": it takes one of RSA, or of an elliptic curve (EC)");
            }
        }
        var tls = new ClientTls(versions, keys, trust);
        try {
            tls.context().release();
        } catch (SSLException unusable) {
            throw new IOException("TLS with clients cannot be set up: " + unusable.getMessage(), unusable);
        }
        return tls;
    }

    private ReferenceCountedOpenSslContext context() throws SSLException {
        var builder = SslContextBuilder.forServer(keys)
                .sslProvider(SslProvider.OPENSSL_REFCNT)
                .protocols(TlsVersion.protocols(versions))
                // Told none, Netty reads the whole system's for each context: 12 ms instead of a tenth of one.
                .trustManager(trust == null ? Authorities.NONE : trust.manager())
                .sessionTimeout(TlsVersion.SESSION_SECONDS);
        if (trust != null) {
            builder.clientAuth(trust.required() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
        }
        var context = (ReferenceCountedOpenSslContext) builder.build();
        // Netty gives no tickets unless it is told keys; without any BoringSSL makes its own.
        context.sessionContext().setTicketKeys();
        return context;
    }

    /** Whom the gateway proves to be. */
    public CertifiedKeys shown() {
        return shown;
    }

    /** For a new FTP session. */
    public TlsLeg leg() {
        try {
            return new ClientLeg(context());
        } catch (SSLException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static final class ClientLeg implements TlsLeg {

        private final ReferenceCountedOpenSslContext context;
        private final AtomicBoolean closed = new AtomicBoolean();

        ClientLeg(ReferenceCountedOpenSslContext context) {
            this.context = context;
        }

        @Override
        public ReferenceCountedOpenSslEngine control(ByteBufAllocator allocator) {
            return (ReferenceCountedOpenSslEngine) context.newEngine(allocator);
        }

        @Override
        public ReferenceCountedOpenSslEngine data(ByteBufAllocator allocator) {
            return (ReferenceCountedOpenSslEngine) context.newHandler(allocator).engine();
        }

        @Override
        public boolean resumed(ReferenceCountedOpenSslEngine engine) {
            return SSL.isSessionReused(engine.sslPointer());
        }

        @Override
        public @Nullable String called(ReferenceCountedOpenSslEngine engine) {
            return SSL.getSniHostname(engine.sslPointer());
        }

        @Override
        public void close() {
            if (!closed.getAndSet(true)) {
                context.release();
            }
        }
    }
}
