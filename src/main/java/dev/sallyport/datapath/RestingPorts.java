package dev.sallyport.datapath;

import dev.sallyport.ftp.Endpoint;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The ports that a server cannot connect to again yet. Thread-safe.
 *
 * <p>In active mode a server connects from one port, 20, and to us all its clients have one address. So two connections to
 * the same port of ours would have the same four numbers: the second fails while the first lasts, and for a minute after,
 * in which the server's kernel keeps it in TIME-WAIT (RFC 9293 §3.6.1).
 */
public final class RestingPorts {

    /** Linux's TIME-WAIT; other systems' is not longer in practice. */
    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final long IN_USE = Long.MAX_VALUE;

    private final Map<Endpoint, Long> until = new ConcurrentHashMap<>();

    /** Whether it is too early to name the port to a server again. */
    public boolean rests(Endpoint local) {
        var end = until.get(local);
        return end != null && !over(end, System.nanoTime());
    }

    /** A server has connected to the port. */
    public void used(Endpoint local) {
        until.put(local, IN_USE);
    }

    /** That connection has ended. */
    public void ended(Endpoint local) {
        until.put(local, System.nanoTime() + REST_NANOS);
    }

    /** Drops what has rested long enough. @param nowNanos {@link System#nanoTime()} */
    public void forget(long nowNanos) {
        until.values().removeIf(end -> over(end, nowNanos));
    }

    private static boolean over(long end, long nowNanos) {
        return end != IN_USE && nowNanos - end >= 0;
    }
}
