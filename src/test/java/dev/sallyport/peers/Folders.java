package dev.sallyport.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Folders that servers use, which run as users of their own. */
final class Folders {

    private Folders() {}

    /** Makes one that everybody may enter and read. */
    static Path reachable(Path folder) throws IOException {
        return Files.setPosixFilePermissions(Files.createDirectory(folder), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Makes {@code root} and {@code work} for a server in a folder that is a test's own. @return {@code root/files}, which all may write */
    static Path served(Path base) throws IOException {
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
        reachable(base.resolve("work"));
        var files = Files.createDirectory(reachable(base.resolve("root")).resolve("files"));
        return Files.setPosixFilePermissions(files, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
}
