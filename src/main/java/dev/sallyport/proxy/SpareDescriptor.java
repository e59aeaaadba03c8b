package dev.sallyport.proxy;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A descriptor kept back for the client who comes when there are no more. Accepting fails then, and the client would wait in
 * the kernel's queue without a word; letting this one go makes room to accept the client and to say why it cannot stay.
 *
 * <p>Thread-safe: clients arrive on all event loops.
 */
final class SpareDescriptor implements AutoCloseable {

    private @Nullable SocketChannel held;
    private boolean closed;

    /** @return whether accepting again has a chance now */
    synchronized boolean letGo() {
        var spare = held;
        if (spare == null) {
            return false;
        }
        held = null;
        shut(spare);
        return true;
    }

    /** @return whether it is held now; when it is not, descriptors are used up */
    synchronized boolean takeBack() {
        if (held == null && !closed) {
            try {
                held = SocketChannel.open();
            } catch (IOException usedUp) {
                return false;
            }
        }
        return true;
    }

    @Override
    public synchronized void close() {
        closed = true;
        letGo();
    }

    private static void shut(SocketChannel spare) {
        try {
            spare.close();
        } catch (IOException e) {
            throw new IllegalStateException("a socket without a connection closes without fail", e);
        }
    }
}
