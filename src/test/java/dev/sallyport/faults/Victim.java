package dev.sallyport.faults;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.ftp.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;

/** A host that listens, and that nobody who goes through the gateway has any business with. */
final class Victim implements AutoCloseable {

    /** Whoever has connected stands in the listener's queue already: this is for one who is on its way. */
    private static final int LATE_MILLIS = 50;

    private static final int SILENCE_MILLIS = 5_000;

    private final ServerSocket listener;

    Victim(String address) throws IOException {
        listener = new ServerSocket(0, 8, InetAddress.getByName(address));
    }

    Endpoint endpoint() {
        return Endpoint.of((InetSocketAddress) listener.getLocalSocketAddress());
    }

    /** Who has connected. */
    Socket attacker() throws IOException {
        listener.setSoTimeout(SILENCE_MILLIS);
        return listener.accept();
    }

    /** Nobody has connected, and nobody does. */
    void sawNobody() throws IOException {
        listener.setSoTimeout(LATE_MILLIS);
        assertThatThrownBy(listener::accept).as("a connection to the victim").isInstanceOf(SocketTimeoutException.class);
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
