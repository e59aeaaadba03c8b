package dev.sallyport.lab.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A host of the benchmark's network: a network namespace, or none for this host itself. */
record Place(Optional<String> namespace) {
    static final Place HERE = new Place(Optional.empty());

    static Place in(String namespace) {
        return new Place(Optional.of(namespace));
    }

    /** The command that runs this one there, as the same process. */
    List<String> command(List<String> command) {
        List<String> there = new ArrayList<>();
        namespace.ifPresent(name -> there.addAll(List.of("nsenter", "--net=/run/netns/" + name, "--")));
        there.addAll(command);
        return there;
    }

    /** Runs a program to its end, which must be a good one, with this on its standard input, and returns what it printed. */
    String run(String input, String... command) throws BenchFailure {
        try {
            Process process = new ProcessBuilder(command(List.of(command))).redirectErrorStream(true).start();
            try (var to = process.getOutputStream()) {
                to.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.waitFor();
            if (exit != 0) {
                throw new BenchFailure(String.join(" ", command) + " ended with " + exit + ": " + printed.strip());
            }
            return printed;
        } catch (IOException e) {
            throw new BenchFailure("cannot run " + String.join(" ", command) + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchFailure("interrupted", e);
        }
    }
}
