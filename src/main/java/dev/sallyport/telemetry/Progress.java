package dev.sallyport.telemetry;

import dev.sallyport.session.Moved;
import dev.sallyport.session.PinholeId;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What data connections have moved, told bit by bit and nothing twice: as far as a look shows while they stand, and the rest
 * at their end. Safe for several threads.
 */
final class Progress {

    private final Consumer<Moved> more;
    private final Map<PinholeId, Moved> told = new HashMap<>();

    /** @param more told what is new, under this object's lock */
    Progress(Consumer<Moved> more) {
        this.more = more;
    }

    /** Connections that stand, as they are now. */
    synchronized void look(Map<PinholeId, Moved> standing) {
        standing.forEach((pinhole, moved) -> tell(told.put(pinhole, moved), moved));
        told.keySet().retainAll(standing.keySet());
    }

    synchronized void ended(PinholeId pinhole, Moved moved) {
        tell(told.remove(pinhole), moved);
    }

    private void tell(@Nullable Moved before, Moved now) {
        more.accept(before == null ? now : new Moved(
                Math.max(0, now.bytesToClient() - before.bytesToClient()), Math.max(0, now.bytesToServer() - before.bytesToServer()),
                Math.max(0, now.packetsToClient() - before.packetsToClient()),
                Math.max(0, now.packetsToServer() - before.packetsToServer())));
    }
}
