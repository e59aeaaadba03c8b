package dev.sallyport.net;

import dev.sallyport.peers.ChildProcess;
import dev.sallyport.peers.ChildProcess.Finished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One host of a {@link Network}. Java code and programs run in it: whatever opens a socket within {@link #call} has its
 * sockets there, the threads and processes that it starts included.
 */
public final class Host {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final String name;
    private final String namespace;
    private final Path work;
    private final AtomicInteger outputs = new AtomicInteger();

    Host(String name, String namespace, Path work) {
        this.name = name;
        this.namespace = namespace;
        this.work = work;
    }

    public String name() {
        return name;
    }

    /** Its name for {@code ip netns}. */
    public String namespace() {
        return namespace;
    }

    /** Runs code in this host, on a thread of its own, and waits for it. */
    public <T> T call(Callable<T> code) throws Exception {
        try {
            return start(code).get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case Exception exception -> throw exception;
                case Error error -> throw error;
                case null, default -> throw e;
            }
        }
    }

    /** Begins to run code in this host, on a thread of its own. */
    public <T> CompletableFuture<T> start(Callable<T> code) {
        var result = new CompletableFuture<T>();
        Thread.ofPlatform().daemon().name(name).start(() -> {
            try {
                NamespaceThread.enter(Path.of("/run/netns", namespace));
                result.complete(code.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    /** Runs a program to its end; one that takes longer than 20 s is ended. */
    public Finished run(String... command) throws Exception {
        return runWithInput("", command);
    }

    /** The same with something to read on its standard input. */
    public Finished runWithInput(String input, String... command) throws Exception {
        Path file = Files.writeString(file("input"), input);
        return start(List.of(command), file).await(LIMIT);
    }

    /** Runs a program that must end with 0, and returns what it printed. */
    public String require(String... command) throws Exception {
        return requireWithInput("", command);
    }

    /** The same with something to read on its standard input. */
    public String requireWithInput(String input, String... command) throws Exception {
        Finished finished = runWithInput(input, command);
        if (finished.exit() != 0) {
            throw new IllegalStateException(
                    String.join(" ", command) + " in " + name + " ended with " + finished.exit() + ": " + finished.printed());
        }
        return finished.printed();
    }

    /** Starts a program that goes on. */
    public ChildProcess start(List<String> command) throws Exception {
        return start(command, ChildProcess.noInput());
    }

    private ChildProcess start(List<String> command, Path input) throws Exception {
        Path output = file("output");
        return call(() -> ChildProcess.start(command, work, input, output));
    }

    /** A kernel parameter below {@code /proc/sys/net}, such as {@code ipv4/ip_forward}. */
    public void set(String parameter, Object value) throws Exception {
        call(() -> Files.writeString(Path.of("/proc/sys/net", parameter), value.toString()));
    }

    /**
     * Its TCP neither sends again nor asks for it, as long as nothing is lost: a busy machine delivers late and out of order, and
     * neither silence (RFC 8985 §7) nor order is taken for a loss. So the bytes that a kernel counts are known beforehand.
     */
    public void assumeNothingIsLost() throws Exception {
        set("ipv4/tcp_early_retrans", 0);
        set("ipv4/tcp_recovery", 0);
        set("ipv4/tcp_reordering", 300);
        set("ipv4/tcp_sack", 0);
    }

    /** Runs commands of {@code ip}, one each line. */
    public void configure(String commands) throws Exception {
        requireWithInput(commands, "ip", "-batch", "-");
    }

    /** Runs commands of {@code nft}. */
    public String nft(String commands) throws Exception {
        return requireWithInput(commands, "nft", "-f", "-");
    }

    /** A file with one of the tests' Python scripts. */
    Path script(String script) throws IOException {
        try (var resource = Host.class.getResourceAsStream("/net/" + script)) {
            return Files.write(file(script), java.util.Objects.requireNonNull(resource, script).readAllBytes());
        }
    }

    /** A name for a file of this host's. */
    Path file(String kind) {
        return work.resolve(name + "-" + kind + "-" + outputs.incrementAndGet());
    }

    /** What is left when nobody uses the namespace any more. */
    static void discard(List<String> namespaces) throws IOException, InterruptedException {
        for (String namespace : namespaces) {
            for (String pid : Commands.run("", "ip", "netns", "pids", namespace).lines().toList()) {
                // Threads of this process may still be on their way out.
                ProcessHandle.of(Long.parseLong(pid.strip()))
                        .filter(handle -> handle.pid() != ProcessHandle.current().pid())
                        .ifPresent(ProcessHandle::destroyForcibly);
            }
        }
        var deletions = new StringBuilder();
        namespaces.forEach(namespace -> deletions.append("netns del ").append(namespace).append('\n'));
        Commands.run(deletions.toString(), "ip", "-force", "-batch", "-");
    }
}
