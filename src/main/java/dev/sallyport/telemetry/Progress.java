package dev.sallyport.telemetry;

import dev.sallyport.session.Moved;
import dev.sallyport.session.PinholeId;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What data connections have moved, told bit by bit and nothing twice: as far as a look shows while they stand, and the rest
 * at their end. Looks may overlap, and one may show what has ended in the meantime. Safe for several threads.
 */
final class Progress {

    private final Consumer<Moved> more;
    /** Of each connection that stands. */
    private final Map<PinholeId, Moved> told = new HashMap<>();

    /** @param more told what is new, under this object's lock */
    Progress(Consumer<Moved> more) {
        this.more = more;
    }

    synchronized void began(PinholeId pinhole) {
        told.put(pinhole, Moved.NOTHING);
    }

    /** Connections as they are now, or were a moment ago. */
    synchronized void look(Map<PinholeId, Moved> standing) {
        standing.forEach((pinhole, moved) -> told.computeIfPresent(pinhole, (_, before) -> before.plus(tell(before, moved))));
    }

    synchronized void ended(PinholeId pinhole, Moved moved) {
        var before = told.remove(pinhole);
        tell(before == null ? Moved.NOTHING : before, moved);
    }

    private Moved tell(Moved before, Moved now) {
        var news = now.beyond(before);
        more.accept(news);
        return news;
    }
}
