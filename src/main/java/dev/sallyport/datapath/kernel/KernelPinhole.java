package dev.sallyport.datapath.kernel;

import dev.sallyport.datapath.PinholeOwner;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.Side;
import dev.sallyport.netlink.Flow;
import dev.sallyport.netlink.TcpState;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.Input;
import dev.sallyport.session.Moved;
import dev.sallyport.session.PinholeId;
import dev.sallyport.session.PinholeRefusal;
import dev.sallyport.session.PinholeRequest;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * One pinhole in the kernel, from its request to the end of its data. Its state is told by three threads (the owner's event
 * loop, the one that writes elements, the one that hears of flows) and kept under its own lock; what the owner is told leaves
 * it in the order of the states.
 */
final class KernelPinhole {

    /** What the kernel finds it by: one source address has one pinhole at a destination. */
    record Key(InetAddress expected, Endpoint told) {}

    enum State {
        /** Its elements are on their way to the kernel. */
        OPENING,
        /** It waits for its connection. */
        OPEN,
        /** Its connection stands. */
        CONNECTED,
        /** It is closed, but its connection has presumably come before, and the kernel still has to say so. */
        CLOSING,
        /** Nothing of it is left, or nobody asks for it any more. */
        GONE
    }

    final PinholeRequest request;
    final Key key;
    /** In the conntrack mark of its flow: {@link Ruleset#OWN_FLOW} and a number that no other has. */
    final int mark;

    /** Whether another, which leads nowhere any more, has the same key: its elements make way. */
    final boolean takesOver;

    /** Whether the deletion of its door, used up, is under way. For {@link Ledger#whileOwn} and what is done as it is given up. */
    volatile boolean doorGone;

    /** Whether its flow may have lost the table's timeouts, which went with the table: its entry is deleted when it is over. */
    volatile boolean outlivedTable;

    private final PinholeOwner owner;
    private State state = State.OPENING;
    private @Nullable Flow flow;
    private @Nullable TcpState lastState;
    private boolean cut;
    private boolean idle;
    private long movedBytes;
    private long movedNanos;

    KernelPinhole(PinholeRequest request, PinholeOwner owner, Port told, int mark, boolean takesOver) {
        this.request = request;
        this.owner = owner;
        this.key = new Key(request.expected(), new Endpoint(request.listen(), told));
        this.mark = mark;
        this.takesOver = takesOver;
    }

    PinholeId id() {
        return request.id();
    }

    /** The kernel must translate the destination: the one who connects was told another. */
    boolean translatesDestination() {
        return !key.told().equals(request.target());
    }

    /** The kernel must translate the source: the target knows another. */
    boolean translatesSource() {
        return !request.dialFrom().equals(request.expected());
    }

    synchronized State state() {
        return state;
    }

    /** Whether its connection may still come. */
    synchronized boolean waiting() {
        return state == State.OPENING || state == State.OPEN;
    }

    /** The flow that used it up; null before. */
    synchronized @Nullable Flow flow() {
        return flow;
    }

    /** Its elements are in place. @return false when nobody wants it any more: they must go */
    synchronized boolean committed() {
        if (state != State.OPENING) {
            return false;
        }
        state = State.OPEN;
        owner.deliver(new Input.PinholeOpened(id(), key.told().port()));
        return true;
    }

    synchronized void refused(PinholeRefusal reason) {
        if (state == State.OPENING) {
            state = State.GONE;
            owner.deliver(new Input.PinholeRefused(id(), reason));
        }
    }

    /** The owner gives it up. @return false when its connection stands, which goes on */
    synchronized boolean close(boolean presumedUsed) {
        if (state == State.CONNECTED) {
            return false;
        }
        state = presumedUsed ? State.CLOSING : State.GONE;
        return true;
    }

    /** The kernel has had its time. @return false when its connection had come */
    synchronized boolean giveUp() {
        if (state == State.CLOSING) {
            state = State.GONE;
        }
        return state == State.GONE;
    }

    /** A flow came through. @return false when it was given up meanwhile: the flow must be cut */
    synchronized boolean appeared(Flow first, long nowNanos) {
        if (state != State.OPEN && state != State.CLOSING) {
            return state == State.CONNECTED;
        }
        state = State.CONNECTED;
        flow = first;
        movedNanos = nowNanos;
        var from = first.original();
        owner.deliver(new Input.DataOpened(id(), new Endpoint(from.source(), new Port(from.sourcePort()))));
        return true;
    }

    synchronized void changed(@Nullable TcpState now) {
        if (now != null) {
            lastState = now;
        }
    }

    /** The flow is to be cut, by the owner or because nothing moves. @return false when there is none */
    synchronized boolean cut(boolean forIdleness) {
        if (state != State.CONNECTED) {
            return false;
        }
        idle |= forIdleness && !cut;
        cut |= !forIdleness;
        return true;
    }

    /** The flow's bytes so far, from time to time. @return how long nothing has moved, in nanoseconds */
    synchronized long idleNanos(long bytes, long nowNanos) {
        if (bytes != movedBytes) {
            movedBytes = bytes;
            movedNanos = nowNanos;
        }
        return nowNanos - movedNanos;
    }

    /**
     * The flow has ended. @param last what is known of it at the end, with its counters; null when its end was missed
     *
     * @return false when that is known already
     */
    synchronized boolean ended(@Nullable Flow last) {
        if (state != State.CONNECTED) {
            return false;
        }
        state = State.GONE;
        owner.deliver(new Input.DataClosed(id(), moved(last), end(last == null || last.established())));
        return true;
    }

    /** What has gone through a flow of its own. @param last what is known of it; null for nothing */
    Moved moved(@Nullable Flow last) {
        return last == null ? Moved.NOTHING : Payload.moved(last, request.connects() == Side.CLIENT);
    }

    private DataEnd end(boolean established) {
        if (cut) {
            return DataEnd.CUT;
        }
        if (idle) {
            return DataEnd.IDLE;
        }
        if (!established) {
            return DataEnd.TARGET_REFUSED;
        }
        return lastState == TcpState.CLOSE ? DataEnd.RESET : DataEnd.CLOSED;
    }
}
