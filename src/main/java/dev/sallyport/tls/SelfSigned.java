package dev.sallyport.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A certificate that nobody but itself speaks for, with a key of the curve P-256: for trying things out.
 *
 * @param certificate PEM
 * @param key PEM, PKCS #8, not encrypted
 */
public record SelfSigned(String certificate, String key) {

    /** A clock that is late shall not refuse it. */
    private static final Duration EARLIER = Duration.ofDays(1);

    // ---- Object identifiers: RFC 5480 §2.1.1, X.520, RFC 5280 §4.2.1.6 ----

    private static final String ECDSA_WITH_SHA256 = "06082a8648ce3d040302";
    private static final String COMMON_NAME = "0603550403";
    private static final String SUBJECT_ALTERNATIVE_NAME = "0603551d11";

    // ---- Of a general name, RFC 5280 §4.2.1.6 ----

    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    /**
     * @param name whom it is made out to, of ASCII
     * @param address the same; null for none
     * @param validity from now on
     */
    public static SelfSigned make(String name, @Nullable InetAddress address, Duration validity) {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            var pair = generator.generateKeyPair();
            var body = body(name, address, validity, pair.getPublic().getEncoded());
            var signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(pair.getPrivate());
            signature.update(body);
            var certificate = Der.sequence(body, algorithm(), Der.bits(signature.sign()));
            return new SelfSigned(pem("CERTIFICATE", certificate), pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has P-256", impossible);
        }
    }

    /** TBSCertificate, RFC 5280 §4.1. */
    private static byte[] body(String name, @Nullable InetAddress address, Duration validity, byte[] publicKey) {
        var now = Instant.now();
        var whom = Der.sequence(Der.set(Der.sequence(Der.identifier(COMMON_NAME), Der.text(name))));
        var names = Der.sequence(
                Der.numbered(DNS_NAME, name.getBytes(StandardCharsets.US_ASCII)),
                address == null ? new byte[0] : Der.numbered(IP_ADDRESS, address.getAddress()));
        var extensions = Der.sequence(Der.sequence(Der.identifier(SUBJECT_ALTERNATIVE_NAME), Der.octets(names)));
        return Der.sequence(
                Der.numberedPart(0, Der.integer(BigInteger.TWO)),
                Der.integer(new BigInteger(127, new SecureRandom()).add(BigInteger.ONE)),
                algorithm(),
                whom,
                Der.sequence(Der.time(now.minus(EARLIER)), Der.time(now.plus(validity))),
                whom,
                publicKey,
                Der.numberedPart(3, extensions));
    }

    private static byte[] algorithm() {
        return Der.sequence(Der.identifier(ECDSA_WITH_SHA256));
    }

    private static String pem(String what, byte[] content) {
        return "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
                + "\n-----END " + what + "-----\n";
    }

    /** Into new files, the key's for their owner alone. */
    public void write(Path certificateFile, Path keyFile) throws IOException {
        Files.writeString(certificateFile, certificate);
        Files.createFile(keyFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(keyFile, key);
    }
}
