package dev.sallyport.lab.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.lab.host.Child;
import dev.sallyport.lab.host.LabFailure;
import dev.sallyport.tls.TlsLeg;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A control connection of the load client, blocking, one command at a time; a {@link Caller} logs in. */
final class ControlConnection implements Closeable {
    private static final int REPLY_BYTES = 512;

    private final ByteBuffer in = ByteBuffer.allocate(REPLY_BYTES).limit(0);
    private Link link;
    private @Nullable TlsLeg leg;
    private @Nullable Handshakes handshakes;

    private ControlConnection(SocketChannel socket) {
        link = new Link.Clear(socket);
    }

    /** Connects, and awaits nothing. */
    static ControlConnection open(Endpoint server) throws IOException {
        SocketChannel socket = SocketChannel.open(server.toSocketAddress());
        try {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            return new ControlConnection(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** From now on it has TLS, and data connections too. @param count where theirs are counted */
    void secure(TlsLeg by, Handshakes count) throws IOException {
        leg = by;
        handshakes = count;
        link = new TlsLink(link.socket(), by, null);
        link.ready();
    }

    /** A data connection of this session. @param connected a socket, closed when this fails */
    Link data(SocketChannel connected) throws IOException {
        try {
            return leg == null ? new Link.Clear(connected) : new TlsLink(connected, leg, handshakes);
        } catch (IOException e) {
            connected.close();
            throw e;
        }
    }

    /** What its bytes go over, once nothing more is expected here. */
    Link link() {
        return link;
    }

    /** Waits until something greets at this address in clear, for as long as the process lives and at most {@code patience}. */
    static void awaitGreeting(Child child, Endpoint control, Duration patience) throws LabFailure {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            try (ControlConnection greeted = Caller.inClear().greeted(new Target(control, Security.CLEAR))) {
                greeted.command("QUIT", 221);
                return;
            } catch (IOException e) {
                child.requireAlive();
                if (System.nanoTime() - deadline > 0) {
                    throw new LabFailure(child.name + " did not answer on " + control + " within " + patience.toSeconds() + " s: "
                            + e.getMessage() + child.logTail(), e);
                }
            }
            Child.pause(Duration.ofMillis(50));
        }
    }

    /** Sends a command and returns its reply, which must have this code. */
    String command(String line, int code) throws IOException {
        link.write(ByteBuffer.wrap((line + "\r\n").getBytes(ISO_8859_1)));
        return expect(code, line);
    }

    String expect(int code, String after) throws IOException {
        String reply = reply();
        if (!reply.startsWith(code + " ")) {
            throw new IOException("expected " + code + " after " + after + ", got: " + reply);
        }
        return reply;
    }

    /** The port that a 227 names. Its address is not used: like curl, the client connects to its peer on the control connection. */
    static int passivePort(String reply) throws IOException {
        String[] numbers = reply.substring(reply.indexOf('(') + 1, Math.max(reply.indexOf(')'), 0)).split(",", -1);
        if (numbers.length != 6) {
            throw new IOException("not a passive reply: " + reply);
        }
        return Integer.parseInt(numbers[4]) << 8 | Integer.parseInt(numbers[5]);
    }

    @Override
    public void close() throws IOException {
        try {
            link.close();
        } finally {
            if (leg != null) {
                leg.close();
            }
        }
    }

    /** The last line of the next reply. */
    private String reply() throws IOException {
        String line = line();
        while (line.length() > 3 && line.charAt(3) == '-') {
            line = line();
        }
        return line;
    }

    private String line() throws IOException {
        while (true) {
            for (int i = in.position(); i < in.limit(); i++) {
                if (in.get(i) == '\n') {
                    String line = new String(in.array(), in.position(), i - in.position(), ISO_8859_1).stripTrailing();
                    in.position(i + 1);
                    return line;
                }
            }
            in.compact();
            int read = link.read(in);
            in.flip();
            if (read < 0) {
                throw new EOFException("the control connection was closed");
            }
            if (read == 0) {
                throw new IOException("a reply line of more than " + REPLY_BYTES + " bytes");
            }
        }
    }
}
