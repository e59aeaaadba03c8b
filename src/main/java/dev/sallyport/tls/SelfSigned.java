package dev.sallyport.tls;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A certificate that nobody but itself speaks for, with a key of the curve P-256: for trying things out. Made by the {@code keytool}
 * of the Java that runs this.
 *
 * @param certificate PEM
 * @param key PEM, PKCS #8, not encrypted
 */
public record SelfSigned(String certificate, String key) {

    private static final String ALIAS = "made";
    private static final long PATIENCE_SECONDS = 30;
    /** Where keytool finds the store's password: arguments are for everybody to read. */
    private static final String PASSWORD = "SALLYPORT_STORE_PASSWORD";

    /**
     * @param name whom it is made out to, a DNS name
     * @param address the same; null for none
     * @param validity from now on, in whole days
     * @param folder where the key may stand for a moment: nobody else's
     * @throws IOException when there is no keytool, or it fails; a sentence without its full stop
     */
    public static SelfSigned make(String name, @Nullable InetAddress address, Duration validity, Path folder) throws IOException {
        return make(name, address, validity, folder, Path.of(System.getProperty("java.home"), "bin", "keytool"));
    }

    static SelfSigned make(String name, @Nullable InetAddress address, Duration validity, Path folder, Path keytool) throws IOException {
        if (!Files.isExecutable(keytool)) {
            throw new IOException("there is no " + keytool + ", which makes the certificate: use a whole JRE, or a JDK;"
                    + " 'sallyport run' takes a certificate of your own");
        }
        var store = folder.resolve("made.p12");
        var password = Long.toUnsignedString(new SecureRandom().nextLong(), Character.MAX_RADIX) + "......";
        try {
            run(command(keytool, store, name, address, validity), password);
            return read(store, password.toCharArray());
        } finally {
            Files.deleteIfExists(store);
        }
    }

    private static List<String> command(Path keytool, Path store, String name, @Nullable InetAddress address, Duration validity) {
        var command = new ArrayList<>(List.of(keytool.toString()));
        // It lives for half a second, most of which is its start.
        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto").forEach(option -> command.add("-J" + option));
        command.addAll(List.of(
                "-genkeypair", "-alias", ALIAS, "-keyalg", "EC", "-groupname", "secp256r1", "-sigalg", "SHA256withECDSA",
                "-dname", "CN=" + name, "-ext", "SAN=dns:" + name + (address == null ? "" : ",ip:" + address.getHostAddress()),
                // A clock that is late shall not refuse it.
                "-startdate", "-1d", "-validity", Long.toString(validity.toDays() + 1),
                "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass:env", PASSWORD));
        return command;
    }

    private static void run(List<String> command, String password) throws IOException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put(PASSWORD, password);
        var keytool = builder.start();
        try {
            keytool.getOutputStream().close();
            var said = new String(keytool.getInputStream().readAllBytes(), UTF_8).strip();
            if (!keytool.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IOException("keytool made no certificate: " + said);
            }
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while keytool made a certificate", asked);
        } finally {
            keytool.destroyForcibly();
        }
    }

    private static SelfSigned read(Path store, char[] password) throws IOException {
        try {
            var made = KeyStore.getInstance(store.toFile(), password);
            return new SelfSigned(
                    pem("CERTIFICATE", made.getCertificate(ALIAS).getEncoded()),
                    pem("PRIVATE KEY", made.getKey(ALIAS, password).getEncoded()));
        } catch (GeneralSecurityException unreadable) {
            throw new IOException("what keytool made cannot be read: " + unreadable.getMessage(), unreadable);
        }
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
