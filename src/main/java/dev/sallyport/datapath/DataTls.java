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

    /** Why no byte may go over a connection whose handshake has just succeeded; null when all is as it must be. */
    @Nullable DataEnd objection(Side side, ReferenceCountedOpenSslEngine engine);
}
