package dev.sallyport.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import org.jspecify.annotations.Nullable;

/**
 * TLS of one FTP session towards one of its peers: the control connection's, and that of each data connection, which resumes it.
 *
 * <p>Resuming is how a peer knows that both connections are the same program's: whoever else got hold of the data port does not
 * know the secret. Servers demand it (vsftpd's {@code require_ssl_reuse}, ProFTPD's default), and so may we.
 */
public interface TlsLeg extends AutoCloseable {

    /**
     * The gateway's end of the control connection. It opens one record in a call, as the JDK's engines do, and {@code SslHandler} looks at
     * each: what is none is a {@code NotSslRecordException}.
     *
     * @return to be released by the caller, when the connection has ended; {@code SslHandler} does
     */
    ReferenceCountedOpenSslEngine control(ByteBufAllocator allocator);

    /**
     * That of a data connection. It opens as many records in a call as there are, as Netty's engines do that it makes for a handler of
     * its own.
     *
     * @return to be released likewise
     */
    ReferenceCountedOpenSslEngine data(ByteBufAllocator allocator);

    /**
     * Whether a connection resumed what was agreed on another one of this leg. To be asked when its handshake is over, and it has
     * not ended.
     */
    boolean resumed(ReferenceCountedOpenSslEngine engine);

    /** Which host the client called (SNI, RFC 6066 §3); null where it told none, or the peer is the server. To be asked when likewise. */
    @Nullable String called(ReferenceCountedOpenSslEngine engine);

    /** The session ends: nothing more is resumed, and no further engine is asked for. Connections that stand go on. */
    @Override
    void close();
}
