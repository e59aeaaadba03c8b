package dev.sallyport.tls;

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
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A certificate with its private key: whom the gateway proves to be.
 *
 * @param file where the certificate was read
 * @param key not encrypted, the key of the chain's first
 * @param chain the certificate, and behind it what leads to its issuer; at least one
 * @param names that it is made out to, lower case; a star stands for a first label
 */
public record CertifiedKey(Path file, PrivateKey key, List<X509Certificate> chain, List<String> names) {

    /** How long before its end a certificate is complained of. */
    private static final Duration SOON = Duration.ofDays(30);

    /** RFC 7468 §10. */
    private static final Pattern KEY = Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    /** Of a subjectAltName, RFC 5280 §4.2.1.6. */
    private static final int DNS_NAME = 2;
    private static final String ANY_LABEL = "*.";

    public CertifiedKey {
        chain = List.copyOf(chain);
        names = List.copyOf(names);
    }

    /**
     * PEM files. A certificate that is not valid today is taken: see {@link #complaint}.
     *
     * @param certificate with what leads to its issuer behind it
     * @param key of it, PKCS #8, not encrypted
     * @throws IOException when they cannot be read, or are no certificate and its key; a sentence without its full stop
     */
    public static CertifiedKey read(Path certificate, Path key) throws IOException {
        var chain = certificates(certificate);
        var first = chain.getFirst();
        var secret = key(key, first.getPublicKey());
        try {
            if (!belongTogether(secret, first.getPublicKey())) {
                throw new IOException(key + " is not the key of " + certificate + ", but of another certificate");
            }
            return new CertifiedKey(certificate, secret, chain, names(first));
        } catch (GeneralSecurityException unusable) {
            throw new IOException(certificate + " cannot be used: " + unusable.getMessage(), unusable);
        }
    }

    /**
     * Every certificate of a PEM file, one at least.
     *
     * @throws IOException when it cannot be read, or has none; a sentence without its full stop
     */
    static List<X509Certificate> certificates(Path file) throws IOException {
        requireReadable(file);
        try (var pem = Files.newInputStream(file)) {
            var all = CertificateFactory.getInstance("X.509").generateCertificates(pem);
            if (!all.isEmpty()) {
                return all.stream().map(X509Certificate.class::cast).toList();
            }
        } catch (CertificateException malformed) {
            throw new IOException(file + " is no certificate in PEM: " + malformed.getMessage(), malformed);
        }
        throw new IOException(file + " is no certificate in PEM: it is empty");
    }

    private static void requireReadable(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException(file + " is not there, or may not be read by the user of this process");
        }
    }

    private static PrivateKey key(Path file, PublicKey its) throws IOException {
        requireReadable(file);
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
    public boolean isNamed(String host) {
        var name = host.toLowerCase(Locale.ROOT);
        var rest = name.indexOf('.');
        return !name.startsWith(ANY_LABEL) && (names.contains(name) || rest > 0 && names.contains(ANY_LABEL + name.substring(rest + 1)));
    }

    /** When the certificate expires. */
    public Instant expires() {
        return chain.getFirst().getNotAfter().toInstant();
    }

    /**
     * What is wrong with the certificate's dates, or will be within thirty days: a predicate of it and what to do; empty for
     * nothing.
     */
    public Optional<String> complaint(Instant now) {
        var from = chain.getFirst().getNotBefore().toInstant();
        var until = expires();
        if (until.isBefore(now)) {
            return Optional.of("expired on " + until + ": callers refuse it. Put another in its place and reload");
        }
        if (from.isAfter(now)) {
            return Optional.of("is not valid before " + from + ": callers refuse it");
        }
        return until.isBefore(now.plus(SOON))
                ? Optional.of("expires on " + until + ": put another in its place and reload")
                : Optional.empty();
    }
}
