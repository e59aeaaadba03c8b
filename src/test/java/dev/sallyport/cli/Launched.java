package dev.sallyport.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command that a system test ran to its end. @param out standard output @param err standard error */
record Launched(int exit, String out, String err) {

    /** Runs it; past a minute it is ended, and the test has failed. */
    static Launched run(Path folder, List<String> command) throws IOException, InterruptedException {
        var err = Files.createTempFile(folder, "err", "");
        var process = new ProcessBuilder(command).directory(folder.toFile()).redirectError(err.toFile()).start();
        try {
            process.getOutputStream().close();
            var out = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s ends", command).isTrue();
            return new Launched(process.exitValue(), out, Files.readString(err));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
