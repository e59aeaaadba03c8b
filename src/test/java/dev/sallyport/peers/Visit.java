package dev.sallyport.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;

/**
 * One client's visit to one server: where it connects, how its data connections are arranged, and the files on both
 * sides. In its directory on the server a client finds what {@link Operation} names; locally it finds what it is to
 * upload below {@link #out}, and puts what it downloads below {@link #in}.
 *
 * @param control where the client connects
 * @param local the client's directory
 * @param remote the visit's directory on the server, as this test sees it
 * @param limit how long the client may run
 */
record Visit(ControlEndpoint control, TransferMode mode, Path local, Path remote, Duration limit) {

    /** A new visit to a server that serves the files below {@code root}; both its directories are made and filled. */
    static Visit prepare(ControlEndpoint control, TransferMode mode, String name, Path root, Path localBase, Duration limit)
            throws IOException {
        var visit = new Visit(control, mode, localBase.resolve(name), root.resolve(name), limit);
        Files.createDirectories(visit.in("."));
        Files.createDirectories(visit.out("."));
        Files.createDirectory(visit.remote);
        // The server's own user writes here.
        Files.setPosixFilePermissions(visit.remote, PosixFilePermissions.fromString("rwxrwxrwx"));
        for (Operation operation : Operation.values()) {
            operation.prepare(visit);
        }
        return visit;
    }

    /** The visit's directory as the client names it after login. */
    String remoteName() {
        return remote.getFileName().toString();
    }

    Path in(String name) {
        return local.resolve("in").resolve(name);
    }

    Path out(String name) {
        return local.resolve("out").resolve(name);
    }

    Path onServer(String name) {
        return remote.resolve(name);
    }

    void putLocal(String name, byte[] content) throws IOException {
        Files.write(out(name), content);
    }

    void putRemote(String name, byte[] content) throws IOException {
        Files.write(onServer(name), content);
        Files.setPosixFilePermissions(onServer(name), PosixFilePermissions.fromString("rw-rw-rw-"));
    }

    /** The first bytes of a file, as an interrupted transfer would have left them. */
    static byte[] begun(byte[] content) {
        return Arrays.copyOf(content, SampleFiles.RESUME_AT);
    }
}
