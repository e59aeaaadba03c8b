package dev.sallyport.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** A started server: its address, the directory that it serves, and what it has logged. */
final class RunningServer implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(15);
    private static final Duration POLL = Duration.ofMillis(20);

    private final ControlEndpoint endpoint;
    private final Path root;
    private final Supplier<String> log;
    private final Runnable stop;
    private final Runnable kill;

    private RunningServer(ControlEndpoint endpoint, Path root, Supplier<String> log, Runnable stop, Runnable kill) {
        this.endpoint = endpoint;
        this.root = root;
        this.log = log;
        this.stop = stop;
        this.kill = kill;
    }

    /** A server in a process of its own; returns once it greets. */
    static RunningServer process(List<String> command, ControlEndpoint endpoint, Path root, Path work)
            throws InterruptedException {
        return process(command, endpoint, root, work, true);
    }

    /** As above, but one that greets in TLS alone is there as soon as it listens. */
    static RunningServer process(List<String> command, ControlEndpoint endpoint, Path root, Path work, boolean greetsInClear)
            throws InterruptedException {
        var child = ChildProcess.start(command, work, ChildProcess.noInput(), work.resolve("output.log"));
        var server = new RunningServer(endpoint, root, child::printed, child::close, child::kill);
        server.awaitGreeting(child::alive, greetsInClear);
        return server;
    }

    /** A server inside this JVM. */
    static RunningServer embedded(ControlEndpoint endpoint, Path root, Runnable stop) throws InterruptedException {
        var server = new RunningServer(endpoint, root, () -> "[in this JVM: see the test's own log]", stop, stop);
        server.awaitGreeting(() -> true, true);
        return server;
    }

    ControlEndpoint endpoint() {
        return endpoint;
    }

    Path root() {
        return root;
    }

    String log() {
        return log.get();
    }

    @Override
    public void close() {
        stop.run();
    }

    /** Ends the server without warning, in the middle of whatever it does. */
    void kill() {
        kill.run();
    }

    private void awaitGreeting(BooleanSupplier alive, boolean inClear) throws InterruptedException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (alive.getAsBoolean() && System.nanoTime() < deadline) {
            if (greets(inClear)) {
                return;
            }
            Thread.sleep(POLL);
        }
        close();
        throw new IllegalStateException("No greeting from the server on " + endpoint + ". It printed:\n" + log());
    }

    private boolean greets(boolean inClear) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(endpoint.host(), endpoint.port()), 1000);
            if (!inClear) {
                return true;
            }
            socket.setSoTimeout(5000);
            var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String line = lines.readLine();
            return line != null && line.startsWith("220");
        } catch (IOException notYet) {
            return false;
        }
    }
}
