package dev.sallyport.cli;

import dev.sallyport.capture.ByteListener;
import dev.sallyport.capture.Sender;
import dev.sallyport.capture.TcpConnection;
import dev.sallyport.capture.TcpListener;
import dev.sallyport.lab.replay.Replay;
import org.jspecify.annotations.Nullable;

/** Tells two of what a capture has. */
record BothReplays(Replay first, Replay second) implements TcpListener {

    @Override
    public @Nullable ByteListener opened(TcpConnection connection, long timeNanos) {
        var one = first.opened(connection, timeNanos);
        var other = second.opened(connection, timeNanos);
        return one == null ? other : other == null ? one : new Both(one, other);
    }

    @Override
    public boolean mayFollow(TcpConnection connection) {
        return first.mayFollow(connection) || second.mayFollow(connection);
    }

    @Override
    public boolean asksFor(TcpConnection connection) {
        return first.asksFor(connection) || second.asksFor(connection);
    }

    @Override
    public void closed(TcpConnection connection, End end, long timeNanos) {
        first.closed(connection, end, timeNanos);
        second.closed(connection, end, timeNanos);
    }

    /** Where one stops listening so does the other: what makes it stop is in the capture, not in the rules. */
    private record Both(ByteListener one, ByteListener other) implements ByteListener {

        @Override
        public void bytes(Sender from, byte[] bytes, int at, int length, long timeNanos) {
            one.bytes(from, bytes, at, length, timeNanos);
            other.bytes(from, bytes, at, length, timeNanos);
        }

        @Override
        public void gap(Sender from, long length, Missing why, long timeNanos) {
            one.gap(from, length, why, timeNanos);
            other.gap(from, length, why, timeNanos);
        }

        @Override
        public void conflict(Sender from, long timeNanos) {
            one.conflict(from, timeNanos);
            other.conflict(from, timeNanos);
        }

        @Override
        public void ended(Sender from, boolean reset, long timeNanos) {
            one.ended(from, reset, timeNanos);
            other.ended(from, reset, timeNanos);
        }
    }
}
