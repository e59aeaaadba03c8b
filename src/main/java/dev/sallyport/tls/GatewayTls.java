package dev.sallyport.tls;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a gateway ends TLS with. It may be taken anew while it runs: sessions that stand go on with what they began with. */
public final class GatewayTls implements AutoCloseable {

    /** Changed, and let go, under the lock alone. */
    private volatile Parts parts;

    /**
     * @param clients null where clients have no TLS
     * @param servers null where servers have none
     * @param name whom a server has to prove to be; null: whoever it is called
     * @param reuseDemanded whether a client's data connections have to resume its control connection's TLS
     */
    public record Parts(@Nullable ClientTls clients, @Nullable ServerTls servers, @Nullable String name, boolean reuseDemanded)
            implements AutoCloseable {

        @Override
        public void close() {
            if (servers != null) {
                servers.close();
            }
        }
    }

    /** @param parts let go when others are taken, or this is closed */
    public GatewayTls(Parts parts) {
        this.parts = parts;
    }

    /** From the next session on. @param other let go in their turn */
    public synchronized void take(Parts other) {
        parts.close();
        parts = other;
    }

    /** A new session's with its client. @throws NullPointerException where clients have none */
    public TlsLeg withClient() {
        return Objects.requireNonNull(parts.clients).leg();
    }

    /**
     * A new session's with its server.
     *
     * @param called the server's name, or its address where it has none
     * @param port of the control connection
     * @throws NullPointerException where servers have none
     */
    public synchronized TlsLeg withServer(String called, int port) {
        return Objects.requireNonNull(parts.servers).leg(Objects.requireNonNullElse(parts.name, called), port);
    }

    /** Whether a new session's data connections with its client have to be resumed. */
    public boolean reuseDemanded() {
        return parts.reuseDemanded;
    }

    /** What is shown to clients now; null where they have no TLS. */
    public @Nullable CertifiedKeys shown() {
        var clients = parts.clients;
        return clients == null ? null : clients.shown();
    }

    /** No further session begins; those that stand go on. */
    @Override
    public synchronized void close() {
        parts.close();
    }
}
