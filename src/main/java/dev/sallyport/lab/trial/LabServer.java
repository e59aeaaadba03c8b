package dev.sallyport.lab.trial;

import dev.sallyport.lab.host.Child;
import dev.sallyport.lab.host.Children;
import dev.sallyport.lab.host.LabFailure;
import dev.sallyport.lab.host.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/** A server at work on port 21 of its host, over both families. */
final class LabServer {
    /** What clients find there. */
    static final String SAMPLE = "What comes through the wall comes through this file.\n".repeat(40);

    private static final Duration START = Duration.ofSeconds(15);

    private final Path root;

    private LabServer(Path root) {
        this.root = root;
    }

    /** Starts it; returns when it listens. @param folder for its files, which is made */
    static LabServer start(Children children, TrialNetwork network, LabSettings.InstalledServer server, Path folder)
            throws LabFailure {
        ServerProgram kind = server.kind();
        Place place = network.server;
        try {
            Files.createDirectory(folder);
            Path root = Files.createDirectory(folder.resolve("files"));
            Path uploads = Files.createDirectory(root.resolve(ClientProgram.UPLOADS));
            Path work = Files.createDirectory(folder.resolve("work"));
            // The server's own user comes here, through the run's folder, which is its owner's alone at first.
            for (Path open : java.util.List.of(folder.getParent(), folder, root, work)) {
                Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            Files.setPosixFilePermissions(uploads, PosixFilePermissions.fromString("rwxrwxrwx"));
            Files.writeString(root.resolve(ClientProgram.SAMPLE), SAMPLE);
            Files.setPosixFilePermissions(root.resolve(ClientProgram.SAMPLE), PosixFilePermissions.fromString("rw-r--r--"));
            String users = kind.users(root);
            if (!users.isEmpty()) {
                // ProFTPD refuses a password file that others may read.
                Files.setPosixFilePermissions(
                        Files.writeString(work.resolve("users"), users), PosixFilePermissions.fromString("rw-------"));
            }
            Path configuration = Files.writeString(folder.resolve("server.conf"), kind.configuration(root, work, network.families));
            Child child = children.start(folder.getFileName() + "-server", place.command(kind.command(server.program(), configuration)));
            awaitListening(child, place);
            return new LabServer(root);
        } catch (IOException e) {
            throw new LabFailure("cannot make the server's files: " + e, e);
        }
    }

    /** Whether this has come to it whole. */
    boolean has(String upload, String content) {
        try {
            return Files.readString(root.resolve(ClientProgram.UPLOADS).resolve(upload), StandardCharsets.UTF_8).equals(content);
        } catch (IOException absent) {
            return false;
        }
    }

    private static void awaitListening(Child child, Place place) throws LabFailure {
        long deadline = System.nanoTime() + START.toNanos();
        while (place.run("", "ss", "-Hltn", "sport = :21").isBlank()) {
            child.requireAlive();
            if (System.nanoTime() - deadline > 0) {
                throw new LabFailure(child.name + " does not listen on port 21" + child.logTail());
            }
            Child.pause(Duration.ofMillis(20));
        }
    }
}
