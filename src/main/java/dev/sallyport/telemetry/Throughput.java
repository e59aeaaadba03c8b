package dev.sallyport.telemetry;

import dev.sallyport.session.Moved;
import dev.sallyport.session.PinholeId;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionObserver;
import dev.sallyport.session.SessionWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Payload bytes of each of the last seconds. What a connection has moved is known from looks at those that stand, and exactly
 * at its end. Safe for several threads.
 */
public final class Throughput implements SessionObserver {

    /** How many seconds are kept. */
    public static final int SECONDS = 300;

    /** @param toClient bytes of each second, the newest last; as many as have passed, {@value #SECONDS} at most */
    public record History(List<Long> toClient, List<Long> toServer) {}

    /** Bytes of one second. */
    public record Second(long toClient, long toServer) {}

    private final long[] toClient = new long[SECONDS];
    private final long[] toServer = new long[SECONDS];
    private long seconds;
    private final Progress progress = new Progress(this::count);
    private long newToClient;
    private long newToServer;

    @Override
    public SessionWatch watch(SessionContext session) {
        return this::observe;
    }

    private void observe(SessionEvent event) {
        if (event instanceof SessionEvent.PinholeUsed(var pinhole, _)) {
            progress.began(pinhole);
        } else if (event instanceof SessionEvent.DataEnded(var pinhole, var moved, _)) {
            progress.ended(pinhole, moved);
        } else if (event instanceof SessionEvent.RangeMoved(_, var moved, _, _)) {
            count(moved);
        }
    }

    /** Connections that stand, as they are now. */
    public void look(Map<PinholeId, Moved> standing) {
        progress.look(standing);
    }

    private synchronized void count(Moved moved) {
        newToClient += moved.bytesToClient();
        newToServer += moved.bytesToServer();
    }

    /** Some seconds are over: what is new is spread over them. @param passed 1 or more @return the last of them */
    public synchronized Second pass(int passed) {
        for (var i = 0; i < passed; i++) {
            var slot = (int) (seconds++ % SECONDS);
            var rest = passed - i;
            toClient[slot] = newToClient / rest;
            toServer[slot] = newToServer / rest;
            newToClient -= toClient[slot];
            newToServer -= toServer[slot];
        }
        var last = (int) ((seconds - 1) % SECONDS);
        return new Second(toClient[last], toServer[last]);
    }

    public synchronized History history() {
        var clients = new ArrayList<Long>(SECONDS);
        var servers = new ArrayList<Long>(SECONDS);
        for (var second = Math.max(0, seconds - SECONDS); second < seconds; second++) {
            clients.add(toClient[(int) (second % SECONDS)]);
            servers.add(toServer[(int) (second % SECONDS)]);
        }
        return new History(clients, servers);
    }
}
