package dev.sallyport.tls;

import io.netty.util.ReferenceCounted;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** Two ends of TLS, connected in memory. Both are let go when it is closed. */
record Wire(End client, End server) implements AutoCloseable {

    /** Most turns of a handshake: each side speaks twice at most. */
    private static final int MOST_TURNS = 20;

    static Wire between(SSLEngine client, SSLEngine server) {
        return new Wire(new End(client), new End(server));
    }

    /**
     * Shakes hands.
     *
     * @param tickets whether the client reads what the server says behind the handshake; on uploads none says anything
     * @throws SSLException when one refuses the other
     */
    Wire shaken(boolean tickets) throws SSLException {
        client.engine.beginHandshake();
        server.engine.beginHandshake();
        for (var turn = 0; turn < MOST_TURNS && !(client.done() && server.done()); turn++) {
            client.speak(server);
            server.speak(client);
        }
        if (tickets) {
            server.tell(client);
            client.hear();
        }
        return this;
    }

    boolean finished() {
        return client.done() && server.done();
    }

    @Override
    public void close() {
        client.release();
        server.release();
    }

    /** One of the two, and what has come for it. */
    static final class End {

        private static final int ROOM = 1 << 17;
        private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

        final SSLEngine engine;
        private final ByteBuffer come = ByteBuffer.allocateDirect(ROOM);

        private End(SSLEngine engine) {
            this.engine = engine;
        }

        private boolean done() {
            return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
        }

        private void speak(End other) throws SSLException {
            if (!done()) {
                hear();
            }
            while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                engine.wrap(NOTHING, other.come);
                work();
            }
        }

        /** BoringSSL keeps its tickets for the first bytes that go out. */
        private void tell(End other) throws SSLException {
            engine.wrap(ByteBuffer.wrap(new byte[] {'2'}), other.come);
        }

        private void hear() throws SSLException {
            come.flip();
            for (var consumed = 1; consumed > 0 && engine.getHandshakeStatus() != HandshakeStatus.NEED_WRAP; ) {
                consumed = engine.unwrap(come, ByteBuffer.allocate(ROOM)).bytesConsumed();
                work();
            }
            come.compact();
        }

        private void work() {
            for (var task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                task.run();
            }
        }

        private void release() {
            if (engine instanceof ReferenceCounted counted) {
                counted.release();
            }
        }
    }
}
