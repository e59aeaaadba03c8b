package dev.sallyport.capture;

import dev.sallyport.capture.ByteListener.Missing;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what a tracker tells, while there is a tale to write it in; otherwise tells its listener at once.
 *
 * <p>A connection says itself how many bytes it has moved. To those who are told later it has to say how many they were then, so that
 * is written down too.
 */
final class ToldLater implements TcpListener {

    private final TcpListener listener;
    private @Nullable Tale tale;

    ToldLater(TcpListener listener) {
        this.listener = listener;
    }

    /** @param next null: whatever comes is told at once */
    void writeTo(@Nullable Tale next) {
        tale = next;
    }

    private void tell(Told told) {
        if (tale == null) {
            told.tell(listener, TcpConnection::stop);
        } else {
            tale.add(told);
        }
    }

    @Override
    public @Nullable ByteListener opened(TcpConnection connection, long timeNanos) {
        if (tale == null) {
            return listener.opened(connection, timeNanos);
        }
        connection.toldLater = true;
        var followed = listener.mayFollow(connection);
        tale.add(new Told.Opened(connection, timeNanos, followed));
        return followed ? new Hearer(connection) : null;
    }

    /** It may have moved something. */
    void moved(TcpConnection connection) {
        if (!connection.toldLater || connection.unasked) {
            return;
        }
        var initiated = connection.fromInitiator.bytes();
        var answered = connection.fromResponder.bytes();
        if (initiated != connection.writtenOfInitiator || answered != connection.writtenOfResponder) {
            connection.writtenOfInitiator = initiated;
            connection.writtenOfResponder = answered;
            tell(new Told.Moved(connection, initiated, answered));
        }
    }

    @Override
    public void closed(TcpConnection connection, End end, long timeNanos) {
        tell(new Told.Closed(connection, end, timeNanos, connection.fromInitiator.bytes(), connection.fromResponder.bytes()));
    }

    private final class Hearer implements ByteListener {

        private final TcpConnection connection;

        Hearer(TcpConnection connection) {
            this.connection = connection;
        }

        @Override
        public void bytes(Sender from, byte[] bytes, int at, int length, long timeNanos) {
            tell(new Told.Bytes(connection, from, Arrays.copyOfRange(bytes, at, at + length), timeNanos));
        }

        @Override
        public void gap(Sender from, long length, Missing why, long timeNanos) {
            tell(new Told.Gap(connection, from, length, why, timeNanos));
        }

        @Override
        public void conflict(Sender from, long timeNanos) {
            tell(new Told.Conflict(connection, from, timeNanos));
        }

        @Override
        public void ended(Sender from, boolean reset, long timeNanos) {
            tell(new Told.Ended(connection, from, reset, timeNanos));
        }
    }
}
