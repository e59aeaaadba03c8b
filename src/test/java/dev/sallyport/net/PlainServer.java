package dev.sallyport.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.faults.Sequence;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.DataAddress;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Parsed;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An FTP server of few words, with a thread for each client, in the host in which it is started. {@code RETR 1000} sends so
 * many bytes of a {@link Sequence}, {@code STOR} takes one; its 226 tells how many.
 */
public final class PlainServer implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 20_000;

    /** What it does for one command. */
    public interface Answer {
        void to(String argument, Visitor visitor) throws Exception;
    }

    /** To {@code RETR}, unless another is wanted. */
    public static final Answer AT_ONCE = (bytes, visitor) -> visitor.send(Long.parseLong(bytes));

    /** To {@code RETR}: a byte 0, and what was asked for when the rest is let go. */
    public static Answer held(CountDownLatch rest) {
        return (bytes, visitor) -> {
            visitor.say("150 Slowly.");
            try (var data = visitor.connect()) {
                data.getOutputStream().write(0);
                rest.await();
                Sequence.write(data.getOutputStream(), Long.parseLong(bytes), new AtomicLong());
            }
            visitor.say("226 Done.");
        };
    }

    /** @param nanos on the clock of {@link System#nanoTime} */
    public record Heard(String line, long nanos) {}

    private final ServerSocket listener;
    private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    /** Each new data connection, oldest first. */
    public final BlockingQueue<Socket> data = new LinkedBlockingQueue<>();
    /** Each command that came, and when. */
    public final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
    /** How many bytes the last upload or download had that was whole; negative when its content was wrong. */
    public final BlockingQueue<Long> transferred = new LinkedBlockingQueue<>();
    /** The port of passive data connections; 0 for any. */
    public volatile int passivePort;

    /** Whether it goes on to listen for the data connection of a client that has gone. */
    public volatile boolean patient;

    private PlainServer(ServerSocket listener) {
        this.listener = listener;
        on("USER", (user, visitor) -> visitor.say("331 Password?"));
        on("PASS", (password, visitor) -> visitor.say("230 Welcome."));
        on("TYPE", (type, visitor) -> visitor.say("200 Binary."));
        on("NOOP", (none, visitor) -> visitor.say("200 Zzz."));
        on("PASV", (none, visitor) -> visitor.listen(false));
        on("EPSV", (none, visitor) -> visitor.listen(true));
        on("PORT", (address, visitor) -> visitor.remember(DataAddress.port(address)));
        on("EPRT", (address, visitor) -> visitor.remember(DataAddress.eprt(address)));
        on("RETR", AT_ONCE);
        on("STOR", (name, visitor) -> visitor.receive());
        on("QUIT", (none, visitor) -> {
            visitor.say("221 Bye.");
            visitor.control.close();
        });
    }

    /** Starts it at an address and port of a host. */
    public static PlainServer start(Host host, String address, int port) throws Exception {
        var server = new PlainServer(host.call(() -> listener(address, port)));
        host.start(server::accept);
        return server;
    }

    /** Starts it on this host. */
    public static PlainServer startHere(String address, int port) throws IOException {
        var server = new PlainServer(listener(address, port));
        Thread.ofPlatform().daemon().start(server::accept);
        return server;
    }

    private static ServerSocket listener(String address, int port) throws IOException {
        var socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(address, port), 256);
        return socket;
    }

    /** From now on it answers a command like this. */
    public PlainServer on(String verb, Answer answer) {
        answers.put(verb, answer);
        return this;
    }

    private @Nullable Void accept() {
        while (true) {
            try {
                var client = listener.accept();
                client.setTcpNoDelay(true);
                open.add(client);
                // A thread in the host makes threads that are in it.
                Thread.ofPlatform().daemon().name("visitor").start(() -> serve(new Visitor(client)));
            } catch (IOException closed) {
                return null;
            }
        }
    }

    private void serve(Visitor visitor) {
        try (visitor.control) {
            visitor.say("220 Ready.");
            var in = new BufferedInputStream(visitor.control.getInputStream());
            for (var line = line(in); line != null; line = line(in)) {
                heard.add(new Heard(line, System.nanoTime()));
                var words = line.split(" ", 2);
                var answer = answers.get(words[0]);
                if (answer == null) {
                    visitor.say("502 " + line + "?");
                } else {
                    answer.to(words.length > 1 ? words[1] : "", visitor);
                }
            }
        } catch (Exception ended) {
            // As connections do here, by the gateway or by a test.
        } finally {
            if (!patient) {
                visitor.forgetListener();
            }
            open.remove(visitor.control);
        }
    }

    static @Nullable String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (var next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                return null;
            }
            line.append((char) next);
        }
        return line.toString().stripTrailing();
    }

    @Override
    public void close() throws Exception {
        listener.close();
        for (var each : open) {
            each.close();
        }
        for (var each : data) {
            each.close();
        }
    }

    /** One client. */
    public final class Visitor {
        final Socket control;
        private @Nullable ServerSocket passive;
        private @Nullable Endpoint active;

        private Visitor(Socket control) {
            this.control = control;
        }

        public void say(String line) throws IOException {
            control.getOutputStream().write((line + "\r\n").getBytes(ISO_8859_1));
        }

        /** @param extended for EPSV */
        public void listen(boolean extended) throws IOException {
            forgetListener();
            active = null;
            var address = control.getLocalAddress();
            var socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, passivePort), 16);
            socket.setSoTimeout(PATIENCE_MILLIS);
            passive = socket;
            open.add(socket);
            var port = socket.getLocalPort();
            say(extended
                    ? "229 Here (|||" + port + "|)"
                    : "227 Here (" + Addresses.text(address, false).replace('.', ',') + "," + (port >> 8) + "," + (port & 255) + ").");
        }

        private void remember(Parsed<Endpoint> target) throws IOException {
            target(target);
            say("200 There.");
        }

        /** The next data connection goes there. */
        public void target(Parsed<Endpoint> target) throws IOException {
            forgetListener();
            active = switch (target) {
                case Parsed.Value<Endpoint>(var endpoint) -> endpoint;
                case Parsed.Rejected<Endpoint>(var fault) -> throw new IOException("no address: " + fault);
            };
        }

        /** The data connection, accepted or made. */
        public Socket connect() throws IOException {
            var listening = passive;
            var target = active;
            Socket socket;
            if (listening != null) {
                socket = listening.accept();
            } else if (target != null) {
                socket = new Socket();
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(control.getLocalAddress(), control.getLocalPort() - 1));
                socket.connect(target.toSocketAddress(), PATIENCE_MILLIS);
                active = null;
            } else {
                throw new IOException("neither PASV nor PORT");
            }
            forgetListener();
            data.add(socket);
            return socket;
        }

        private void send(long bytes) throws IOException {
            say("150 Here it comes.");
            try (var socket = connect()) {
                Sequence.write(socket.getOutputStream(), bytes, new AtomicLong());
            }
            transferred.add(bytes);
            say("226 " + bytes);
        }

        private void receive() throws IOException {
            say("150 Go on.");
            long came;
            try (var socket = connect()) {
                came = Sequence.read(socket.getInputStream());
            }
            transferred.add(came);
            say("226 " + came);
        }

        void forgetListener() {
            var socket = passive;
            passive = null;
            if (socket != null) {
                open.remove(socket);
                try {
                    socket.close();
                } catch (IOException closed) {
                    // Gone is gone.
                }
            }
        }
    }
}
