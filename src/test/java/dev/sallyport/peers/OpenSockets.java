package dev.sallyport.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Lists a process's open sockets. */
public final class OpenSockets {

    static {
        // The JDK keeps one socket for itself from the first that it closes.
        try (var first = new ServerSocket(0)) {
            first.setReuseAddress(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private OpenSockets() {}

    /** Not its files and epoll instances, which the JDK opens at its own times: for classes, for virtual threads. */
    public static List<String> of(ProcessHandle process) {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
            return descriptors.map(OpenSockets::target)
                    .filter(target -> target.startsWith("socket:"))
                    .toList();
        } catch (IOException noProc) {
            return Requirements.missing("open descriptors in /proc: " + noProc);
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }
}
