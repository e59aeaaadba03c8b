package dev.sallyport.lab.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The folder into which {@code deploy/peers} unpacks programs of Debian. */
public record Peers(Path folder) {

    /** @param launcher beside which the script is */
    public static Peers beside(Path launcher) throws LabFailure {
        return new Peers(Path.of(
                Place.HERE.run("", launcher.resolveSibling("peers").toString(), "--path").strip()));
    }

    public Optional<Path> find(String name) {
        return Optional.of(folder.resolve(name)).filter(Files::exists);
    }

    /** Why a program cannot be started here; empty when it can. */
    public static Optional<String> missingLibrary(Path program) {
        try {
            Process process = new ProcessBuilder(List.of("ldd", program.toString())).redirectErrorStream(true).start();
            String libraries = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return libraries.lines().filter(line -> line.contains("not found")).map(String::strip).findFirst();
        } catch (IOException e) {
            return Optional.of(e.toString());
        }
    }
}
