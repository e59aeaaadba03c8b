package dev.sallyport.lab.bench;

import dev.sallyport.tls.TlsLeg;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.internal.tcnative.SSL;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * TLS of the gateway's own library on a plain socket, with nothing between them: records are made and opened where system calls
 * read and write them, without a copy.
 */
final class TlsLink implements Link {
    /** RFC 8446 §5.1. */
    private static final int LARGEST_TEXT_BYTES = 16 * 1024;
    /** A record of such a text, whatever the version. */
    private static final int LARGEST_RECORD_BYTES = LARGEST_TEXT_BYTES + 512;
    /** Eight records, so that system calls do not count. */
    private static final int BUFFER_BYTES = 8 * LARGEST_RECORD_BYTES;

    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);
    /** The engine wants room for what a handshake's record could hold; none holds any of the peer's bytes. */
    private static final ByteBuffer NEVER_READ = ByteBuffer.allocateDirect(LARGEST_RECORD_BYTES);
    /** Memory outside of the heap is dear to make. */
    private static final Queue<ByteBuffer> FREE = new ConcurrentLinkedQueue<>();

    private final SocketChannel socket;
    private final TlsLeg leg;
    private final ReferenceCountedOpenSslEngine engine;
    private final @Nullable Handshakes handshakes;
    /** What has come, up to its position. */
    private final ByteBuffer in = buffer();
    /** What is to be sent, from its position on. */
    private final ByteBuffer out = buffer().limit(0);
    private boolean shaken;

    /** Begins the handshake, when it is this end's to begin. @param handshakes where it is counted; null for nowhere */
    TlsLink(SocketChannel socket, TlsLeg leg, @Nullable Handshakes handshakes) throws IOException {
        this.socket = socket;
        this.leg = leg;
        this.handshakes = handshakes;
        engine = leg.data(ByteBufAllocator.DEFAULT);
        engine.beginHandshake();
        speak();
    }

    private static ByteBuffer buffer() {
        ByteBuffer free = FREE.poll();
        return free == null ? ByteBuffer.allocateDirect(BUFFER_BYTES) : free.clear();
    }

    @Override
    public SocketChannel socket() {
        return socket;
    }

    @Override
    public boolean ready() throws IOException {
        while (!shaken) {
            if (!open(NOTHING) && fill() == 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int before = into.position();
        while (into.hasRemaining()) {
            if (open(into)) {
                continue;
            }
            int read = into.position() - before;
            if (read > 0) {
                return read;
            }
            if (engine.isInboundDone()) {
                return -1;
            }
            if (fill() == 0) {
                return 0;
            }
        }
        return into.position() - before;
    }

    private int fill() throws IOException {
        int read = socket.read(in);
        if (read < 0) {
            throw new EOFException("the connection was closed without a word of TLS");
        }
        return read;
    }

    /** Opens some of what has come. @return whether it led to anything */
    private boolean open(ByteBuffer into) throws IOException {
        if (!shaken) {
            return shake();
        }
        if (engine.isInboundDone()) {
            return false;
        }
        SSLEngineResult result = engine.unwrap(in.flip(), into);
        in.compact();
        return speak() || result.bytesConsumed() > 0 || result.bytesProduced() > 0;
    }

    /** Takes one record of the handshake. @return whether it led to anything */
    private boolean shake() throws IOException {
        // The engine notices only in the next call that a record was the handshake's last, and would then open what is behind it.
        engine.unwrap(NOTHING.duplicate(), NEVER_READ.duplicate());
        boolean led = speak();
        if (shaking()) {
            SSLEngineResult result = engine.unwrap(in.flip(), NEVER_READ.duplicate());
            in.compact();
            return speak() || led || result.bytesConsumed() > 0;
        }
        shaken = true;
        // The engine does not ask for it, but its last word may still be in it.
        if (sent() && seal(NOTHING)) {
            sent();
        }
        if (handshakes != null) {
            handshakes.add(kind(), leg.resumed(engine));
        }
        return true;
    }

    /** Version, cipher suite and group of the key exchange. */
    private String kind() throws IOException {
        SSLSession session = engine.getSession();
        try {
            return session.getProtocol() + " " + session.getCipherSuite() + " " + SSL.getGroupName(engine.sslPointer());
        } catch (Exception unknown) {
            throw new IOException("no group of the key exchange is told", unknown);
        }
    }

    private boolean shaking() {
        HandshakeStatus status = engine.getHandshakeStatus();
        return status != HandshakeStatus.NOT_HANDSHAKING && status != HandshakeStatus.FINISHED;
    }

    /** Does and says what the handshake asks for. @return whether that was anything */
    private boolean speak() throws IOException {
        boolean spoke = false;
        while (true) {
            Runnable task = engine.getDelegatedTask();
            if (task != null) {
                task.run();
                spoke = true;
            } else if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && sent() && seal(NOTHING)) {
                spoke = true;
            } else {
                sent();
                return spoke;
            }
        }
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        int before = from.position();
        while (sent() && from.hasRemaining()) {
            seal(from);
        }
        return from.position() - before;
    }

    /** Makes records until there is no room for another. What was there before has been sent. @return whether there is one */
    private boolean seal(ByteBuffer from) throws IOException {
        int limit = from.limit();
        out.clear();
        do {
            from.limit(Math.min(limit, from.position() + LARGEST_TEXT_BYTES));
            engine.wrap(from, out);
            from.limit(limit);
        } while (from.hasRemaining() && out.remaining() >= LARGEST_RECORD_BYTES);
        return out.flip().hasRemaining();
    }

    /** Whether all that was sealed has left. */
    private boolean sent() throws IOException {
        if (out.hasRemaining()) {
            socket.write(out);
        }
        return !out.hasRemaining();
    }

    @Override
    public boolean end() throws IOException {
        if (!sent()) {
            return false;
        }
        if (!engine.isOutboundDone()) {
            engine.closeOutbound();
            seal(NOTHING);
        }
        return sent();
    }

    @Override
    public void close() throws IOException {
        if (engine.refCnt() > 0) {
            engine.release();
            FREE.add(in);
            FREE.add(out);
        }
        socket.close();
    }
}
