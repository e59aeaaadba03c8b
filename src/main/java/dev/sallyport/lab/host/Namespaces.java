package dev.sallyport.lab.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Network namespaces whose names begin with what they are for and the process that made them: {@code sallyport-bench-4711-client}. */
public final class Namespaces {
    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final int MOST_ROUNDS = 100;

    private Namespaces() {}

    /** How the names of those begin that this process makes. @param prefix what they are for */
    public static String base(String prefix) {
        return prefix + ProcessHandle.current().pid() + "-";
    }

    /** Removes those of processes that were killed. */
    public static void discardAbandoned(String prefix) throws LabFailure {
        discard(name -> abandoned(prefix, name));
    }

    /** Removes those whose names begin so. There is nobody to tell of a failure but the one at the terminal. */
    public static void discard(String base) {
        try {
            discard(name -> name.startsWith(base));
        } catch (LabFailure e) {
            System.err.println("cannot remove network namespaces " + base + "*: " + e.getMessage());
        }
    }

    /** Ends what still runs in them: nothing, unless who made them was killed. */
    private static void discard(Predicate<String> which) throws LabFailure {
        if (!Files.isDirectory(NAMESPACES)) {
            return;
        }
        List<String> names;
        try (Stream<Path> files = Files.list(NAMESPACES)) {
            names = files.map(file -> file.getFileName().toString()).filter(which).toList();
        } catch (IOException e) {
            throw new LabFailure("cannot list network namespaces: " + e, e);
        }
        for (String name : names) {
            try {
                endAndRemove(name);
            } catch (LabFailure e) {
                // Another may have begun to remove what was abandoned.
                if (Files.exists(NAMESPACES.resolve(name))) {
                    throw e;
                }
            }
        }
    }

    private static void endAndRemove(String name) throws LabFailure {
        // What was about to start another process may have done so.
        List<String> pids = pids(name);
        for (int i = 0; i < MOST_ROUNDS && !pids.isEmpty(); i++) {
            pids.forEach(pid -> ProcessHandle.of(Long.parseLong(pid.strip())).ifPresent(ProcessHandle::destroyForcibly));
            Child.pause(Duration.ofMillis(10));
            pids = pids(name);
        }
        Place.HERE.run("", "ip", "netns", "del", name);
    }

    private static List<String> pids(String name) throws LabFailure {
        return Place.HERE.run("", "ip", "netns", "pids", name).lines().toList();
    }

    private static boolean abandoned(String prefix, String namespace) {
        if (!namespace.startsWith(prefix)) {
            return false;
        }
        String pid = namespace.substring(prefix.length()).split("-", 2)[0];
        return pid.matches("\\d{1,18}") && ProcessHandle.of(Long.parseLong(pid)).isEmpty();
    }
}
