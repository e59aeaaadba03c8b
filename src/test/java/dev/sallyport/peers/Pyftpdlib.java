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
    public RunningServer start(Family family, String address, int port, Path root, Path work) throws Exception {
        return RunningServer.process(
                List.of(
                        Requirements.debianPython().toString(),
                        Scripts.unpack("pyftpdlib_server.py", work).toString(),
                        address,
                        Integer.toString(port),
                        root.toString(),
                        USER,
                        PASSWORD),
                new ControlEndpoint(address, port),
                root,
                work);
    }
}
