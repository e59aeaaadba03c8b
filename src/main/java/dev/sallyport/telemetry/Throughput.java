package dev.sallyport.telemetry;

import dev.sallyport.session.Moved;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Payload bytes of each of the last seconds. Safe for several threads. */
public final class Throughput {

    /** How many seconds are kept. */
    public static final int SECONDS = 300;

    /** @param toClient bytes of each second, the newest last; as many as have passed, {@value #SECONDS} at most */
    public record History(List<Long> toClient, List<Long> toServer) {}

    /** Bytes of one second. */
    public record Second(long toClient, long toServer) {}

    private final long[] toClient = new long[SECONDS];
    private final long[] toServer = new long[SECONDS];
    private long seconds;
    private final Supplier<Moved> moved;
    private Moved before = Moved.NOTHING;

    /** @param moved what all gateways' data connections have moved so far: never less than before, packets not looked at */
    public Throughput(Supplier<Moved> moved) {
        this.moved = moved;
    }

    /** Some seconds are over: what is new is spread over them. @param passed 1 or more @return the last of them */
    public synchronized Second pass(int passed) {
        var now = moved.get();
        var newToClient = now.bytesToClient() - before.bytesToClient();
        var newToServer = now.bytesToServer() - before.bytesToServer();
        before = now;
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
