package dev.sallyport.datapath;

import dev.sallyport.ftp.Side;
import dev.sallyport.session.DataEnd;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import org.jspecify.annotations.Nullable;

/** TLS of a session's data connections. Called on the session's event loop. */
public interface DataTls {

    /**
     * The gateway's end of TLS with one side, for one more data connection.
     *
     * @return to be released by the caller; {@code SslHandler} does
     */
    ReferenceCountedOpenSslEngine engine(Side side, ByteBufAllocator allocator);

    /** Whether a connection whose handshake has just succeeded resumed the TLS session of its control connection. */
    boolean resumed(Side side, ReferenceCountedOpenSslEngine engine);

    /** Why no byte may go over it nevertheless; null when all is as it must be. @param resumed what {@link #resumed} said */
    @Nullable DataEnd objection(Side side, ReferenceCountedOpenSslEngine engine, boolean resumed);
}
