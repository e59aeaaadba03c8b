package dev.sallyport.net;

import dev.sallyport.peers.Requirements;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Runs short commands outside of any host. */
final class Commands {
    private Commands() {}

    /** What it printed; a failure throws. */
    static String run(String input, String... command) throws IOException, InterruptedException {
        var full = new ArrayList<>(List.of(command));
        full.set(0, Requirements.program(command[0]).toString());
        var process = new ProcessBuilder(full).redirectErrorStream(true).start();
        try (var stream = process.getOutputStream()) {
            stream.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + printed + input);
        }
        return printed;
    }
}
