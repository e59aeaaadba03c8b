package dev.sallyport.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLSession;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An FTP session's TLS with its server. The newest session that the server gave is offered on each further connection, as often
 * as there are connections until a newer one comes: RFC 8446 §C.4 would use a ticket once, so that nobody can tell that two
 * connections are one client's; here the server is to be told just that.
 */
final class ServerLeg implements TlsLeg {

    private static final long NONE = 0;

    /**
     * How keys are agreed on where a session is offered: without X25519MLKEM768, which costs as much as all the rest of such a
     * handshake. What may be read once there are quantum computers is kept by the session, which was agreed on with it.
     */
    private static final String[] GROUPS_OF_RESUMED = {"X25519", "P-256", "P-384"};

    private final ReferenceCountedOpenSslContext context;
    private final NewSessions sessions;
    private final String host;
    private final int port;

    /** Connections by their BoringSSL pointers; those that have ended are swept when another begins. */
    private final Map<Long, ReferenceCountedOpenSslEngine> engines = new HashMap<>();
    private long newest = NONE;
    private boolean closed;

    /** @param context kept until this is closed */
    ServerLeg(ReferenceCountedOpenSslContext context, NewSessions sessions, String host, int port) {
        this.context = context;
        context.retain();
        this.sessions = sessions;
        this.host = host;
        this.port = port;
    }

    @Override
    public ReferenceCountedOpenSslEngine control(ByteBufAllocator allocator) {
        return known((ReferenceCountedOpenSslEngine) context.newEngine(allocator, host, port));
    }

    @Override
    public ReferenceCountedOpenSslEngine data(ByteBufAllocator allocator) {
        return known((ReferenceCountedOpenSslEngine) context.newHandler(allocator, host, port).engine());
    }

    private synchronized ReferenceCountedOpenSslEngine known(ReferenceCountedOpenSslEngine engine) {
        sweep();
        if (newest != NONE) {
            SSL.setSession(engine.sslPointer(), newest);
            if (!SSL.setCurvesList(engine.sslPointer(), GROUPS_OF_RESUMED)) {
                throw new IllegalStateException("BoringSSL knows not all of " + List.of(GROUPS_OF_RESUMED));
            }
        }
        if (!closed) {
            engines.put(engine.sslPointer(), engine);
            sessions.expect(engine, this);
        }
        return engine;
    }

    private void sweep() {
        engines.entrySet().removeIf(entry -> {
            var ended = entry.getValue().refCnt() == 0;
            if (ended) {
                sessions.forget(entry.getKey(), this);
            }
            return ended;
        });
    }

    /** The server gives a session. @return whether it is kept: its reference is ours then */
    synchronized boolean resumable(long session) {
        if (closed) {
            return false;
        }
        drop();
        newest = session;
        return true;
    }

    private void drop() {
        if (newest != NONE) {
            SSLSession.free(newest);
            newest = NONE;
        }
    }

    @Override
    public boolean resumed(ReferenceCountedOpenSslEngine engine) {
        return SSL.isSessionReused(engine.sslPointer());
    }

    @Override
    public @Nullable String called(ReferenceCountedOpenSslEngine engine) {
        return null;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        engines.keySet().forEach(pointer -> sessions.forget(pointer, this));
        engines.clear();
        drop();
        context.release();
    }
}
