package dev.sallyport.datapath;

import dev.sallyport.session.Moved;
import dev.sallyport.session.PinholeId;
import dev.sallyport.session.PinholeRequest;
import java.util.Map;
import dev.sallyport.session.RangeId;
import dev.sallyport.session.RangeRequest;

/**
 * Carries data connections through pinholes.
 *
 * <p>For each request the owner is told exactly one of {@code PinholeOpened} and {@code PinholeRefused}; after it was opened,
 * at most once {@code DataOpened}, and after that exactly once {@code DataClosed}. After {@link #close} of a pinhole
 * that was not used it is told nothing more.
 */
public interface DataPath {

    /** Opens a pinhole. Called on the owner's event loop; does not block. */
    void open(PinholeRequest request, PinholeOwner owner);

    /**
     * Closes a pinhole, opened or opening; a connection through it goes on. Nothing happens when it has none of that id, or no more.
     * Called on the owner's event loop.
     *
     * @param presumedUsed whether a connection has probably come through, though the owner has not been told: it is told then
     */
    void close(PinholeId pinhole, boolean presumedUsed);

    /** Cuts the connection through a pinhole, if there is one. Called on the owner's event loop. */
    void cut(PinholeId pinhole);

    /** The server has begun the transfer of a pinhole for which it is to have TLS. Called on the owner's event loop. */
    void secure(PinholeId pinhole);

    /**
     * Opens a range of ports; its owner is told exactly one of {@code RangeOpened} and {@code RangeRefused}, unless it closes
     * the range before. {@code RangeLost} tells that one which was opened is not any more, and is to be closed. While data
     * connections through it live, it is told {@code OpaqueMoved} from time to time, and {@code RangeMoved} as they come, move and
     * go; of a range that several sessions share one of these is told. Called on the owner's event loop; does not block.
     */
    void openRange(RangeRequest request, PinholeOwner owner);

    /**
     * Closes a range, opened or opening; its owner is told {@code RangeEnded} when nothing of it moves any more, or when another
     * session that shares it has what still does; unless it is told {@code RangeRefused} yet. Called on the owner's event loop.
     *
     * @param cut whether the connections through it are cut; otherwise they go on, until it is called again so
     */
    void closeRange(RangeId range, boolean cut);

    /** Closes everything. No request may follow. */
    void shutDown();

    /**
     * What has gone through each data connection that stands, so far: of pinholes; owners of ranges are told of theirs. For kernel
     * paths this takes as long as a look at the connection tracking table: not to be called on an event loop.
     */
    Map<PinholeId, Moved> moving();

    /** How many requests found no port free at once and waited for one, so far. */
    long waits();

    /** Pinholes asked for and data connections that have not ended. */
    int open();
}
