package dev.sallyport.datapath.kernel;

import dev.sallyport.datapath.PinholeOwner;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.session.Input;
import dev.sallyport.session.RangeId;
import dev.sallyport.session.RangeRequest;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A server's passive ports that are open to one client, shared by all its sessions there. Guarded by {@link KernelRanges}; when it
 * is shut, of the maintenance thread alone.
 */
final class KernelRange {

    /** Within the time after which a session or its data is idle, its flows are looked at so often. */
    private static final int LOOKS_UNTIL_IDLE = 3;

    /** Where connections come from and where they lead; see {@link RangeRequest}. */
    record Way(InetAddress client, InetAddress listen, InetAddress server, InetAddress dialFrom, PortRange ports) {

        static Way of(RangeRequest request) {
            return new Way(request.client(), request.listen(), request.server(), request.dialFrom(), request.ports());
        }

        boolean ofOneFamily() {
            var family = client.getClass();
            return listen.getClass() == family && server.getClass() == family && dialFrom.getClass() == family;
        }

        /** The client was told another server. */
        boolean translatesDestination() {
            return !listen.equals(server);
        }

        /** The server sees another client. */
        boolean translatesSource() {
            return !client.equals(dialFrom);
        }

        /** Whether a connection could take either way: there can be one of the two. */
        boolean collides(Way other) {
            return !equals(other) && client.equals(other.client) && listen.equals(other.listen)
                    && ports.first().compareTo(other.ports.last()) <= 0 && other.ports.first().compareTo(ports.last()) <= 0;
        }
    }

    final Way way;
    /** In the conntrack marks of all its flows. */
    final int mark;

    /** Of the gateway whose session opened it first. */
    final KernelSettings settings;

    final SequencedMap<RangeId, PinholeOwner> owners = new LinkedHashMap<>();
    final RangeData data = new RangeData();
    /** The session that left last; null before. */
    @Nullable RangeId last;
    /** Whether its elements have been in place. */
    boolean open;
    /** Whether a session has left whose data was to be cut: it goes when the last leaves, for whose it is cannot be told. */
    boolean toCut;

    long renewedNanos;
    private final long lookNanos;
    private long lookedNanos;
    private long bytes;
    private long movedNanos;

    /** @param look the longest time between two looks at its flows */
    KernelRange(Way way, int mark, KernelSettings settings, Duration look, long nowNanos) {
        this.way = way;
        this.mark = mark;
        this.settings = settings;
        this.renewedNanos = nowNanos;
        this.lookNanos = Math.min(
                look.toNanos(), Math.min(settings.idle().toNanos(), settings.controlIdle().toNanos()) / LOOKS_UNTIL_IDLE);
        this.lookedNanos = nowNanos;
        this.movedNanos = nowNanos;
    }

    /** A session has it from now on. */
    void join(RangeId id, PinholeOwner owner) {
        if (owners.isEmpty()) {
            data.follow(id, owner);
        }
        owners.put(id, owner);
    }

    /** A session has it no more. @return whether it was the last, which is told the end of the data when that has come */
    boolean leave(RangeId id) {
        var owner = owners.remove(id);
        if (owners.isEmpty()) {
            last = id;
            return true;
        }
        var first = owners.firstEntry();
        if (data.tells(id)) {
            data.follow(first.getKey(), first.getValue());
        } else if (owner != null) {
            owner.eventLoop().execute(() -> owner.deliver(new Input.RangeEnded(id)));
        }
        return false;
    }

    void tell(Function<RangeId, Input> input) {
        owners.forEach((id, owner) -> owner.deliver(input.apply(id)));
    }

    /** Whether its flows are to be looked at. */
    boolean due(long nowNanos) {
        return nowNanos - lookedNanos >= lookNanos;
    }

    void looked(long nowNanos) {
        lookedNanos = nowNanos;
    }

    /** @param nowBytes what its flows have moved, those that stand. @return false when they have been silent for too long */
    boolean moves(long nowBytes, long nowNanos) {
        if (bytes != nowBytes) {
            bytes = nowBytes;
            movedNanos = nowNanos;
        }
        return nowNanos - movedNanos < settings.idle().toNanos();
    }

    @Override
    public String toString() {
        return "%s to %s, ports %s".formatted(
                Addresses.text(way.client, true), Addresses.text(way.listen, true), way.ports);
    }
}
