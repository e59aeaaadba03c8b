package dev.sallyport.lab.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** One control connection at the load server, with the one transfer that it may have under way. */
final class ServerSession {
    /** After so many chunks the other sessions get their turn. */
    private static final int CHUNKS_IN_A_TURN = 16;

    private static final int LINE_BYTES = 256;

    /** The command that is answered with what TLS data connections have had ({@link Handshakes.Count}). */
    static final String HANDSHAKES = "STAT";

    private final LoadServer server;
    private Link control;
    private final ByteBuffer in = ByteBuffer.allocate(LINE_BYTES);

    private LoadServer.@Nullable PassivePort passive;
    private @Nullable Link data;
    private boolean greeted;
    private boolean protects;
    private boolean retrieving;
    private long remainingBytes;

    ServerSession(LoadServer server, SocketChannel control) {
        this.server = server;
        this.control = new Link.Clear(control);
    }

    /** @param implicit whether TLS comes before the greeting */
    void begin(boolean implicit) {
        try {
            if (implicit) {
                control = server.secured(control.socket(), null);
            } else {
                greet();
            }
        } catch (IOException e) {
            close();
        }
    }

    private void greet() throws IOException {
        greeted = true;
        reply("220 bench\r\n");
    }

    void readable() {
        try {
            if (control.read(in) < 0) {
                close();
                return;
            }
            if (!greeted && control.ready()) {
                greet();
            }
            in.flip();
            for (String line = nextLine(); line != null; line = nextLine()) {
                serve(line);
            }
            in.compact();
        } catch (IOException e) {
            close();
        }
    }

    /** The data connection has come, before or after the command that uses it. */
    void connected(SocketChannel accepted) {
        passive = null;
        try {
            data = link(accepted);
        } catch (IOException e) {
            abort();
            return;
        }
        if (retrieving) {
            send();
        }
    }

    private Link link(SocketChannel accepted) throws IOException {
        return protects ? server.secured(accepted, server.handshakes) : new Link.Clear(accepted);
    }

    private void reply(String line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(ISO_8859_1));
        control.write(bytes);
        if (bytes.hasRemaining()) {
            throw new IOException("the client does not read its replies");
        }
    }

    private @Nullable String nextLine() throws IOException {
        for (int i = in.position(); i < in.limit(); i++) {
            if (in.get(i) == '\n') {
                String line = new String(in.array(), in.position(), i - in.position(), ISO_8859_1).stripTrailing();
                in.position(i + 1);
                return line;
            }
        }
        if (in.remaining() == LINE_BYTES) {
            throw new IOException("a line of more than " + LINE_BYTES + " bytes");
        }
        return null;
    }

    private void serve(String line) throws IOException {
        int space = line.indexOf(' ');
        String verb = space < 0 ? line : line.substring(0, space);
        switch (verb) {
            case "NOOP" -> reply("200 Ok.\r\n");
            case "PASV" -> passive(false);
            case "EPSV" -> passive(true);
            case "RETR" -> retrieve(line.substring(space + 1));
            case "USER" -> reply("331 Password?\r\n");
            case "PASS" -> reply("230 Logged in.\r\n");
            case "AUTH" -> secure();
            case "PBSZ" -> reply("200 PBSZ=0\r\n");
            case "PROT" -> {
                protects = line.endsWith("P");
                reply("200 Ok.\r\n");
            }
            case HANDSHAKES -> reply("211 " + server.handshakes.take() + "\r\n");
            case "TYPE" -> reply("200 Binary.\r\n");
            case "QUIT" -> {
                reply("221 Bye.\r\n");
                close();
            }
            default -> reply("502 Not here.\r\n");
        }
    }

    private void secure() throws IOException {
        if (!server.hasTls()) {
            reply("502 Not here.\r\n");
            return;
        }
        reply("234 Begin.\r\n");
        control = server.secured(control.socket(), null);
    }

    private void passive(boolean extended) throws IOException {
        forgetData();
        LoadServer.PassivePort leased = server.lease(this);
        if (leased == null) {
            reply("425 No port is free.\r\n");
            return;
        }
        passive = leased;
        int port = leased.number;
        if (extended) {
            reply("229 Entering Extended Passive Mode (|||" + port + "|)\r\n");
        } else {
            String host = ((InetSocketAddress) control.socket().getLocalAddress()).getAddress().getHostAddress().replace('.', ',');
            reply("227 Entering Passive Mode (" + host + "," + (port >> 8) + "," + (port & 0xff) + ").\r\n");
        }
    }

    private void retrieve(String name) throws IOException {
        try {
            remainingBytes = Long.parseLong(name);
        } catch (NumberFormatException e) {
            reply("550 Files are named by their size in bytes.\r\n");
            return;
        }
        LoadServer.PassivePort expected = passive;
        if (data == null && expected == null) {
            reply("425 PASV or EPSV first.\r\n");
            return;
        }
        reply("150 Here it comes.\r\n");
        retrieving = true;
        if (expected != null) {
            SocketChannel come = expected.take();
            if (come == null) {
                return;
            }
            passive = null;
            data = link(come);
        }
        send();
    }

    private void send() {
        Link sink = data;
        if (sink == null) {
            return;
        }
        try {
            if (!sink.ready()) {
                await(sink, SelectionKey.OP_READ);
                return;
            }
            for (int i = 0; i < CHUNKS_IN_A_TURN && remainingBytes > 0; i++) {
                int written = server.writeZeros(sink, remainingBytes);
                remainingBytes -= written;
                if (written == 0) {
                    break;
                }
            }
            if (remainingBytes == 0 && sink.end()) {
                forgetData();
                reply("226 Done.\r\n");
            } else {
                await(sink, SelectionKey.OP_WRITE);
            }
        } catch (IOException e) {
            abort();
        }
    }

    private void await(Link sink, int interest) throws IOException {
        SelectionKey key = sink.socket().keyFor(server.selector());
        if (key == null || key.interestOps() != interest) {
            server.register(sink.socket(), interest, this::send);
        }
    }

    private void abort() {
        try {
            forgetData();
            reply("426 The data connection broke.\r\n");
        } catch (IOException e) {
            close();
        }
    }

    private void forgetData() throws IOException {
        retrieving = false;
        if (passive != null) {
            passive.release();
            passive = null;
        }
        if (data != null) {
            data.close();
            data = null;
        }
    }

    private void close() {
        try (Closeable _ = control) {
            forgetData();
        } catch (IOException e) {
            // It is being closed because it is broken.
        }
    }
}
