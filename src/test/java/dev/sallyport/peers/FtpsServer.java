package dev.sallyport.peers;

import dev.sallyport.peers.TlsSetup.Data;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The servers of the matrix of TLS. */
enum FtpsServer {
    VSFTPD(true, true, Vsftpd::new, Vsftpd::with),
    PROFTPD(true, true, Proftpd::new, Proftpd::with),
    PURE_FTPD(false, false, PureFtpd::new, PureFtpd::with),
    PYFTPDLIB(false, false, Pyftpdlib::new, Pyftpdlib::with);

    /** Whether it can have TLS from the first byte. */
    final boolean implicit;
    /** Whether it can ask that data connections resume the session of their control connection. */
    final boolean reuse;

    private final Supplier<ServerProgram> plain;
    private final Function<TlsSetup, ServerProgram> secured;

    FtpsServer(boolean implicit, boolean reuse, Supplier<ServerProgram> plain, Function<TlsSetup, ServerProgram> secured) {
        this.implicit = implicit;
        this.reuse = reuse;
        this.plain = plain;
        this.secured = secured;
    }

    /** @param tls null: none */
    ServerProgram program(@Nullable TlsSetup tls) {
        return tls == null ? plain.get() : secured.apply(tls);
    }

    /** The most that it can ask of private data connections. */
    Data privateData() {
        return reuse ? Data.RESUMED : Data.PRIVATE;
    }
}
