package dev.sallyport.admin.http;

import dev.sallyport.tls.CertifiedKey;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whom the server proves to be: a certificate with its key, and the names that it is made out to. */
public final class Identity {

    private static final Logger LOG = LoggerFactory.getLogger(Identity.class);

    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    private final SslContext context;
    private final CertifiedKey certified;

    private Identity(SslContext context, CertifiedKey certified) {
        this.context = context;
        this.certified = certified;
    }

    /**
     * PEM files. A certificate that is not valid today is taken, for callers may still want to see what goes on; the log says so.
     *
     * @param certificate with what leads to its issuer behind it
     * @param key of it, PKCS #8, not encrypted
     * @throws IOException when they cannot be read, or are no certificate and its key; a sentence without its full stop
     */
    public static Identity read(Path certificate, Path key) throws IOException {
        var certified = CertifiedKey.read(certificate, key);
        certified.complaint(Instant.now()).ifPresent(complaint -> LOG.warn("certificate={} {}", certificate, complaint));
        try {
            // The JDK's: a page now and then needs no other, and is served where there is none.
            var context = SslContextBuilder.forServer(certified.key(), certified.chain())
                    .sslProvider(SslProvider.JDK)
                    .protocols(PROTOCOLS)
                    .build();
            return new Identity(context, certified);
        } catch (SSLException unusable) {
            throw new IOException(certificate + " cannot be used: " + unusable.getMessage(), unusable);
        }
    }

    /** Whether the certificate is made out to that name; a star stands for its first label (RFC 9525 §6.3). */
    boolean isNamed(String host) {
        return certified.isNamed(host);
    }

    /** Its end of a new connection. */
    ChannelHandler handler() {
        return new TlsNeeded(context);
    }
}
