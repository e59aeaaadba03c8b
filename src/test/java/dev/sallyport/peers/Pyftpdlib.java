package dev.sallyport.peers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** pyftpdlib, run by a short script. */
final class Pyftpdlib implements ServerProgram {

    private final @Nullable TlsSetup tls;

    Pyftpdlib() {
        this(null);
    }

    private Pyftpdlib(@Nullable TlsSetup tls) {
        this.tls = tls;
    }

    /** One that allows a login in TLS alone, asked for with AUTH: it has none from the first byte. It asks for no reuse. */
    static Pyftpdlib with(TlsSetup tls) {
        return new Pyftpdlib(tls);
    }

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
        var command = new ArrayList<>(List.of(
                Requirements.debianPython().toString(),
                Scripts.unpack("pyftpdlib_server.py", work).toString(),
                address,
                Integer.toString(port),
                root.toString(),
                USER,
                PASSWORD));
        if (tls != null) {
            command.addAll(List.of(tls.certificate().toString(), tls.key().toString(), tls.data().secured() ? "private" : "any"));
        }
        return RunningServer.process(command, new ControlEndpoint(address, port), root, work);
    }
}
