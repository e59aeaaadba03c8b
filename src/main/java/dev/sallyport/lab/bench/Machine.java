package dev.sallyport.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What the figures were measured on; without it they mean nothing. */
record Machine(String kernel, String architecture, int cores, String processor, String jdk, @Nullable String haproxy) {

    static Machine here(@Nullable String haproxy) {
        return new Machine(
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                field(Path.of("/proc/cpuinfo"), "model name", "unknown processor"),
                System.getProperty("java.vendor") + " " + System.getProperty("java.runtime.version"),
                haproxy);
    }

    /** For people. */
    String text(int haproxyThreads) {
        return """
                %s %s, %d cores, %s
                JDK %s; HAProxy %s, TCP mode, nbthread %d, no splicing""".formatted(
                kernel, architecture, cores, processor, jdk, haproxy, haproxyThreads);
    }

    /** Descriptors that a process started from here may hold. */
    static long descriptorLimit() {
        String line = field(Path.of("/proc/self/limits"), "Max open files", "");
        String[] words = line.strip().split("\\s+");
        try {
            return words.length > 1 ? Long.parseLong(words[1]) : Long.MAX_VALUE;
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    private static String field(Path file, String name, String otherwise) {
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith(name)) {
                    String value = line.substring(name.length()).strip();
                    return value.startsWith(":") ? value.substring(1).strip() : value;
                }
            }
        } catch (IOException e) {
            // Then it stays unknown.
        }
        return otherwise;
    }
}
