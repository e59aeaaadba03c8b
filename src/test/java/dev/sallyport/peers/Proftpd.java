package dev.sallyport.peers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** ProFTPD, with its users in a file of its own. */
final class Proftpd implements ServerProgram {

    private final ActiveSourcePort activeSourcePort;
    private final @Nullable TlsSetup tls;

    /** As it comes: it has given up root by the time of an active data connection, which then comes from any port. */
    Proftpd() {
        this(ActiveSourcePort.ANY, null);
    }

    private Proftpd(ActiveSourcePort activeSourcePort, @Nullable TlsSetup tls) {
        this.activeSourcePort = activeSourcePort;
        this.tls = tls;
    }

    /** One that agrees to TLS, and to CCC. */
    static Proftpd with(TlsSetup tls) {
        return new Proftpd(ActiveSourcePort.ANY, tls);
    }

    /** One that may become root again, for the port below its control port. */
    static Proftpd connectingFromPort20() {
        return new Proftpd(ActiveSourcePort.STRICT, null);
    }

    /** The same, which agrees to TLS. */
    static Proftpd connectingFromPort20(TlsSetup tls) {
        return new Proftpd(ActiveSourcePort.STRICT, tls);
    }

    @Override
    public String name() {
        return "proftpd";
    }

    @Override
    public ActiveSourcePort activeSourcePort() {
        return activeSourcePort;
    }

    @Override
    public boolean anonymousReads() {
        return true;
    }

    @Override
    public RunningServer start(Family family, String address, int port, Path root, Path work) throws Exception {
        Path proftpd = Requirements.unpacked("usr/sbin/proftpd");
        Requirements.root("ProFTPD changes the user and the root directory for each session");

        Path users = Files.writeString(work.resolve("users"), """
                %s:%s:65534:65534::%s:/bin/false
                ftp:*:65534:65534::%3$s:/bin/false
                """.formatted(USER, PASSWORD_HASH, root));
        // ProFTPD refuses a password file that others may read.
        Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
        Path configuration = Files.writeString(work.resolve("proftpd.conf"), """
                ServerName "ProFTPD"
                ServerType standalone
                UseIPv6 on
                DefaultAddress %s
                SocketBindTight on
                Port %d
                User nobody
                Group nogroup
                PidFile %s
                ScoreboardFile none
                WtmpLog none
                TransferLog none
                UseReverseDNS off
                AuthOrder mod_auth_file.c
                AuthUserFile %s
                RequireValidShell off
                DefaultRoot ~
                AllowOverwrite on
                AllowStoreRestart on
                %s
                # After an ABOR it waits this long, by default ten seconds, for the client to close the data connection.
                TimeoutLinger 1
                <Anonymous %s>
                  User ftp
                  Group nogroup
                  UserAlias anonymous ftp
                  <Limit WRITE>
                    DenyAll
                  </Limit>
                </Anonymous>
                %s
                """.formatted(
                        address,
                        port,
                        work.resolve("proftpd.pid"),
                        users,
                        activeSourcePort == ActiveSourcePort.ANY ? "" : "RootRevoke off",
                        root,
                        tls == null ? "" : secured(tls)));
        return RunningServer.process(
                List.of(proftpd.toString(), "--nodaemon", "--config", configuration.toString()),
                new ControlEndpoint(address, port),
                root,
                work,
                tls == null || !tls.implicit());
    }

    private static String secured(TlsSetup tls) {
        return """
                ModulePath %s
                LoadModule mod_tls.c
                TLSEngine on
                TLSRSACertificateFile %s
                TLSRSACertificateKeyFile %s
                %s
                %s
                TLSRequired %s
                PassivePorts %s %s
                """.formatted(
                        Requirements.unpacked("usr/lib/proftpd/mod_tls.so").getParent(), tls.certificate(), tls.key(),
                        tls.data().resumed() ? "" : "TLSOptions NoSessionReuseRequired",
                        tls.implicit() ? "TLSOptions UseImplicitSSL" : "", switch (tls.data()) {
                            case ANY, ANY_RESUMED -> "off";
                            case CLEAR -> "ctrl+!data";
                            case PRIVATE, RESUMED -> "on";
                        }, tls.passivePorts().first(), tls.passivePorts().last());
    }
}
