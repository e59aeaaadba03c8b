package dev.sallyport.lab.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

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

    private final LoadServer server;
    private final SocketChannel control;
    private final ByteBuffer in = ByteBuffer.allocate(LINE_BYTES);

    private LoadServer.@Nullable PassivePort passive;
    private @Nullable SocketChannel data;
    private boolean retrieving;
    private long remainingBytes;

    ServerSession(LoadServer server, SocketChannel control) {
        this.server = server;
        this.control = control;
    }

    void greet() {
        try {
            reply("220 bench\r\n");
        } catch (IOException e) {
            close();
        }
    }

    void readable() {
        try {
            if (control.read(in) < 0) {
                close();
                return;
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
        data = accepted;
        if (retrieving) {
            send();
        }
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
            case "TYPE" -> reply("200 Binary.\r\n");
            case "QUIT" -> {
                reply("221 Bye.\r\n");
                close();
            }
            default -> reply("502 Not here.\r\n");
        }
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
            String host = ((InetSocketAddress) control.getLocalAddress()).getAddress().getHostAddress().replace('.', ',');
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
            data = expected.take();
            if (data == null) {
                return;
            }
            passive = null;
        }
        send();
    }

    private void send() {
        SocketChannel sink = data;
        if (sink == null) {
            return;
        }
        try {
            for (int i = 0; i < CHUNKS_IN_A_TURN && remainingBytes > 0; i++) {
                int written = server.writeZeros(sink, remainingBytes);
                remainingBytes -= written;
                if (written == 0) {
                    break;
                }
            }
            if (remainingBytes == 0) {
                forgetData();
                reply("226 Done.\r\n");
            } else if (sink.keyFor(server.selector()) == null) {
                server.register(sink, SelectionKey.OP_WRITE, this::send);
            }
        } catch (IOException e) {
            abort();
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
        try (control) {
            forgetData();
        } catch (IOException e) {
            // It is being closed because it is broken.
        }
    }
}
