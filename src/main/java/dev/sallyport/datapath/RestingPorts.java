package dev.sallyport.datapath;

import dev.sallyport.ftp.Endpoint;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The ports that a server cannot connect to again yet, or not as if for the first time. Thread-safe.
 *
 * <p>In active mode a server connects from one port, 20, and to us all its clients have one address. So two connections to
 * the same port of ours would have the same four numbers: the second fails while the first lasts, and for a minute after,
 * in which the server's kernel keeps it in TIME-WAIT (RFC 9293 §3.6.1).
 */
public final class RestingPorts {

    /** Linux's TIME-WAIT; other systems' is not longer in practice. */
    public static final Duration TIME_WAIT = Duration.ofSeconds(60);

    private static final long IN_USE = Long.MAX_VALUE;

    /** How often those that have rested are dropped. */
    private static final long FORGET_NANOS = 1_000_000_000;

    private final long restNanos;
    private final Map<Endpoint, Long> until = new ConcurrentHashMap<>();
    private final AtomicLong forgotNanos = new AtomicLong(System.nanoTime());

    /** @param rest how long after its connection has ended a port rests */
    public RestingPorts(Duration rest) {
        restNanos = rest.toNanos();
    }

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
        var nowNanos = System.nanoTime();
        until.put(local, nowNanos + restNanos);
        var last = forgotNanos.get();
        if (nowNanos - last >= FORGET_NANOS && forgotNanos.compareAndSet(last, nowNanos)) {
            until.values().removeIf(end -> over(end, nowNanos));
        }
    }

    private static boolean over(long end, long nowNanos) {
        return end != IN_USE && nowNanos - end >= 0;
    }
}
