package dev.sallyport.netlink;

/** Asks the kernel one thing after the other, and reads the answers. For one thread at a time. */
final class Requests implements AutoCloseable {

    /** A request is a table's name, a tuple or less; a hundred go at once. */
    private static final int REQUEST_BYTES = 16 << 10;

    private static final int RECEIVE_BYTES = 1 << 20;

    /** The kernel makes a dump's next part while it hands over the one before; this is for a machine that stands still. */
    private static final int TIMEOUT_MILLIS = 5_000;

    /** What is done with each message of an answer. */
    interface Answer {
        void read(MessageReader message) throws MalformedMessageException;
    }

    private final NetlinkSocket socket;
    private final MessageWriter writer;
    private final MessageReader reader;
    private int first;
    private int sequence;

    Requests() throws NetlinkException {
        this(NetlinkSocket.NETLINK_NETFILTER);
    }

    /** @param protocol NETLINK_… */
    Requests(int protocol) throws NetlinkException {
        socket = new NetlinkSocket(protocol, RECEIVE_BYTES);
        writer = new MessageWriter(socket.allocate(REQUEST_BYTES));
        reader = new MessageReader(socket.received());
    }

    /** Begins the next request: the attributes are the caller's to write. */
    MessageWriter request(int type, int flags, int family) {
        writer.clear();
        first = sequence + 1;
        return writer.begin(type, flags, ++sequence, family, 0);
    }

    /** Begins one more, to be sent with those before it; only {@link #ask} sends several. */
    MessageWriter another(int type, int flags, int family) {
        writer.end();
        return writer.begin(type, flags, ++sequence, family, 0);
    }

    /**
     * Sends the requests that were begun, each of which has one answer, if any: a message, or with NLM_F_ACK an acknowledgement.
     * The last one has.
     *
     * @param operation words that follow "cannot"
     * @return the last one's error number when it is in {@code tolerated}, else 0
     */
    int ask(String operation, int tolerated, Answer answer) throws NetlinkException, MalformedMessageException {
        writer.end();
        socket.send(writer.memory(), writer.length());
        while (true) {
            reader.over(received(operation));
            while (reader.next()) {
                if (reader.sequence() - first < 0) {
                    continue;
                }
                int errno = 0;
                if (reader.type() == Protocol.NLMSG_ERROR) {
                    errno = errno(operation, tolerated);
                } else {
                    answer.read(reader);
                }
                if (reader.sequence() == sequence) {
                    return errno;
                }
            }
        }
    }

    /**
     * Sends a request for a dump and reads all its parts.
     */
    Dump dump(String operation, int tolerated, Answer answer) throws NetlinkException, MalformedMessageException {
        writer.flag(Protocol.NLM_F_DUMP);
        writer.end();
        socket.send(writer.memory(), writer.length());
        try {
            return parts(operation, tolerated, answer);
        } catch (NetlinkException | MalformedMessageException givenUp) {
            // The kernel refuses the next dump until this one is read.
            while (socket.receive(0) > 0) {
                continue;
            }
            throw givenUp;
        }
    }

    private Dump parts(String operation, int tolerated, Answer answer) throws NetlinkException, MalformedMessageException {
        boolean whole = true;
        while (true) {
            reader.over(received(operation));
            while (reader.next()) {
                if (reader.sequence() != sequence) {
                    continue;
                }
                whole &= (reader.flags() & Protocol.NLM_F_DUMP_INTR) == 0;
                switch (reader.type()) {
                    case Protocol.NLMSG_DONE -> {
                        int errno = reader.errno();
                        if (errno != 0 && errno != tolerated) {
                            throw new NetlinkException(operation, errno);
                        }
                        return errno != 0 ? Dump.REFUSED : whole ? Dump.WHOLE : Dump.TORN;
                    }
                    case Protocol.NLMSG_ERROR -> {
                        if (errno(operation, tolerated) != 0) {
                            return Dump.REFUSED;
                        }
                    }
                    default -> answer.read(reader);
                }
            }
        }
    }

    /** What a dump was. */
    enum Dump {
        /** Nothing was changed while it was read. */
        WHOLE,
        TORN,
        /** With the error number that was tolerated. */
        REFUSED
    }

    private int errno(String operation, int tolerated) throws NetlinkException, MalformedMessageException {
        var error = reader.error(operation);
        if (error.errno() != 0 && error.errno() != tolerated) {
            throw new NetlinkException(error);
        }
        return error.errno();
    }

    private int received(String operation) throws NetlinkException {
        int length = socket.receive(TIMEOUT_MILLIS);
        return switch (length) {
            case NetlinkSocket.NOTHING -> throw new NetlinkException(operation, Errno.ETIMEDOUT);
            case NetlinkSocket.EVENTS_LOST -> throw new NetlinkException(operation, Errno.ENOBUFS);
            case NetlinkSocket.CLOSED -> throw new NetlinkException(operation, Errno.EBADF);
            default -> length;
        };
    }

    @Override
    public void close() {
        socket.close();
    }
}
