package dev.sallyport.peers;

import java.nio.file.Path;
import java.util.List;

/** pyftpdlib, run by a short script. */
final class Pyftpdlib implements ServerProgram {

    @Override
    public String name() {
        return "pyftpdlib";
    }

    @Override
    public ActiveSourcePort activeSourcePort() {
        return ActiveSourcePort.ANY;
    }

    @Override
    public boolean anonymousReads() {
        return true;
    }

    @Override
    public RunningServer start(Family family, int port, Path root, Path work) throws Exception {
        return RunningServer.process(
                List.of(
                        Requirements.debianPython().toString(),
                        Scripts.unpack("pyftpdlib_server.py", work).toString(),
                        family.loopback(),
                        Integer.toString(port),
                        root.toString(),
                        USER,
                        PASSWORD),
                new ControlEndpoint(family.loopback(), port),
                root,
                work);
    }
}
