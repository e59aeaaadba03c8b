package dev.sallyport.proxy;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.session.SessionObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A running gateway. */
public final class Gateway {

    private Gateway() {}

    /** Starts listening. @throws IOException when an address cannot be listened on; the message says which and why */
    public static Gateway start(GatewaySettings settings, EventLoops loops, SessionObserver observer) throws IOException {
        throw new IOException("not yet");
    }

    /** The addresses that it listens on; a port 0 of the settings is the real port here. */
    public List<Endpoint> listening() {
        return List.of();
    }

    /** Sessions that have not ended. */
    public int sessions() {
        return 0;
    }

    /** Takes no new sessions, lets running transfers finish for a while, then ends what is left. Blocks until all is over. */
    public void stop(Duration grace) throws InterruptedException {
        throw new InterruptedException();
    }
}
