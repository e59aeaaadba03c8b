package dev.sallyport.capture;

import org.jspecify.annotations.Nullable;

/** Is told of the connections in a capture, in the order of its packets. Times are nanoseconds since 1970. */
public interface TcpListener {

    /** How a connection ended. */
    enum End {
        /** Both ends have said FIN. */
        CLOSED,
        /** One has reset it. */
        RESET,
        /** The responder's first word was a reset. */
        REFUSED,
        /** The initiator began another with the same ports. */
        REPLACED,
        /** It was silent for longest when there were too many to remember. */
        FORGOTTEN,
        /** The capture ended before it did. */
        OPEN
    }

    /**
     * A connection begins, or its middle is where the capture does.
     *
     * @return who is told of its bytes; null: nobody, they are only counted
     */
    @Nullable ByteListener opened(TcpConnection connection, long timeNanos);

    /**
     * Whether {@link #opened} may answer with somebody. Where connections are followed ahead of who is told of them ({@link
     * FollowedCapture}), another thread asks, before that: the answer depends on the connection alone.
     */
    default boolean mayFollow(TcpConnection connection) {
        return true;
    }

    /** Whether somebody may ask how many bytes a connection has moved, after {@link #opened} and before its end. */
    default boolean asksFor(TcpConnection connection) {
        return true;
    }

    /** A connection has ended; the last that is told of it. */
    void closed(TcpConnection connection, End end, long timeNanos);
}
