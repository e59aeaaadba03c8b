package dev.sallyport.cli.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** This host as the checks see it: files to read and programs to run. Nothing here changes it. */
final class Host {

    /** A program that takes longer is as good as missing. */
    private static final long PATIENCE_SECONDS = 20;

    /** What a program said. @param exit its exit code; {@value #ABSENT} when there is no such program */
    record Ran(int exit, String out, String err) {

        static final int ABSENT = -1;

        boolean absent() {
            return exit == ABSENT;
        }

        boolean good() {
            return exit == 0;
        }

        /** Whether it failed for want of a capability. */
        boolean notPermitted() {
            return !good() && err.contains("Operation not permitted");
        }

        /** The first line of what it complained about. */
        String complaint() {
            return err.lines().findFirst().orElse("exit code " + exit);
        }
    }

    /** Its text, without white space around it; null when it cannot be read. */
    @Nullable String read(Path file) {
        try (var stream = Files.newInputStream(file)) {
            // A sysctl gives its value to the first read alone, however little that asks for; and its size is 0.
            var bytes = new byte[1 << 16];
            var length = 0;
            for (var read = 0; read >= 0 && length < bytes.length; read = stream.read(bytes, length, bytes.length - length)) {
                length += read;
            }
            return new String(bytes, 0, length, UTF_8).strip();
        } catch (IOException absent) {
            return null;
        }
    }

    /** The value of a sysctl such as {@code net.ipv4.ip_forward}; null when the kernel has none of that name. */
    @Nullable String sysctl(String name) {
        return read(Path.of("/proc/sys", name.replace('.', '/').split("/")));
    }

    /** The names in a folder; empty when it cannot be read. */
    List<String> list(Path folder) {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException absent) {
            return List.of();
        }
    }

    /** Runs a program, found as the gateway finds it. @param input its standard input */
    Ran run(String input, String program, String... arguments) {
        var command = Stream.concat(Stream.of(program), Stream.of(arguments)).toList();
        var builder = new ProcessBuilder(command);
        // Where Debian keeps nft and ip, for users whose PATH leads not there.
        builder.environment().merge("PATH", "/usr/sbin:/sbin", (path, more) -> path + ":" + more);
        builder.environment().put("LC_ALL", "C");
        try {
            var process = builder.start();
            var err = new StringBuilder();
            var reader = Thread.ofVirtual().start(() -> err.append(text(process.getErrorStream())));
            try (var to = process.getOutputStream()) {
                to.write(input.getBytes(UTF_8));
            } catch (IOException unread) {
                // It ended before it read; its exit code and its words say why.
            }
            var out = text(process.getInputStream());
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Ran(1, out, program + " does not end");
            }
            reader.join();
            return new Ran(process.exitValue(), out, err.toString());
        } catch (IOException absent) {
            return new Ran(Ran.ABSENT, "", Objects.requireNonNullElse(absent.getMessage(), program));
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
            return new Ran(1, "", "interrupted");
        }
    }

    private static String text(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), UTF_8);
        } catch (IOException closed) {
            return "";
        }
    }
}
