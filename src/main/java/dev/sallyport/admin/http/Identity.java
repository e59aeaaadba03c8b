package dev.sallyport.admin.http;

import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whom the server proves to be: a certificate with its key, and the names that it is made out to. */
public final class Identity {

    private static final Logger LOG = LoggerFactory.getLogger(Identity.class);

    /** How long before its end a certificate is complained of. */
    private static final Duration SOON = Duration.ofDays(14);

    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    /** RFC 7468 §10. */
    private static final Pattern KEY = Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    /** Of a subjectAltName, RFC 5280 §4.2.1.6. */
    private static final int DNS_NAME = 2;
    private static final String ANY_LABEL = "*.";

    private final SslContext context;
    private final List<String> names;

    private Identity(SslContext context, List<String> names) {
        this.context = context;
        this.names = names;
    }

    /**
     * PEM files. A certificate that is not valid today is taken, for callers may still want to see what goes on; the log says so.
     *
     * @param certificate with what leads to its issuer behind it
     * @param key of it, PKCS #8, not encrypted
     * @throws IOException when they cannot be read, or are no certificate and its key; a sentence without its full stop
     */
    public static Identity read(Path certificate, Path key) throws IOException {
        for (var file : List.of(certificate, key)) {
            if (!Files.isReadable(file)) {
                throw new IOException(file + " is not there, or may not be read by the user of this process");
            }
        }
        var chain = certificates(certificate);
        complainOfDates(certificate, chain[0], Instant.now());
        var secret = key(key, chain[0].getPublicKey());
        try {
            if (!belongTogether(secret, chain[0].getPublicKey())) {
                throw new IOException(key + " is not the key of " + certificate + ", but of another certificate");
            }
            return new Identity(SslContextBuilder.forServer(secret, chain).protocols(PROTOCOLS).build(), names(chain[0]));
        } catch (GeneralSecurityException unusable) {
            throw new IOException(certificate + " cannot be used: " + unusable.getMessage(), unusable);
        }
    }

    private static X509Certificate[] certificates(Path file) throws IOException {
        try (var pem = Files.newInputStream(file)) {
            var chain = CertificateFactory.getInstance("X.509").generateCertificates(pem).toArray(X509Certificate[]::new);
            if (chain.length > 0) {
                return chain;
            }
        } catch (CertificateException malformed) {
            throw new IOException(file + " is no certificate in PEM: " + malformed.getMessage(), malformed);
        }
        throw new IOException(file + " is no certificate in PEM: it is empty");
    }

    private static void complainOfDates(Path file, X509Certificate certificate, Instant now) {
        var from = certificate.getNotBefore().toInstant();
        var until = certificate.getNotAfter().toInstant();
        if (until.isBefore(now)) {
            LOG.warn("certificate={} expired on {}: callers refuse it. Put another in its place and reload", file, until);
        } else if (from.isAfter(now)) {
            LOG.warn("certificate={} is not valid before {}: callers refuse it", file, from);
        } else if (until.isBefore(now.plus(SOON))) {
            LOG.warn("certificate={} expires on {}: put another in its place and reload", file, until);
        }
    }

    private static PrivateKey key(Path file, PublicKey its) throws IOException {
        var pem = KEY.matcher(Files.readString(file));
        if (!pem.find()) {
            throw new IOException(file + " has no key in PEM (PKCS #8, not encrypted): 'openssl pkcs8 -topk8 -nodes' makes one");
        }
        try {
            return KeyFactory.getInstance(its.getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1))));
        } catch (GeneralSecurityException | IllegalArgumentException malformed) {
            throw new IOException(
                    file + " is no " + its.getAlgorithm() + " key, as its certificate needs: " + malformed.getMessage(), malformed);
        }
    }

    /** Whether what the one signs the other confirms. */
    private static boolean belongTogether(PrivateKey secret, PublicKey its) throws GeneralSecurityException {
        var signature = Signature.getInstance(switch (its.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> its.getAlgorithm();
        });
        signature.initSign(secret);
        signature.update((byte) 1);
        var signed = signature.sign();
        signature.initVerify(its);
        signature.update((byte) 1);
        return signature.verify(signed);
    }

    private static List<String> names(X509Certificate certificate) throws CertificateException {
        Collection<List<?>> all = certificate.getSubjectAlternativeNames();
        return all == null ? List.of() : all.stream()
                .filter(name -> name.getFirst().equals(DNS_NAME))
                .map(name -> name.getLast().toString().toLowerCase(Locale.ROOT))
                .toList();
    }

    /** Whether the certificate is made out to that name; a star stands for its first label (RFC 9525 §6.3). */
    boolean isNamed(String host) {
        var name = host.toLowerCase(Locale.ROOT);
        var rest = name.indexOf('.');
        return !name.startsWith(ANY_LABEL) && (names.contains(name) || rest > 0 && names.contains(ANY_LABEL + name.substring(rest + 1)));
    }

    /** Its end of a new connection. */
    ChannelHandler handler() {
        return new TlsNeeded(context);
    }
}
