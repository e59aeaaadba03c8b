package dev.sallyport.datapath.kernel;

import dev.sallyport.datapath.RangeMembers;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.session.RangeRequest;
import java.net.InetAddress;
import java.time.Duration;

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

    /** With the settings of their gateways, each of which has its own. */
    final RangeMembers<KernelSettings> members = new RangeMembers<>();
    final RangeData data = new RangeData(members.account());
    /** Whether its elements have been in place. */
    boolean open;
    /** Whether it is shut, and the kernel has said so. */
    volatile boolean shut;
    long renewedNanos;
    private final Duration look;
    private long lookedNanos;
    private long bytes;
    private long movedNanos;

    /** @param look the longest time between two looks at its flows */
    KernelRange(Way way, int mark, Duration look, long nowNanos) {
        this.way = way;
        this.mark = mark;
        this.look = look;
        this.renewedNanos = nowNanos;
        this.lookedNanos = nowNanos;
        this.movedNanos = nowNanos;
    }

    /** Whether a session of this gateway has it, or was the last that had. */
    boolean of(KernelSettings gateway) {
        return members.own().stream().anyMatch(own -> own == gateway);
    }

    /** Whether its flows are to be looked at. */
    boolean due(long nowNanos) {
        var sinceNanos = nowNanos - lookedNanos;
        return sinceNanos >= look.toNanos()
                || members.own().stream().anyMatch(gateway -> sinceNanos >= untilIdle(gateway).toNanos() / LOOKS_UNTIL_IDLE);
    }

    private static Duration untilIdle(KernelSettings gateway) {
        return gateway.idle().compareTo(gateway.controlIdle()) < 0 ? gateway.idle() : gateway.controlIdle();
    }

    void looked(long nowNanos) {
        lookedNanos = nowNanos;
    }

    /** @param nowBytes what its flows have moved, those that stand */
    void moved(long nowBytes, long nowNanos) {
        if (bytes != nowBytes) {
            bytes = nowBytes;
            movedNanos = nowNanos;
        }
    }

    /** Whether its flows have not been silent for longer than they may be at this gateway. */
    boolean moves(KernelSettings gateway, long nowNanos) {
        return nowNanos - movedNanos < gateway.idle().toNanos();
    }

    @Override
    public String toString() {
        return "%s to %s, ports %s".formatted(
                Addresses.text(way.client, true), Addresses.text(way.listen, true), way.ports);
    }
}
