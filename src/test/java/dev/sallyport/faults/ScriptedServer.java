package dev.sallyport.faults;

import dev.sallyport.ftp.DataAddress;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Parsed;
import dev.sallyport.ftp.Port;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An FTP server that obeys, except where a test says otherwise. {@code RETR 1000} sends that many bytes of a
 * {@link Sequence}, {@code STOR} takes one. Each client has a virtual thread.
 */
final class ScriptedServer implements AutoCloseable {

    /** What it does for one command. */
    interface Answer {
        void to(String argument, Visitor visitor) throws Exception;
    }

    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private volatile Answer greeting = (none, visitor) -> visitor.control.send("220 Ready.");

    /** Bytes that were written to data connections, whether or not they arrived. */
    final AtomicLong sent = new AtomicLong();

    /** Bytes of the last upload; negative when it broke off or its content was wrong. */
    final AtomicLong received = new AtomicLong();

    /** The lines of its clients, each once. */
    final Set<String> heard = ConcurrentHashMap.newKeySet();

    ScriptedServer(InetSocketAddress local) throws IOException {
        listener = new ServerSocket();
        listener.setReuseAddress(true);
        // A hundred clients come at once; a full queue would cost some of them a second, and their greeting its time.
        listener.bind(local, 256);
        obey();
        Thread.ofVirtual().start(this::accept);
    }

    Endpoint endpoint() {
        return Endpoint.of((InetSocketAddress) listener.getLocalSocketAddress());
    }

    /** Forgets what {@link #on} and {@link #greet} said. */
    void obey() {
        sent.set(0);
        received.set(0);
        heard.clear();
        answers.clear();
        greeting = (none, visitor) -> visitor.control.send("220 Ready.");
        on("USER", (user, visitor) -> visitor.control.send("331 Password?"));
        on("PASS", (password, visitor) -> visitor.control.send("230 Welcome."));
        on("NOOP", (none, visitor) -> visitor.control.send("200 Zzz."));
        on("PASV", (none, visitor) -> visitor.listen());
        on("PORT", (address, visitor) -> visitor.remember(DataAddress.port(address)));
        on("EPRT", (address, visitor) -> visitor.remember(DataAddress.eprt(address)));
        on("LPRT", (address, visitor) -> visitor.remember(DataAddress.lprt(address)));
        on("RETR", (bytes, visitor) -> visitor.send(Long.parseLong(bytes)));
        on("STOR", (name, visitor) -> visitor.receive());
        on("QUIT", (none, visitor) -> {
            visitor.control.send("221 Bye.");
            visitor.control.close();
        });
    }

    void on(String verb, Answer answer) {
        answers.put(verb, answer);
    }

    void greet(Answer answer) {
        greeting = answer;
    }

    private void accept() {
        try {
            while (true) {
                var socket = listener.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serve(Socket socket) {
        sockets.add(socket);
        try (var control = new Dialogue(socket); var visitor = new Visitor(control)) {
            greeting.to("", visitor);
            for (var line = control.line(); line != null; line = control.line()) {
                heard.add(line);
                var words = line.split(" ", 2);
                Answer answer = answers.get(words[0].toUpperCase(Locale.ROOT));
                if (answer == null) {
                    control.send("500 What?");
                } else {
                    answer.to(words.length > 1 ? words[1] : "", visitor);
                }
            }
        } catch (Exception gone) {
            // The client is gone, or this server is to be: the test looks at what the client saw.
        } finally {
            sockets.remove(socket);
        }
    }

    /** Control connections that are open. */
    int visitors() {
        return sockets.size();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (var socket : sockets) {
            socket.close();
        }
    }

    /** One client and its data connection. */
    final class Visitor implements AutoCloseable {

        final Dialogue control;
        /** Where active data connections come from. */
        Port activeFrom = new Port(endpoint().port().number() - 1);

        private @Nullable ServerSocket passive;
        private @Nullable Endpoint active;

        Visitor(Dialogue control) {
            this.control = control;
        }

        void listen() throws IOException {
            close();
            var fresh = new ServerSocket(0, 1, control.socket().getLocalAddress());
            passive = fresh;
            say(fresh.getLocalPort());
        }

        /** Sends a 227 that names a port of this server. */
        void say(int port) throws IOException {
            control.send("227 Entering Passive Mode (%s,%d,%d)".formatted(
                    control.socket().getLocalAddress().getHostAddress().replace('.', ','), port >> 8, port & 0xff));
        }

        /** Where to connect to, whoever is there. */
        void remember(Parsed<Endpoint> told) throws IOException {
            close();
            active = told instanceof Parsed.Value<Endpoint>(var endpoint) ? endpoint : null;
            control.send(active != null ? "200 Noted." : "501 Where?");
        }

        /** What the last PORT, EPRT or LPRT told it. */
        Endpoint active() {
            return Objects.requireNonNull(active, "no PORT and no PASV");
        }

        /** The data connection: the client's, or one to the client. */
        Socket data() throws IOException {
            if (passive != null) {
                return passive.accept();
            }
            var socket = new Socket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(control.socket().getLocalAddress(), activeFrom.number()));
            socket.connect(active().toSocketAddress());
            return socket;
        }

        void send(long bytes) throws IOException {
            control.send("150 Here it comes.");
            try (var data = data()) {
                Sequence.write(data.getOutputStream(), bytes, sent);
            } catch (IOException broken) {
                control.send("426 Transfer aborted.");
                return;
            }
            control.send("226 Sent.");
        }

        void receive() throws IOException {
            control.send("150 Let it come.");
            received.set(-1);
            try (var data = data()) {
                received.set(Sequence.read(data.getInputStream()));
            } catch (IOException broken) {
                control.send("426 Transfer aborted.");
                return;
            }
            control.send("226 Stored.");
        }

        @Override
        public void close() throws IOException {
            if (passive != null) {
                passive.close();
                passive = null;
            }
        }
    }
}
