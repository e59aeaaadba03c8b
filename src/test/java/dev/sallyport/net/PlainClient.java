package dev.sallyport.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.faults.Sequence;
import dev.sallyport.ftp.DataAddress;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Parsed;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Objects;

/** An FTP client of few words in a host of a {@link Network}. */
public final class PlainClient implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 20_000;
    /** A first packet that is lost is sent again after a second: a connection that takes less had none lost. */
    private static final int AT_ONCE_MILLIS = 900;

    private final Host host;
    private final InetAddress from;
    private final Socket control;
    private final InputStream replies;

    private PlainClient(Host host, String from, String to, int port) throws Exception {
        this.host = host;
        this.from = InetAddress.getByName(from);
        this.control = open(InetSocketAddress.createUnresolved(to, port), PATIENCE_MILLIS);
        this.replies = new BufferedInputStream(control.getInputStream());
    }

    /** Connects to a server's control port, and logs in. */
    public static PlainClient login(Host host, String from, String server) throws Exception {
        var client = new PlainClient(host, from, server, 21);
        try {
            client.expect("220 ");
            client.ask("USER demo", "331 ");
            client.ask("PASS demo", "230 ");
            return client;
        } catch (Throwable e) {
            client.close();
            throw e;
        }
    }

    public Socket control() {
        return control;
    }

    public void send(String command) throws IOException {
        control.getOutputStream().write((command + "\r\n").getBytes(ISO_8859_1));
    }

    /** The next line of the server. @throws IOException when there is none */
    public String reply() throws IOException {
        var line = PlainServer.line(replies);
        if (line == null) {
            throw new IOException("the control connection has ended");
        }
        return line;
    }

    public String expect(String reply) throws IOException {
        var line = reply();
        assertThat(line).startsWith(reply);
        return line;
    }

    public String ask(String command, String reply) throws IOException {
        send(command);
        return expect(reply);
    }

    /** PASV, or EPSV on IPv6. @return where the data connection is to go */
    public Endpoint passive() throws IOException {
        if (control.getInetAddress() instanceof java.net.Inet4Address) {
            return endpoint(DataAddress.passive(ask("PASV", "227 ").substring(3)));
        }
        return endpoint(DataAddress.extendedPassive(ask("EPSV", "229 ").substring(3), control.getInetAddress()));
    }

    private static Endpoint endpoint(Parsed<Endpoint> told) {
        return switch (told) {
            case Parsed.Value<Endpoint>(var endpoint) -> endpoint;
            case Parsed.Rejected<Endpoint>(var fault) -> throw new AssertionError(fault);
        };
    }

    /** PORT, or EPRT on IPv6. @return where the server is to connect */
    public ServerSocket active() throws Exception {
        var listener = listener();
        ask(activeCommand(listener).text(), "200 ");
        return listener;
    }

    public ServerSocket listener() throws Exception {
        return host.call(() -> {
            var listening = new ServerSocket();
            listening.bind(new InetSocketAddress(from, 0), 16);
            listening.setSoTimeout(PATIENCE_MILLIS);
            return listening;
        });
    }

    public static FtpLine activeCommand(ServerSocket listener) {
        var own = Endpoint.of((InetSocketAddress) Objects.requireNonNull(listener.getLocalSocketAddress()));
        return own.address() instanceof java.net.Inet4Address ? DataAddress.portCommand(own) : DataAddress.eprtCommand(own);
    }

    /** A data connection that nobody delays. */
    public Socket connect(Endpoint to) throws Exception {
        return open(to.toSocketAddress(), AT_ONCE_MILLIS);
    }

    private Socket open(InetSocketAddress to, int millis) throws Exception {
        return host.call(() -> {
            var socket = new Socket();
            try {
                socket.bind(new InetSocketAddress(from, 0));
                socket.connect(to.isUnresolved() ? new InetSocketAddress(to.getHostString(), to.getPort()) : to, millis);
                socket.setSoTimeout(PATIENCE_MILLIS);
                socket.setTcpNoDelay(true);
                return socket;
            } catch (IOException e) {
                socket.close();
                throw new IOException(e.getMessage() + ": " + to, e);
            }
        });
    }

    /** A whole passive download. */
    public void download(long bytes) throws Exception {
        try (var data = connect(passive())) {
            ask("RETR " + bytes, "150 ");
            assertThat(Sequence.read(data.getInputStream())).isEqualTo(bytes);
        }
        expect("226 ");
    }

    /** A whole active download. */
    public void downloadActively(long bytes) throws Exception {
        try (var listener = active()) {
            ask("RETR " + bytes, "150 ");
            try (var data = listener.accept()) {
                assertThat(Sequence.read(data.getInputStream())).isEqualTo(bytes);
            }
        }
        expect("226 ");
    }

    @Override
    public void close() throws IOException {
        control.close();
    }
}
