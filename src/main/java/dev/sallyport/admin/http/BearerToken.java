package dev.sallyport.admin.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.attribute.PosixFilePermission.GROUP_READ;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The secret that a call which changes something has to bring (RFC 6750 §2.1). */
public final class BearerToken {

    /** 128 bits, as {@code openssl rand -hex 16} writes them. */
    private static final int LEAST_CHARACTERS = 32;
    private static final int MOST_BYTES = 4096;

    /** In capitals or not (RFC 9110 §11.1). */
    private static final String SCHEME = "Bearer ";

    /** Of a service's environment, systemd.exec(5). */
    private static final String CREDENTIALS = "CREDENTIALS_DIRECTORY";

    private static final Set<PosixFilePermission> FOR_OTHERS = Set.of(
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE,
            GROUP_READ, PosixFilePermission.GROUP_WRITE);

    private final byte[] secret;

    private BearerToken(byte[] secret) {
        this.secret = secret;
    }

    /**
     * The first line of a file.
     *
     * @throws IOException when it cannot be read, is too short to be a secret, or is open to others; a sentence that says how to
     *     mend it
     */
    public static BearerToken read(Path file) throws IOException {
        var credentials = System.getenv(CREDENTIALS);
        return read(file, credentials == null || credentials.isEmpty() ? null : Path.of(credentials));
    }

    /** @param credentials where systemd puts what it has read for this service alone; null: nowhere */
    static BearerToken read(Path file, @Nullable Path credentials) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + " is no file: make one with 'openssl rand -hex 32 > " + file + "'");
        }
        var handedOver = isBelow(file, credentials);
        if (Files.getPosixFilePermissions(file).stream()
                .anyMatch(permission -> FOR_OTHERS.contains(permission) && !(handedOver && permission == GROUP_READ))) {
            throw new IOException(file + " can be read or written by others: 'chmod 600 " + file + "'");
        }
        if (!Files.isReadable(file)) {
            throw new IOException(file + " may not be read by the user of this process");
        }
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException(file + " is longer than " + MOST_BYTES + " bytes, which is no token");
        }
        var line = Files.readString(file).lines().findFirst().orElse("").strip();
        if (line.length() < LEAST_CHARACTERS || !line.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IOException("the first line of " + file + " must have " + LEAST_CHARACTERS
                    + " printable ASCII characters or more and no space: 'openssl rand -hex 32 > " + file + "'");
        }
        return new BearerToken(line.getBytes(UTF_8));
    }

    /** There a group's bits are the mask of an access control list, which names the service's own user and nobody else. */
    private static boolean isBelow(Path file, @Nullable Path folder) throws IOException {
        return folder != null && Files.isDirectory(folder) && file.toRealPath().startsWith(folder.toRealPath());
    }

    /** Whether an {@code Authorization} header brings it; it takes as long to find out whatever the header says. */
    boolean isIn(@Nullable String authorization) {
        return authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(secret, authorization.substring(SCHEME.length()).strip().getBytes(UTF_8));
    }
}
