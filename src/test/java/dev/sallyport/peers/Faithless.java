package dev.sallyport.peers;

import java.nio.file.Path;
import java.util.List;

/** An FTP server with TLS that is not to be trusted: see {@code faithless_server.py}. @param setup what gateways believe of it */
record Faithless(RunningServer server, TlsSetup setup) {

    /**
     * Starts it.
     *
     * @param base has a folder {@code work}
     * @param misdeed what it does; {@code none} for nothing
     * @param another whether it shows another certificate than gateways believe
     */
    static Faithless start(Path base, String address, Path files, String misdeed, boolean another) throws Exception {
        var setup = TlsSetup.make(base, FreePorts.range(1, Family.IPV4));
        var other = Certificate.make(base, "other", "rsa:2048", "-subj", "/CN=ftp.example.org");
        var shown = another ? other : new Certificate(setup.certificate(), setup.key());
        var endpoint = new ControlEndpoint(address, FreePorts.pair(Family.IPV4));
        var server = RunningServer.process(
                List.of(
                        Requirements.debianPython().toString(), Scripts.unpack("faithless_server.py", base).toString(), address,
                        Integer.toString(endpoint.port()), shown.file().toString(), shown.key().toString(), other.file().toString(),
                        other.key().toString(), misdeed),
                endpoint, files, base.resolve("work"));
        return new Faithless(server, setup);
    }
}
