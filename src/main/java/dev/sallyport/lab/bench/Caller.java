package dev.sallyport.lab.bench;

import dev.sallyport.tls.ServerTls;
import dev.sallyport.tls.ServerTrust;
import dev.sallyport.tls.TlsVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How the load client begins its sessions. */
final class Caller {
    /** The same for all, so that all do the same work. */
    static final Set<TlsVersion> VERSIONS = Set.of(TlsVersion.TLS_1_3);

    /** Of data connections. */
    final Handshakes handshakes = new Handshakes();

    private final @Nullable ServerTls tls;

    private Caller(@Nullable ServerTls tls) {
        this.tls = tls;
    }

    static Caller inClear() {
        return new Caller(null);
    }

    /** @param certificate PEM, made out to localhost, which is shown to this one whenever TLS is spoken */
    static Caller trusting(Path certificate) throws IOException {
        return new Caller(ServerTls.of(VERSIONS, ServerTrust.authorities(certificate), null));
    }

    /** A session that is logged in; its data connections will have TLS when the control connection has. */
    ControlConnection login(Target target) throws IOException {
        ControlConnection connection = greeted(target);
        try {
            connection.command("USER bench", 331);
            connection.command("PASS bench", 230);
            connection.command("TYPE I", 200);
            if (target.security() != Security.CLEAR) {
                connection.command("PBSZ 0", 200);
                connection.command("PROT P", 200);
            }
            return connection;
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }

    /** Connects and awaits the server's greeting. */
    ControlConnection greeted(Target target) throws IOException {
        ControlConnection connection = ControlConnection.open(target.endpoint());
        try {
            if (target.security() == Security.IMPLICIT) {
                secure(connection, target);
            }
            connection.expect(220, "the greeting");
            if (target.security() == Security.EXPLICIT) {
                connection.command("AUTH TLS", 234);
                secure(connection, target);
            }
            return connection;
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }

    private void secure(ControlConnection connection, Target target) throws IOException {
        if (tls == null) {
            throw new IOException("nobody was told whom to trust");
        }
        connection.secure(tls.leg("localhost", target.endpoint().port().number()), handshakes);
    }
}
