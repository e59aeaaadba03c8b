package dev.sallyport.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The Python scripts kept among the test resources. */
final class Scripts {
    private Scripts() {}

    static Path unpack(String name, Path directory) {
        try (var script = Scripts.class.getResourceAsStream("/peers/" + name)) {
            Path file = directory.resolve(name);
            Files.write(file, Objects.requireNonNull(script, name).readAllBytes());
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
