package dev.sallyport.peers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** A server program at work on one family, with its own directories. */
final class Site implements AutoCloseable {
    private final ServerProgram program;
    private final Family family;
    private final RunningServer server;

    private Site(ServerProgram program, Family family, RunningServer server) {
        this.program = program;
        this.family = family;
        this.server = server;
    }

    /** Starts the server on a free port with the files below {@code base}, which the server's user must be able to reach. */
    static Site open(ServerProgram program, Family family, Path base) throws Exception {
        String name = program.name() + "-" + family.name().toLowerCase(java.util.Locale.ROOT);
        Path root = reachable(base.resolve(name + "-files"));
        Path work = reachable(base.resolve(name + "-work"));
        return new Site(program, family, program.start(family, freePort(family), root, work));
    }

    RunningServer server() {
        return server;
    }

    ServerProgram program() {
        return program;
    }

    Family family() {
        return family;
    }

    Visit visit(ControlEndpoint control, TransferMode mode, String name, Path localBase, Duration limit) throws IOException {
        return Visit.prepare(control, mode, name, server.root(), localBase, limit);
    }

    @Override
    public void close() {
        server.close();
    }

    private static Path reachable(Path directory) throws IOException {
        return Files.setPosixFilePermissions(
                Files.createDirectory(directory), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A port below those that the kernel hands out by itself, free together with the one below it. */
    private static int freePort(Family family) throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_001, 30_000);
            if (free(port, family) && free(port - 1, family)) {
                return port;
            }
        }
    }

    private static boolean free(int port, Family family) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getByName(family.loopback()))) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
