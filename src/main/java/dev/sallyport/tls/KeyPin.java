package dev.sallyport.tls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A public key by its hash, as in RFC 7469 §2.4: Base64 of the SHA-256 of the certificate's SubjectPublicKeyInfo. It stays the same
 * when a certificate is renewed with its key.
 *
 * @param hash 44 characters
 */
public record KeyPin(String hash) {

    private static final String PREFIX = "sha256/";

    private static final Pattern PIN = Pattern.compile("(?:sha256//?)?([A-Za-z0-9+/]{43}=)");

    /** {@code sha256/} and the hash, as OkHttp has it, with two slashes, as curl has it, or the hash alone; null for none of these. */
    public static @Nullable KeyPin parse(String text) {
        var pin = PIN.matcher(text);
        return pin.matches() ? new KeyPin(pin.group(1)) : null;
    }

    /** That of a certificate. */
    public static KeyPin of(X509Certificate certificate) {
        try {
            var sha = MessageDigest.getInstance("SHA-256").digest(certificate.getPublicKey().getEncoded());
            return new KeyPin(Base64.getEncoder().encodeToString(sha));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    @Override
    public String toString() {
        return PREFIX + hash;
    }
}
