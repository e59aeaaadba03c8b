package dev.sallyport.peers;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What a system test needs of its host. A missing piece skips the test and says why; where the environment has
 * {@code CI=true} it fails the test, because there a skip would hide that nothing was tested.
 */
public final class Requirements {
    private static final String BRING_THEM = "; deploy/peers brings it";

    private Requirements() {}

    /** An installed program, found on PATH or in the system's directories that only root has on PATH. */
    public static Path program(String name) {
        return Stream.concat(
                        Stream.of(Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator)),
                        Stream.of("/usr/sbin", "/sbin"))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseGet(() -> missing("the program " + name + BRING_THEM));
    }

    /**
     * A file of the Debian packages that deploy/peers unpacks rather than installs.
     *
     * @param pattern a glob below the cache directory, for paths that name the machine's architecture
     */
    static Path unpacked(String pattern) {
        Path cache = cache();
        var matcher = FileSystems.getDefault().getPathMatcher("glob:" + cache + "/" + pattern);
        if (Files.isDirectory(cache)) {
            try (Stream<Path> files = Files.find(cache, 8, (path, attributes) -> matcher.matches(path))) {
                var found = files.findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
            } catch (IOException unreadable) {
                return missing(cache + " is unreadable: " + unreadable);
            }
        }
        return missing(pattern + " in " + cache + BRING_THEM);
    }

    /** A program that is installed here, or that deploy/peers has unpacked, because installing it would start a daemon. */
    public static Path installedOrUnpacked(String name) {
        var installed = Path.of("/usr/bin", name);
        return Files.isExecutable(installed) ? installed : unpacked("usr/bin/" + name);
    }

    /** Where deploy/peers unpacks: the same rule as in that script. */
    private static Path cache() {
        String named = System.getenv("SALLYPORT_PEERS");
        if (named != null) {
            return Path.of(named);
        }
        String caches = System.getenv("XDG_CACHE_HOME");
        Path base = caches == null ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(caches);
        return base.resolve("sallyport").resolve("peers");
    }

    /** The system's own Python, which sees Debian's modules; the first python3 on PATH may be another one. */
    static Path debianPython() {
        Path python = Path.of("/usr/bin/python3");
        return Files.isExecutable(python) ? python : missing(python + BRING_THEM);
    }

    /** Root, for what drops privileges or makes namespaces. */
    public static void root(String reason) {
        if (!"root".equals(System.getProperty("user.name"))) {
            missing("root: " + reason);
        }
    }

    /** Ends the test: skipped with the reason, or failed in CI. */
    public static <T> T missing(String what) {
        String reason = "This host lacks " + what;
        return "true".equals(System.getenv("CI")) ? fail(reason) : abort(reason);
    }
}
