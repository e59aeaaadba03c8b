package dev.sallyport.netlink;

import dev.sallyport.netlink.FlowEvent.Appeared;
import dev.sallyport.netlink.FlowEvent.Changed;
import dev.sallyport.netlink.FlowEvent.Ended;
import dev.sallyport.netlink.FlowEvent.Lost;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Listens to connection tracking's events of marked flows, in the network namespace of the thread that constructs it, on a
 * daemon thread of its own.
 *
 * <p>The kernel drops events that its buffer has no room for, and says so once; the listening goes on.
 */
public final class ConntrackEvents implements AutoCloseable {

    // enum nfnetlink_groups
    private static final int NFNLGRP_CONNTRACK_NEW = 1;
    private static final int NFNLGRP_CONNTRACK_UPDATE = 2;
    private static final int NFNLGRP_CONNTRACK_DESTROY = 3;

    /**
     * How long events gather in the kernel after others were read: to be woken for each costs more than all else that is done
     * about it. One that comes alone is read at once.
     */
    private static final long GATHER_NANOS = 1_000_000;

    private static final int MOST_AT_ONCE = 256;

    /** After an error that no kernel is known to give. */
    private static final long PAUSE_MILLIS = 100;

    /**
     * @param mark and {@code mask}: events of flows whose mark under the mask is this
     * @param states changes to these are told, beside beginning and end
     * @param bufferBytes of the kernel for events not read yet, each of which takes 1 to 2 KiB
     */
    public record Settings(int mark, int mask, Set<TcpState> states, int bufferBytes) {

        /** 32 MiB, some 20,000 events: the kernel collects entries that have ended in one go, seconds later. */
        public Settings(int mark, int mask, Set<TcpState> states) {
            this(mark, mask, states, 32 << 20);
        }
    }

    private final Consumer<? super List<FlowEvent>> listener;
    private final NetlinkSocket socket;
    private final Thread thread;

    /**
     * @param listener told on this object's thread, in their order, the events that gathered; while it works, more do in the kernel
     * @throws NetlinkException without CAP_NET_ADMIN
     */
    public ConntrackEvents(Settings settings, Consumer<? super List<FlowEvent>> listener)
            throws NetlinkException {
        this.listener = listener;
        socket = new NetlinkSocket(settings.bufferBytes());
        try {
            socket.filter(new EventFilter(settings.mark(), settings.mask(), settings.states()));
            socket.join(NFNLGRP_CONNTRACK_NEW);
            socket.join(NFNLGRP_CONNTRACK_UPDATE);
            socket.join(NFNLGRP_CONNTRACK_DESTROY);
        } catch (NetlinkException refused) {
            socket.close();
            throw refused;
        }
        thread = Thread.ofPlatform().name("conntrack-events").daemon().start(this::run);
    }

    /** Returns when the listener is told no more, unless the listener itself calls. */
    @Override
    public void close() {
        socket.close();
        boolean interrupted = false;
        while (thread != Thread.currentThread() && thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException whileClosing) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        var reader = new MessageReader(socket.received());
        var gathered = new ArrayList<FlowEvent>();
        boolean lost = false;
        while (true) {
            try {
                if (gathered.size() >= MOST_AT_ONCE) {
                    tell(gathered);
                }
                int length = socket.receive(0);
                if (length == NetlinkSocket.NOTHING) {
                    if (lost) {
                        // Not before: until all is read the kernel drops on, and does not say so again (net/netlink/af_netlink.c).
                        gathered.add(new Lost());
                        lost = false;
                    }
                    if (tell(gathered)) {
                        LockSupport.parkNanos(this, GATHER_NANOS);
                    }
                    length = socket.receive(-1);
                }
                if (length == NetlinkSocket.CLOSED) {
                    return;
                }
                if (length < 0) {
                    lost = true;
                    continue;
                }
                reader.over(length);
                while (reader.next()) {
                    read(reader, gathered);
                }
            } catch (MalformedMessageException unreadable) {
                gathered.add(new Lost());
            } catch (NetlinkException unheardOf) {
                gathered.add(new Lost());
                pause();
            }
        }
    }

    private static void read(MessageReader message, List<FlowEvent> gathered) throws MalformedMessageException {
        int type = message.type();
        boolean ended = type == CtMessage.type(CtMessage.IPCTNL_MSG_CT_DELETE);
        if (!ended && type != CtMessage.type(CtMessage.IPCTNL_MSG_CT_NEW)) {
            return;
        }
        var flow = CtMessage.flow(message.attributes());
        if (ended) {
            gathered.add(new Ended(flow));
        } else if ((message.flags() & Protocol.NLM_F_CREATE) != 0) {
            gathered.add(new Appeared(flow));
        } else {
            gathered.add(new Changed(flow));
        }
    }

    /** A listener that throws is told the next events all the same. @return whether there were any */
    private boolean tell(List<FlowEvent> gathered) {
        if (gathered.isEmpty()) {
            return false;
        }
        try {
            listener.accept(List.copyOf(gathered));
        } catch (RuntimeException thrown) {
            var thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        }
        gathered.clear();
        return true;
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException meansNothingHere) {
            Thread.currentThread().interrupt();
        }
    }
}
