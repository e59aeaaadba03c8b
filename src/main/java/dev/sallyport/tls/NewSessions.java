package dev.sallyport.tls;

import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.internal.tcnative.SSLContext;
import io.netty.internal.tcnative.SSLSessionCache;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Hands each session that a server lets us resume to the leg on whose connection it came.
 *
 * <p>It stands in the place of Netty's own cache, which uses a TLS 1.3 ticket once and keeps the first of several. ProFTPD gives two
 * on the control connection and none on uploads: the third upload would have nothing to resume.
 */
final class NewSessions implements SSLSessionCache {

    /** BoringSSL shall ask the server's word alone. */
    private static final long NONE = -1;

    /** What tcnative calls the context. The pointer that Netty gives out is another, of the BoringSSL context within. */
    private static final VarHandle CONTEXT = context();

    private final Map<Long, ServerLeg> legs = new ConcurrentHashMap<>();

    private NewSessions() {}

    private static VarHandle context() {
        try {
            return MethodHandles.privateLookupIn(ReferenceCountedOpenSslContext.class, MethodHandles.lookup())
                    .findVarHandle(ReferenceCountedOpenSslContext.class, "ctx", long.class);
        } catch (ReflectiveOperationException unlike) {
            throw new LinkageError("this version of Netty keeps its context elsewhere", unlike);
        }
    }

    /** Of all connections that the context will make. */
    static NewSessions of(ReferenceCountedOpenSslContext context) {
        context.sessionContext().setSessionCacheEnabled(true);
        var sessions = new NewSessions();
        SSLContext.setSSLSessionCache((long) CONTEXT.get(context), sessions);
        return sessions;
    }

    /** What comes on this connection is the leg's. */
    void expect(ReferenceCountedOpenSslEngine engine, ServerLeg leg) {
        legs.put(engine.sslPointer(), leg);
    }

    /** Nothing more comes on it. @param pointer of a connection, which may be another leg's by now */
    void forget(long pointer, ServerLeg leg) {
        legs.remove(pointer, leg);
    }

    /** How many connections are known. */
    int size() {
        return legs.size();
    }

    @Override
    public boolean sessionCreated(long connection, long session) {
        var leg = legs.get(connection);
        return leg != null && leg.resumable(session);
    }

    @Override
    public long getSession(long connection, byte[] id) {
        return NONE;
    }
}
