package dev.sallyport.lab.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A host of a network that was made for a while: a network namespace, or none for this host itself. */
public record Place(Optional<String> namespace) {
    public static final Place HERE = new Place(Optional.empty());

    public static Place in(String namespace) {
        return new Place(Optional.of(namespace));
    }

    /** The command that runs this one there, as the same process. */
    public List<String> command(List<String> command) {
        List<String> there = new ArrayList<>();
        namespace.ifPresent(name -> there.addAll(List.of("nsenter", "--net=/run/netns/" + name, "--")));
        there.addAll(command);
        return there;
    }

    /** Runs a program to its end, which must be a good one, with this on its standard input, and returns what it printed. */
    public String run(String input, String... command) throws LabFailure {
        try {
            Process process = new ProcessBuilder(command(List.of(command))).redirectErrorStream(true).start();
            try (var to = process.getOutputStream()) {
                to.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.waitFor();
            if (exit != 0) {
                throw new LabFailure(String.join(" ", command) + " ended with " + exit + ": " + printed.strip());
            }
            return printed;
        } catch (IOException e) {
            throw new LabFailure("cannot run " + String.join(" ", command) + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabFailure("interrupted", e);
        }
    }
}
