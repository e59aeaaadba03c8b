package dev.sallyport.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

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
        Path root = Folders.reachable(base.resolve(name + "-files"));
        Path work = Folders.reachable(base.resolve(name + "-work"));
        return new Site(program, family, program.start(family, family.loopback(), FreePorts.pair(family), root, work));
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
}
