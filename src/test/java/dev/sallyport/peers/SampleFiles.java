package dev.sallyport.peers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/** The contents of the files that clients move: the same in every run, and different in every file. */
final class SampleFiles {
    /** Not a multiple of any buffer, and one byte more than a window without scaling can hold. */
    static final int ODD_BYTES = 65_537;

    /** How much of an odd file is already there when a transfer resumes. */
    static final int RESUME_AT = 20_000;

    /** More than the socket buffers of a client, a server and a gateway between them can swallow. */
    static final long ABORTED_BYTES = 64L << 20;

    static final long GIANT_BYTES = 1L << 30;

    private SampleFiles() {}

    static byte[] bytes(String name, int size) {
        var bytes = new byte[size];
        new Random(name.hashCode()).nextBytes(bytes);
        return bytes;
    }

    /** Writes 1 GiB in which no two blocks are the same, so that a lost, doubled or displaced block shows in its hash. */
    static void writeGiant(Path file) throws IOException {
        ByteBuffer block = ByteBuffer.wrap(bytes("giant", 1 << 16));
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long written = 0; written < GIANT_BYTES; written += block.capacity()) {
                block.putLong(0, written);
                out.write(block.array());
            }
        }
    }

    static void writeSparse(Path file, long size) throws IOException {
        try (var random = new RandomAccessFile(file.toFile(), "rw")) {
            random.setLength(size);
        }
    }

    static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            var digest = MessageDigest.getInstance("SHA-256");
            var buffer = new byte[1 << 18];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
