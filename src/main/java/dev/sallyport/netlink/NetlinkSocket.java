package dev.sallyport.netlink;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A netlink socket (netlink(7)), in the network namespace of the thread that makes it, with errors explained
 * (NETLINK_EXT_ACK) and without their request repeated (NETLINK_CAP_ACK).
 *
 * <p>One thread sends and receives; any thread may close. The descriptors are closed only when that one thread is out of
 * its system call: a number that was given to somebody else in between would be read by us.
 */
final class NetlinkSocket implements AutoCloseable {

    /** A dump's parts are no longer than this: the kernel sizes them by the reader's buffer, 32 KiB at most. */
    private static final int RECEIVE_BYTES = 64 << 10;

    /** Protocols: of linux/netlink.h. */
    static final int NETLINK_ROUTE = 0;

    static final int NETLINK_NETFILTER = 12;

    /** For {@link #receive}. */
    static final int NOTHING = 0;

    static final int EVENTS_LOST = -1;
    static final int CLOSED = -2;

    // linux/netlink.h, bits/socket.h, asm-generic/socket.h, poll.h, sys/eventfd.h
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_ADD_MEMBERSHIP = 1;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_DONTWAIT = 0x40;
    private static final short POLLIN = 1;
    private static final int EFD_CLOEXEC_NONBLOCK = 0x80000 | 0x800;
    private static final long POLLFD_BYTES = 8;
    /** struct sockaddr_nl. */
    private static final int ADDRESS_BYTES = 12;

    /** Memory outlives the descriptors: who still reads what was received when another closes, reads on in peace. */
    private final Arena arena = Arena.ofAuto();

    private final ReentrantLock inUse = new ReentrantLock();
    private final MemorySegment state = arena.allocate(LibC.CALL_STATE);
    private final MemorySegment received = arena.allocate(RECEIVE_BYTES, 8);
    private final MemorySegment polled = arena.allocate(2 * POLLFD_BYTES, 8);
    private final MemorySegment one = arena.allocateFrom(JAVA_LONG, 1L);
    private final int descriptor;
    private final int wakeUp;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** As below, of NETLINK_NETFILTER. */
    NetlinkSocket(int receiveBytes) throws NetlinkException {
        this(NETLINK_NETFILTER, receiveBytes);
    }

    /**
     * @param receiveBytes what the kernel may hold for this socket, counted in its own buffers: a short message takes about
     *     800 bytes of it
     * @throws NetlinkException without CAP_NET_ADMIN
     */
    NetlinkSocket(int protocol, int receiveBytes) throws NetlinkException {
        descriptor = checked("open a netlink socket",
                LibC.socket(state, AF_NETLINK, SOCK_RAW_CLOEXEC, protocol));
        int event = -1;
        try {
            event = checked("make an event descriptor", LibC.eventfd(state, 0, EFD_CLOEXEC_NONBLOCK));
            option("be told more than an error number", SOL_NETLINK, NETLINK_EXT_ACK, 1);
            option("shorten acknowledgements", SOL_NETLINK, NETLINK_CAP_ACK, 1);
            option("set the receive buffer", SOL_SOCKET, SO_RCVBUFFORCE, receiveBytes);
            var address = arena.allocate(ADDRESS_BYTES, 4);
            address.set(JAVA_SHORT, 0, (short) AF_NETLINK);
            checked("bind a netlink socket", LibC.bind(state, descriptor, address));
        } catch (NetlinkException refused) {
            LibC.close(state, descriptor);
            if (event >= 0) {
                LibC.close(state, event);
            }
            throw refused;
        }
        wakeUp = event;
        poll(0, descriptor);
        poll(POLLFD_BYTES, wakeUp);
    }

    /** Messages together longer than the system's default (about 200 KiB) are refused without this. */
    void sendBuffer(int bytes) throws NetlinkException {
        option("set the send buffer", SOL_SOCKET, SO_SNDBUFFORCE, bytes);
    }

    /** Subscribes to what the kernel tells everybody in {@code group} (linux/netfilter/nfnetlink.h). */
    void join(int group) throws NetlinkException {
        option("subscribe to netlink group " + group, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);
    }

    /** From now on only what the filter lets through is received; what it drops is not lost. To be set before {@link #join}. */
    void filter(EventFilter filter) throws NetlinkException {
        try (var own = Arena.ofConfined()) {
            var program = filter.assemble(own);
            // struct sock_fprog: how many instructions, and where.
            var description = own.allocate(ADDRESS.byteSize() * 2, ADDRESS.byteAlignment());
            description.set(JAVA_SHORT, 0, (short) (program.byteSize() / EventFilter.INSTRUCTION_BYTES));
            description.set(ADDRESS, ADDRESS.byteSize(), program);
            checked("attach a filter", LibC.setsockopt(state, descriptor, SOL_SOCKET, SO_ATTACH_FILTER, description));
        }
    }

    /** Room for messages to send. */
    MemorySegment allocate(long bytes) {
        return arena.allocate(bytes, 8);
    }

    /** What {@link #receive} filled. */
    MemorySegment received() {
        return received;
    }

    /**
     * Hands the first {@code length} bytes to the kernel, which has dealt with them when this returns: its answers, the first
     * part of a dump's among them, can be received without waiting.
     */
    void send(MemorySegment messages, long length) throws NetlinkException {
        inUse.lock();
        try {
            int sent;
            do {
                sent = closed.get() ? -Errno.EBADF : LibC.send(state, descriptor, messages, length, 0);
            } while (sent == -Errno.EINTR);
            checked("send to the kernel", sent);
        } finally {
            inUse.unlock();
        }
    }

    /**
     * Receives one datagram into {@link #received}.
     *
     * @param timeoutMillis how long to wait for one; 0 not at all, negative without end
     * @return its length in bytes, above 0; or {@link #NOTHING} when none came in time, {@link #EVENTS_LOST} when the kernel
     *     dropped messages since the last call for want of room, {@link #CLOSED}
     */
    int receive(int timeoutMillis) throws NetlinkException {
        inUse.lock();
        try {
            while (!closed.get()) {
                int length = LibC.recv(state, descriptor, received, MSG_DONTWAIT | MSG_TRUNC);
                switch (length) {
                    case -Errno.ENOBUFS -> {
                        return EVENTS_LOST;
                    }
                    case -Errno.EINTR -> {
                        continue;
                    }
                    case -Errno.EAGAIN -> {
                        if (timeoutMillis == 0 || !waits(timeoutMillis)) {
                            return closed.get() ? CLOSED : NOTHING;
                        }
                    }
                    default -> {
                        // Longer than the buffer is cut: as good as lost.
                        return checked("receive from the kernel", length) > RECEIVE_BYTES ? EVENTS_LOST : length;
                    }
                }
            }
            return CLOSED;
        } finally {
            inUse.unlock();
        }
    }

    /** Ends a {@link #receive} that waits, then closes. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        if (!inUse.tryLock()) {
            wake();
            inUse.lock();
        }
        try {
            LibC.close(state, descriptor);
            LibC.close(state, wakeUp);
        } finally {
            inUse.unlock();
        }
    }

    private void wake() {
        try (var own = Arena.ofConfined()) {
            LibC.write(own.allocate(LibC.CALL_STATE), wakeUp, one);
        }
    }

    /** @return false at the end of the time; a signal ends no wait but may stretch it */
    private boolean waits(int timeoutMillis) throws NetlinkException {
        int ready;
        do {
            ready = LibC.poll(state, polled, 2, timeoutMillis);
        } while (ready == -Errno.EINTR);
        return checked("wait for the kernel", ready) > 0;
    }

    private void poll(long offset, int polledDescriptor) {
        polled.set(JAVA_INT, offset, polledDescriptor);
        polled.set(JAVA_SHORT, offset + 4, POLLIN);
    }

    private void option(String operation, int level, int option, int value) throws NetlinkException {
        try (var own = Arena.ofConfined()) {
            checked(operation, LibC.setsockopt(state, descriptor, level, option, own.allocateFrom(JAVA_INT, value)));
        }
    }

    private static int checked(String operation, int result) throws NetlinkException {
        if (result < 0) {
            throw new NetlinkException(operation, -result);
        }
        return result;
    }
}
