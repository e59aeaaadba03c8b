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
}
