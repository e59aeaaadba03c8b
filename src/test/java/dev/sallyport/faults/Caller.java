package dev.sallyport.faults;

import dev.sallyport.ftp.DataAddress;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Parsed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A client at a gateway, from a loopback address of its own. */
final class Caller implements AutoCloseable {

    /** Two who have nothing to do with each other, nor with others here. */
    static final String HOSTILE = "127.0.0.2";
    static final String HONEST = "127.0.0.3";

    /** A test that hangs should say where. */
    private static final int SILENCE_MILLIS = 15_000;

    private final InetAddress from;
    final Dialogue control;

    /** Connects, and says nothing. */
    Caller(Endpoint gateway, String from) throws IOException {
        this.from = InetAddress.getByName(from);
        this.control = new Dialogue(connect(gateway, 0));
    }

    static Caller loggedIn(Endpoint gateway) throws IOException {
        return loggedIn(gateway, "127.0.0.1");
    }

    static Caller loggedIn(Endpoint gateway, String from) throws IOException {
        var caller = new Caller(gateway, from);
        caller.control.expect("220 ");
        caller.ask("USER demo", "331 ");
        caller.ask("PASS demo", "230 ");
        return caller;
    }

    /** Sends a command and reads its reply, one line, which must begin like this. */
    String ask(String command, String reply) throws IOException {
        control.send(command);
        return control.expect(reply);
    }

    /** Sends a command; its replies must be exactly these lines. */
    void exactly(String command, String... replies) throws IOException {
        control.send(command);
        control.expectExactly(replies);
    }

    /** Sends PASV. @return where the data connection is to go */
    Endpoint passive() throws IOException {
        var told = DataAddress.passive(ask("PASV", "227 ").substring(3));
        return switch (told) {
            case Parsed.Value<Endpoint>(var endpoint) -> endpoint;
            case Parsed.Rejected<Endpoint>(var fault) -> throw new AssertionError(fault);
        };
    }

    /** Sends PORT with a listener of this client. */
    ServerSocket active() throws IOException {
        var listener = new ServerSocket(0, 1, from);
        listener.setSoTimeout(SILENCE_MILLIS);
        ask(DataAddress.portCommand(Endpoint.of((InetSocketAddress) listener.getLocalSocketAddress())).text(), "200 ");
        return listener;
    }

    Socket connect(Endpoint to) throws IOException {
        return connect(to, 0);
    }

    /** @param receiveBuffer bytes; 0 for the system's own choice */
    Socket connect(Endpoint to, int receiveBuffer) throws IOException {
        var socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(to.toSocketAddress(), SILENCE_MILLIS);
        socket.setSoTimeout(SILENCE_MILLIS);
        return socket;
    }

    /** A whole download in passive mode. @return how many bytes came, all the right ones */
    long download(long bytes) throws IOException {
        try (var data = connect(passive())) {
            ask("RETR " + bytes, "150 ");
            long came = Sequence.read(data.getInputStream());
            control.expect("226 ");
            return came;
        }
    }

    /** The same in active mode. */
    long downloadActively(long bytes) throws IOException {
        try (var listener = active()) {
            ask("RETR " + bytes, "150 ");
            try (var data = listener.accept()) {
                long came = Sequence.read(data.getInputStream());
                control.expect("226 ");
                return came;
            }
        }
    }

    @Override
    public void close() throws IOException {
        control.close();
    }
}
