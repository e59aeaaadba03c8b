package dev.sallyport.netlink;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.sallyport.peers.Requirements;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A network namespace of a thread of its own: what that thread opens belongs there. The namespace goes with the thread and
 * the last socket; there is nothing to clean up.
 */
final class NetworkNamespace implements AutoCloseable {
    private static final int CLONE_NEWNET = 0x4000_0000;
    private static final MethodHandle UNSHARE = intCall("unshare", JAVA_INT);
    private static final MethodHandle GETTID = intCall("gettid");

    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().name("namespace").daemon().factory());
    private final String path;

    /** Its loopback interface is up. */
    NetworkNamespace() throws Exception {
        Requirements.root("network namespaces");
        Requirements.program("nft");
        path = "/proc/" + ProcessHandle.current().pid() + "/task/" + call(NetworkNamespace::enter) + "/ns/net";
        run("ip", "link", "set", "lo", "up");
    }

    <T> T call(Callable<T> task) throws Exception {
        Future<T> future = thread.submit(task);
        try {
            return future.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException thrown) {
            if (thrown.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw thrown;
        }
    }

    /** A program run in the namespace; fails where it fails. @return what it printed */
    String run(String... command) throws IOException, InterruptedException {
        return input("", command);
    }

    /** Gives nft a script. */
    void nft(String script) throws IOException, InterruptedException {
        input(script, "nft", "-f", "-");
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private String input(String input, String... command) throws IOException, InterruptedException {
        var line = new ArrayList<>(List.of("nsenter", "--net=" + path, Requirements.program(command[0]).toString()));
        line.addAll(List.of(command).subList(1, command.length));
        var process = new ProcessBuilder(line).redirectErrorStream(true).start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
        return output;
    }

    private static int enter() {
        try {
            if ((int) UNSHARE.invokeExact(CLONE_NEWNET) != 0) {
                throw new IOException("unshare(CLONE_NEWNET) was refused");
            }
            return (int) GETTID.invokeExact();
        } catch (Throwable refused) {
            throw new IllegalStateException(refused);
        }
    }

    private static MethodHandle intCall(String name, MemoryLayout... arguments) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(JAVA_INT, arguments));
    }
}
