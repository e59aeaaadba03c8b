package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The files of a session with many transfers: each has another content; one is empty, and one does not fit into any buffer. */
final class FtpsFiles {

    private static final int LARGE = 7;
    private static final int LARGE_BYTES = 300_001;
    private static final int STEP_BYTES = 777;

    private final Path folder;
    /** By name. */
    private final Map<String, String> hashes = new TreeMap<>();

    /** @param folder to be filled, on the file system of all that are to have the files */
    FtpsFiles(Path folder, int count) throws IOException {
        this.folder = Files.createDirectory(folder);
        for (var i = 0; i < count; i++) {
            for (var direction : List.of("down", "up")) {
                var name = name(direction, i);
                var size = i == LARGE ? LARGE_BYTES : i * STEP_BYTES;
                var file = Files.write(folder.resolve(name), SampleFiles.bytes(name, size));
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
                hashes.put(name, SampleFiles.sha256(file));
            }
        }
    }

    private static String name(String direction, int i) {
        return "%s-%02d.bin".formatted(direction, i);
    }

    /** The names of so many in this direction, {@code down} or {@code up}. @param first 0 for the empty one */
    List<String> names(String direction, int first, int count) {
        var names = new ArrayList<String>();
        for (var i = first; i < first + count; i++) {
            names.add(name(direction, i));
        }
        return names;
    }

    /** Puts files into another folder, without a copy. */
    void link(List<String> names, Path target) throws IOException {
        for (var name : names) {
            Files.createLink(target.resolve(name), folder.resolve(name));
        }
    }

    void assertSame(List<String> names, Path received, String story) throws IOException {
        for (var name : names) {
            assertThat(received.resolve(name)).as(story).exists();
            assertThat(SampleFiles.sha256(received.resolve(name))).as("SHA-256 of %s: %s", name, story).isEqualTo(hashes.get(name));
        }
    }
}
