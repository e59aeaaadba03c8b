package dev.sallyport.lab.bench;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.tls.TlsLeg;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The FTP server of a benchmark: one thread, one selector, files of zeros from memory whose names are their sizes in bytes.
 *
 * <p>It must cost less than whatever is measured in front of it. So the passive ports are listened on once and for all, and are leased
 * to sessions in turn; a data connection of which the bytes fit the socket's buffer is accepted, written and closed without ever being
 * registered with the selector.
 */
final class LoadServer implements Closeable {
    /** A burst of logins for the idle sessions must not overflow the queue: a lost SYN costs a second. */
    private static final int BACKLOG = 4096;

    /** Fits a core's second-level cache, and is large enough that system calls do not count. */
    private static final int CHUNK_BYTES = 256 * 1024;

    /** Of data connections. */
    final Handshakes handshakes = new Handshakes();
    private final Selector selector = Selector.open();
    private final Deque<PassivePort> freePorts = new ArrayDeque<>();
    private final ByteBuffer zeros = ByteBuffer.allocateDirect(CHUNK_BYTES);
    private final @Nullable TlsLeg tls;

    /** @param identity with whom TLS is spoken to those who ask for it, and one port up to all; null for no TLS */
    LoadServer(Endpoint listen, PortRange dataPorts, @Nullable Identity identity) throws IOException {
        tls = identity == null ? null : identity.leg();
        listenForSessions(listen, false);
        if (tls != null) {
            listenForSessions(listen.withPort(implicit(listen.port())), true);
        }
        for (int i = 0; i < dataPorts.size(); i++) {
            Port port = dataPorts.at(i);
            PassivePort passive = new PassivePort(port.number(), listen(listen.withPort(port)));
            register(passive.listener, SelectionKey.OP_ACCEPT, passive::accept);
            freePorts.add(passive);
        }
    }

    /** The control port where TLS begins with the first byte. */
    static Port implicit(Port control) {
        return new Port(control.number() + 1);
    }

    /** {@code LoadServer ADDRESS PORT FIRST-LAST [CERTIFICATE KEY]}: prints {@code ready}, serves, and ends when its standard input does. */
    public static void main(String[] args) throws IOException {
        Endpoint listen = new Endpoint(InetAddress.getByName(args[0]), new Port(Integer.parseInt(args[1])));
        Identity identity = args.length > 3 ? new Identity(Path.of(args[3]), Path.of(args[4])) : null;
        try (LoadServer server = new LoadServer(listen, PortRange.parse(args[2]), identity)) {
            Thread.ofPlatform().daemon().name("parent-watch").start(() -> {
                ParentWatch.awaitEnd();
                Runtime.getRuntime().halt(0);
            });
            System.out.println("ready");
            server.serve();
        }
    }

    /** Serves until closed. */
    void serve() throws IOException {
        while (selector.isOpen()) {
            selector.select(LoadServer::ready);
        }
    }

    /** A session deals with its own faults; one of a listener, such as no descriptors left, ends the server. */
    private static void ready(SelectionKey key) {
        try {
            ((Readiness) key.attachment()).run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }

    private static ServerSocketChannel listen(Endpoint endpoint) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        try {
            listener.bind(endpoint.toSocketAddress(), BACKLOG);
        } catch (IOException e) {
            listener.close();
            throw new IOException("cannot listen on " + endpoint + ": " + e.getMessage(), e);
        }
        listener.configureBlocking(false);
        return listener;
    }

    private void listenForSessions(Endpoint endpoint, boolean implicit) throws IOException {
        ServerSocketChannel control = listen(endpoint);
        register(control, SelectionKey.OP_ACCEPT, () -> accept(control, implicit));
    }

    private void accept(ServerSocketChannel control, boolean implicit) throws IOException {
        for (SocketChannel client = control.accept(); client != null; client = control.accept()) {
            client.configureBlocking(false);
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            ServerSession session = new ServerSession(this, client);
            register(client, SelectionKey.OP_READ, session::readable);
            session.begin(implicit);
        }
    }

    Selector selector() {
        return selector;
    }

    /** TLS for a connection. @param count where its handshake is counted; null for nowhere */
    Link secured(SocketChannel socket, @Nullable Handshakes count) throws IOException {
        if (tls == null) {
            throw new IOException("there is no TLS here");
        }
        return new TlsLink(socket, tls, count);
    }

    boolean hasTls() {
        return tls != null;
    }

    void register(SelectableChannel channel, int interest, Readiness readiness) throws IOException {
        channel.register(selector, interest, readiness);
    }

    /** Leases the passive port that has been free for longest, or null when all are leased. */
    @Nullable PassivePort lease(ServerSession session) {
        PassivePort port = freePorts.poll();
        if (port != null) {
            port.holder = session;
        }
        return port;
    }

    /** Writes as many zeros as the socket takes now, at most {@code limit}, and returns how many. */
    int writeZeros(Link data, long limit) throws IOException {
        zeros.clear().limit((int) Math.min(limit, CHUNK_BYTES));
        return data.write(zeros);
    }

    /** What to do when a channel is ready; the attachment of every key. */
    @FunctionalInterface
    interface Readiness {
        void run() throws IOException;
    }

    /** A port that is always listened on; one session at a time may expect a connection there. */
    final class PassivePort {
        final int number;
        private final ServerSocketChannel listener;
        private @Nullable ServerSession holder;

        PassivePort(int number, ServerSocketChannel listener) {
            this.number = number;
            this.listener = listener;
        }

        /** The connection that the holder waits for, and with it the end of the lease; null when it has not come yet. */
        @Nullable SocketChannel take() throws IOException {
            SocketChannel data = listener.accept();
            if (data != null) {
                data.configureBlocking(false);
                release();
            }
            return data;
        }

        void release() {
            holder = null;
            freePorts.add(this);
        }

        private void accept() throws IOException {
            ServerSession expecting = holder;
            if (expecting == null) {
                SocketChannel stray = listener.accept();
                if (stray != null) {
                    stray.close();
                }
                return;
            }
            SocketChannel data = take();
            if (data != null) {
                expecting.connected(data);
            }
        }
    }
}
