package dev.sallyport.lab.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

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
 * <p>A data connection in clear is registered with the selector only where the session must wait for it: on loopback the connect is often done
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
    private final Job.SmallTransfers job;
    private final byte[] retr;
    private final ControlConnection control;
    private final Link link;
    private final ByteBuffer in = ByteBuffer.allocate(512);
    private final ByteBuffer sink = ByteBuffer.allocateDirect(64 * 1024);

    private State state = State.IDLE;
    /** While it is being connected. */
    private @Nullable SocketChannel connecting;
    private @Nullable Link data;
    private long receivedBytes;
    private boolean replied;
    private boolean whole;

    /** Logs in. */
    TransferSession(TransferLoop loop, Selector selector, Caller caller, Job.SmallTransfers job) throws IOException {
        this.loop = loop;
        this.selector = selector;
        this.job = job;
        this.retr = ("RETR " + job.bytes() + "\r\n").getBytes(ISO_8859_1);
        this.control = caller.login(job.server());
        this.link = control.link();
        link.socket().configureBlocking(false);
        Runnable readable = this::controlReadable;
        link.socket().register(selector, SelectionKey.OP_READ, readable);
    }

    void begin() {
        receivedBytes = 0;
        replied = false;
        whole = false;
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
            int read = link.read(in);
            if (read < 0) {
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
            replied = true;
            dataReadable();
        } else if (!reply.startsWith("150 ") || state != State.AWAITING_END) {
            failed(state + " got: " + reply);
        }
    }

    private void connect(int port) throws IOException {
        SocketChannel opened = SocketChannel.open();
        connecting = opened;
        opened.configureBlocking(false);
        if (opened.connect(new InetSocketAddress(job.server().endpoint().address(), port)) || opened.finishConnect()) {
            connected(opened);
        } else {
            state = State.AWAITING_CONNECTION;
            Runnable connectable = this::connectable;
            opened.register(selector, SelectionKey.OP_CONNECT, connectable);
        }
    }

    private void connectable() {
        SocketChannel opened = connecting;
        try {
            if (opened != null && opened.finishConnect()) {
                opened.keyFor(selector).interestOps(0);
                connected(opened);
            }
        } catch (IOException e) {
            broken(e);
        }
    }

    /** With TLS both ends have to speak before there is data. */
    private void connected(SocketChannel opened) throws IOException {
        connecting = null;
        Link ours = control.data(opened);
        data = ours;
        state = State.AWAITING_END;
        send(retr);
        if (!ours.ready()) {
            awaitData(ours);
        }
    }

    private void dataReadable() {
        Link open = data;
        if (open == null) {
            return;
        }
        try {
            int read = whole ? -1 : open.read(sink.clear());
            while (read > 0) {
                receivedBytes += read;
                read = open.read(sink.clear());
            }
            whole = read < 0;
            if (!whole) {
                awaitData(open);
            } else if (replied) {
                open.end();
                ended();
            } else {
                open.socket().keyFor(selector).interestOps(0);
            }
        } catch (IOException e) {
            broken(e);
        }
    }

    private void awaitData(Link open) throws IOException {
        SelectionKey key = open.socket().keyFor(selector);
        if (key == null || key.interestOps() != SelectionKey.OP_READ) {
            Runnable readable = this::dataReadable;
            open.socket().register(selector, SelectionKey.OP_READ, readable);
        }
    }

    private void ended() throws IOException {
        closeData();
        if (receivedBytes != job.bytes()) {
            failed("of " + job.bytes() + " bytes came " + receivedBytes);
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
        link.write(bytes);
        if (bytes.hasRemaining()) {
            throw new IOException("the server does not read its commands");
        }
    }

    private void closeData() throws IOException {
        if (connecting != null) {
            connecting.close();
            connecting = null;
        }
        if (data != null) {
            data.close();
            data = null;
        }
    }
}
