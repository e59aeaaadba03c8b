package dev.sallyport.datapath.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs a program of the host that ends by itself. */
final class HostProgram {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private HostProgram() {}

    /**
     * What became of it.
     *
     * @param exit its exit code; 137 when it ran too long and was killed
     * @param printed standard output and standard error together
     */
    record Result(int exit, String printed) {
        boolean good() {
            return exit == 0;
        }
    }

    /**
     * Runs it to its end.
     *
     * @param input what it reads from its standard input
     * @throws IOException when it is not installed or may not be started
     */
    static Result run(List<String> command, String input) throws IOException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        // nft and ip are where only root's PATH leads.
        builder.environment().merge("PATH", "/usr/sbin:/sbin", (path, more) -> path + ":" + more);
        var process = builder.start();
        process.onExit().orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).whenComplete((ended, tooLong) -> {
            if (tooLong != null) {
                process.destroyForcibly();
            }
        });
        try (var standardInput = process.outputWriter(StandardCharsets.UTF_8)) {
            standardInput.write(input);
        } catch (IOException brokenPipe) {
            // It ended without reading; its exit code and its words say why.
        }
        try (var output = process.getInputStream()) {
            var printed = new String(output.readAllBytes(), StandardCharsets.UTF_8).strip();
            return new Result(process.waitFor(), printed);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + command.getFirst() + " ran", e);
        }
    }
}
