package dev.sallyport.capture;

import dev.sallyport.capture.ByteListener.Missing;
import dev.sallyport.capture.TcpListener.End;
import java.util.function.Consumer;

/** What a tracker has told, to be told again to who listens. */
sealed interface Told {

    /** @param ignored is given each connection once whose bytes nobody wants, or none any more */
    void tell(TcpListener listener, Consumer<TcpConnection> ignored);

    record Opened(TcpConnection connection, long timeNanos, boolean followed) implements Told {
        @Override
        public void tell(TcpListener listener, Consumer<TcpConnection> ignored) {
            connection.hearer = listener.opened(connection, timeNanos);
            connection.unasked = !listener.asksFor(connection);
            if (followed && connection.hearer == null) {
                ignored.accept(connection);
            }
        }
    }

    record Closed(TcpConnection connection, End end, long timeNanos, long fromInitiator, long fromResponder) implements Told {
        @Override
        public void tell(TcpListener listener, Consumer<TcpConnection> ignored) {
            connection.toldOfInitiator = fromInitiator;
            connection.toldOfResponder = fromResponder;
            connection.hearer = null;
            listener.closed(connection, end, timeNanos);
        }
    }

    /** How many bytes it has moved by now. */
    record Moved(TcpConnection connection, long fromInitiator, long fromResponder) implements Told {
        @Override
        public void tell(TcpListener listener, Consumer<TcpConnection> ignored) {
            connection.toldOfInitiator = fromInitiator;
            connection.toldOfResponder = fromResponder;
        }
    }

    /** What whoever listens to its bytes is told. */
    sealed interface Heard extends Told {

        TcpConnection connection();

        void tell(ByteListener hearer);

        @Override
        default void tell(TcpListener listener, Consumer<TcpConnection> ignored) {
            var connection = connection();
            if (connection.ignored && connection.hearer != null) {
                connection.hearer = null;
                ignored.accept(connection);
            }
            if (connection.hearer != null) {
                tell(connection.hearer);
            }
        }
    }

    record Bytes(TcpConnection connection, Sender from, byte[] bytes, long timeNanos) implements Heard {
        @Override
        public void tell(ByteListener hearer) {
            hearer.bytes(from, bytes, 0, bytes.length, timeNanos);
        }
    }

    record Gap(TcpConnection connection, Sender from, long length, Missing why, long timeNanos) implements Heard {
        @Override
        public void tell(ByteListener hearer) {
            hearer.gap(from, length, why, timeNanos);
        }
    }

    record Conflict(TcpConnection connection, Sender from, long timeNanos) implements Heard {
        @Override
        public void tell(ByteListener hearer) {
            hearer.conflict(from, timeNanos);
        }
    }

    record Ended(TcpConnection connection, Sender from, boolean reset, long timeNanos) implements Heard {
        @Override
        public void tell(ByteListener hearer) {
            hearer.ended(from, reset, timeNanos);
        }
    }
}
