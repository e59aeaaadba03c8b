package dev.sallyport.cli;

import dev.sallyport.config.ControlPlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The folder for control sockets whose place nobody chose, so that {@code run} and those who ask it agree: what systemd made
 * for the service, {@code /run/sallyport} where this user may write there, the user's own runtime folder, or a private one
 * among the temporary files. Each socket is named for its configuration file, so that several gateways have room.
 */
final class ControlFolder {

    private static final Path SYSTEM = Path.of("/run/sallyport");
    private static final String SUFFIX = ".control";

    private static final Set<PosixFilePermission> OWN = PosixFilePermissions.fromString("rwx------");

    private final Path folder;

    ControlFolder(Map<String, String> environment, String user) {
        var service = environment.get("RUNTIME_DIRECTORY");
        var login = environment.get("XDG_RUNTIME_DIR");
        if (service != null && !service.isEmpty()) {
            // One path for each folder of the unit, with colons in between (systemd.exec(5)).
            folder = Path.of(service.split(":", 2)[0]);
        } else if (user.equals("root") || Files.isWritable(SYSTEM)) {
            folder = SYSTEM;
        } else if (login != null && !login.isEmpty()) {
            folder = Path.of(login, "sallyport");
        } else {
            folder = Path.of("/tmp", "sallyport-" + user);
        }
    }

    static ControlFolder ofThisProcess() {
        return new ControlFolder(System.getenv(), System.getProperty("user.name"));
    }

    Path path() {
        return folder;
    }

    /** Where the gateway of a configuration file has its socket; null when it has none. */
    @Nullable Path socket(ControlPlace place, Path file) {
        return switch (place) {
            case ControlPlace.None() -> null;
            case ControlPlace.At(var path) -> path;
            case ControlPlace.Auto() ->
                folder.resolve(file.toAbsolutePath().normalize().getFileName().toString().replaceFirst("\\.ya?ml$", "") + SUFFIX);
        };
    }

    /** The sockets in it, of gateways that run or that were killed. */
    List<Path> sockets() {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    /**
     * Makes the folder of a socket when it is not there, for this user alone. A folder among the temporary files that
     * somebody else may have put there first is refused.
     */
    void prepare(Path socket) throws IOException {
        var parent = Objects.requireNonNull(socket.getParent());
        if (!Files.exists(parent, LinkOption.NOFOLLOW_LINKS)) {
            try {
                Files.createDirectory(parent, PosixFilePermissions.asFileAttribute(OWN));
            } catch (IOException failed) {
                throw new IOException("cannot make the folder " + parent + " for the control socket", failed);
            }
        } else if (parent.equals(folder) && parent.startsWith("/tmp")) {
            var attributes = Files.readAttributes(parent, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!attributes.isDirectory() || !OWN.equals(attributes.permissions())
                    || !attributes.owner().getName().equals(System.getProperty("user.name"))) {
                throw new IOException(parent + " is not a folder of this user alone");
            }
        }
    }
}
