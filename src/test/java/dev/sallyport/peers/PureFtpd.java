package dev.sallyport.peers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pure-FTPd, with its virtual users. Its anonymous access wants a system account named ftp, which hosts do not have. */
final class PureFtpd implements ServerProgram {

    private final @Nullable TlsSetup tls;

    PureFtpd() {
        this(null);
    }

    private PureFtpd(@Nullable TlsSetup tls) {
        this.tls = tls;
    }

    /** One that allows a login in TLS alone, asked for with AUTH: it has none from the first byte. It asks for no reuse. */
    static PureFtpd with(TlsSetup tls) {
        return new PureFtpd(tls);
    }

    @Override
    public String name() {
        return "pure-ftpd";
    }

    @Override
    public ActiveSourcePort activeSourcePort() {
        return ActiveSourcePort.ANY;
    }

    @Override
    public boolean anonymousReads() {
        return false;
    }

    @Override
    public RunningServer start(Family family, String address, int port, Path root, Path work) throws Exception {
        Path pureFtpd = Requirements.unpacked("usr/sbin/pure-ftpd");
        Path purePw = Requirements.unpacked("usr/bin/pure-pw");
        Requirements.root("Pure-FTPd changes the user and the root directory for each session");

        // Written by hand: the hash that pure-pw would choose costs each login a good part of a second.
        Path users = Files.writeString(
                work.resolve("users"), "%s:%s:65534:65534::%s/./::::::::::::\n".formatted(USER, PASSWORD_HASH, root));
        Path database = work.resolve("users.pdb");
        var made = ChildProcess.start(
                        List.of(purePw.toString(), "mkdb", database.toString(), "-f", users.toString()),
                        work,
                        ChildProcess.noInput(),
                        work.resolve("pure-pw.log"))
                .await(Duration.ofSeconds(10));
        if (made.exit() != 0) {
            throw new IllegalStateException("pure-pw failed: " + made.printed());
        }
        var command = new ArrayList<>(List.of(
                pureFtpd.toString(),
                "--bind=" + address + "," + port,
                family == Family.IPV4 ? "--ipv4only" : "--ipv6only",
                "--login=puredb:" + database,
                "--noanonymous",
                "--chrooteveryone",
                "--dontresolve",
                "--minuid=1",
                // Among the ports that the kernel hands out: by default any, control ports of others too.
                "--passiveportrange=32768:60999",
                "--pidfile=" + work.resolve("pure-ftpd.pid")));
        if (tls != null) {
            // 2: logins need TLS; 3: so do data connections.
            command.add("--tls=" + (tls.data().secured() ? "3" : "2"));
            command.add("--certfile=" + tls.certificate() + "," + tls.key());
        }
        return RunningServer.process(command, new ControlEndpoint(address, port), root, work);
    }
}
