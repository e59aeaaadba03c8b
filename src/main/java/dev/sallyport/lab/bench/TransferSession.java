package dev.sallyport.lab.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.ftp.Endpoint;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * One session of a {@link TransferLoop}: PASV, connect, RETR, the data and the 226, again and again.
 *
 * <p>A data connection is registered with the selector only where the session must wait for it: on loopback the connect is often done
 * when the call returns, and the data there when the 226 is. That halves what the client costs, and so shows more of what the gateway
 * costs.
 */
final class TransferSession implements Closeable {
    private enum State {
        IDLE,
        AWAITING_PASSIVE_REPLY,
        AWAITING_CONNECTION,
        AWAITING_END,
        BROKEN
    }

    private static final byte[] PASV = "PASV\r\n".getBytes(ISO_8859_1);

    private final TransferLoop loop;
    private final Selector selector;
    private final Endpoint server;
    private final long expectedBytes;
    private final byte[] retr;
    private final SocketChannel control;
    private final ByteBuffer in = ByteBuffer.allocate(512);
    private final ByteBuffer sink = ByteBuffer.allocateDirect(64 * 1024);

    private State state = State.IDLE;
    private @Nullable SocketChannel data;
    private long receivedBytes;

    /** Logs in. */
    TransferSession(TransferLoop loop, Selector selector, Endpoint server, long expectedBytes) throws IOException {
        this.loop = loop;
        this.selector = selector;
        this.server = server;
        this.expectedBytes = expectedBytes;
        this.retr = ("RETR " + expectedBytes + "\r\n").getBytes(ISO_8859_1);
        this.control = ControlConnection.login(server).channel;
        control.configureBlocking(false);
        Runnable readable = this::controlReadable;
        control.register(selector, SelectionKey.OP_READ, readable);
    }

    void begin() {
        receivedBytes = 0;
        state = State.AWAITING_PASSIVE_REPLY;
        try {
            send(PASV);
        } catch (IOException e) {
            broken(e);
        }
    }

    boolean busy() {
        return state != State.IDLE && state != State.BROKEN;
    }

    /** Gives up on a session that hangs. */
    void abandon(String why) {
        if (busy()) {
            broken(new IOException(why + " (" + state + ")"));
        }
    }

    @Override
    public void close() throws IOException {
        try (control) {
            closeData();
        }
    }

    private void controlReadable() {
        try {
            if (control.read(in) < 0) {
                throw new EOFException("the control connection was closed");
            }
            in.flip();
            for (String reply = nextReply(); reply != null; reply = nextReply()) {
                replied(reply);
            }
            in.compact();
        } catch (IOException e) {
            broken(e);
        }
    }

    private @Nullable String nextReply() {
        for (int i = in.position(); i < in.limit(); i++) {
            if (in.get(i) == '\n') {
                String line = new String(in.array(), in.position(), i - in.position(), ISO_8859_1);
                in.position(i + 1);
                return line;
            }
        }
        return null;
    }

    private void replied(String reply) throws IOException {
        if (reply.startsWith("227 ") && state == State.AWAITING_PASSIVE_REPLY) {
            connect(ControlConnection.passivePort(reply));
        } else if (reply.startsWith("226 ") && state == State.AWAITING_END) {
            dataReadable();
        } else if (!reply.startsWith("150 ") || state != State.AWAITING_END) {
            failed(state + " got: " + reply);
        }
    }

    private void connect(int port) throws IOException {
        SocketChannel opened = SocketChannel.open();
        data = opened;
        opened.configureBlocking(false);
        if (opened.connect(new InetSocketAddress(server.address(), port)) || opened.finishConnect()) {
            connected();
        } else {
            state = State.AWAITING_CONNECTION;
            Runnable connectable = this::connectable;
            opened.register(selector, SelectionKey.OP_CONNECT, connectable);
        }
    }

    private void connectable() {
        SocketChannel opened = data;
        try {
            if (opened != null && opened.finishConnect()) {
                opened.keyFor(selector).interestOps(0);
                connected();
            }
        } catch (IOException e) {
            broken(e);
        }
    }

    private void connected() throws IOException {
        state = State.AWAITING_END;
        send(retr);
    }

    private void dataReadable() {
        SocketChannel open = data;
        if (open == null) {
            return;
        }
        try {
            int read = open.read(sink.clear());
            while (read > 0) {
                receivedBytes += read;
                read = open.read(sink.clear());
            }
            if (read < 0) {
                ended();
            } else {
                awaitData(open);
            }
        } catch (IOException e) {
            broken(e);
        }
    }

    private void awaitData(SocketChannel open) throws IOException {
        Runnable readable = this::dataReadable;
        open.register(selector, SelectionKey.OP_READ, readable);
    }

    private void ended() throws IOException {
        closeData();
        if (receivedBytes != expectedBytes) {
            failed("of " + expectedBytes + " bytes came " + receivedBytes);
            return;
        }
        state = State.IDLE;
        if (loop.transferred()) {
            begin();
        }
    }

    /** A refusal leaves the session usable: the next transfer may succeed. */
    private void failed(String why) throws IOException {
        closeData();
        state = State.IDLE;
        if (loop.failed(why)) {
            begin();
        }
    }

    private void broken(IOException why) {
        loop.failed(why.toString());
        state = State.BROKEN;
        try {
            close();
        } catch (IOException e) {
            // It is given up because it is broken.
        }
    }

    private void send(byte[] line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(line);
        control.write(bytes);
        if (bytes.hasRemaining()) {
            throw new IOException("the server does not read its commands");
        }
    }

    private void closeData() throws IOException {
        if (data != null) {
            data.close();
            data = null;
        }
    }
}
