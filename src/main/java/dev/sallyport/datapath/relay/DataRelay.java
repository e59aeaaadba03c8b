package dev.sallyport.datapath.relay;

import dev.sallyport.datapath.DataTls;
import dev.sallyport.datapath.Transport;
import dev.sallyport.ftp.Side;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.DataProtection;
import dev.sallyport.session.Moved;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.nio.channels.NotYetConnectedException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One data connection through the relay: the near channel that came through the pinhole, the far one that we dialed.
 *
 * <h2>Theory of operation</h2>
 *
 * Both channels live on the session's event loop, so no field here needs a lock. The near channel joins that loop only when
 * the far one is connected: until then nothing of it is read, and nothing can be lost. What is read from one is written to the
 * other; when the other's buffer is full, reading stops until it has drained. An end of input goes across as a FIN once all
 * bytes before it are written, a reset goes across as a reset. The relay is over when both directions have been carried to
 * their ends, or either is reset.
 *
 * <p>A slow reader is not an idle one: what moves is what has left for the kernel, and while some of it waits there only the
 * kernel knows whether the peer still reads (TCP_USER_TIMEOUT, tcp(7)).
 *
 * <p>Either side may have TLS, which then stands before all else in its channel's pipeline. With the server it begins when the transfer
 * has. The end of its input is close_notify, and
 * our own end goes there as close_notify and FIN. A side that ends with FIN alone though it had more to say ends the other with a
 * reset, so that what was cut off is taken for the whole nowhere. The connection stays until each side has ended its input: closed
 * with tickets of the server's unread, it would be reset with an upload's last bytes on their way.
 */
final class DataRelay {

    /** How often the idle time may pass over a connection that drains, while the kernel watches its peers. */
    private static final int MOST_DRAINING_CHECKS = 10;

    /** How long a side may go on when the other wanted no data. */
    private static final long LINGER_SECONDS = 2;

    /** Is told what becomes of it. */
    interface Listener {

        /** Both channels stand. Runs on the event loop, before anything is read. */
        default void reached() {}

        /** Runs on the event loop. */
        void ended(DataRelay relay, DataEnd end);
    }

    /**
     * TLS of a data connection.
     *
     * @param near who connected
     * @param whole told when the server has sent all, by its TLS where it has one, and all has gone on, through the client's
     */
    record Protected(DataTls tls, DataProtection by, Side near, Runnable whole) {

        private @Nullable TlsEnd on(Channel channel, Side side) {
            return by.of(side) ? TlsEnd.on(channel, side, tls) : null;
        }
    }

    private final Channel near;
    private final Duration idle;
    private final Listener listener;
    private final @Nullable Protected protection;

    private @Nullable Channel far;
    private @Nullable Direction fromNear;
    private @Nullable Direction fromFar;
    private @Nullable TlsEnd withServer;
    /** TLS with the server may begin. */
    private boolean secured;
    private long movedBytes = -1;
    private int quietChecks;
    private boolean over;
    private @Nullable ScheduledFuture<?> idleCheck;

    /**
     * @param near the accepted channel, not registered yet
     * @param idle longest silence
     * @param protection TLS on either side; null for none
     * @param listener told once, when it is over
     */
    DataRelay(Channel near, Duration idle, @Nullable Protected protection, Listener listener) {
        this.near = near;
        this.idle = idle;
        this.protection = protection;
        this.listener = listener;
    }

    /** The target accepted: data may flow. Runs on the session's event loop. */
    void connected(Channel target) {
        if (over) {
            reset(target);
            return;
        }
        far = target;
        listener.reached();
        var nearTls = protection == null ? null : protection.on(near, protection.near());
        var farTls = protection == null ? null : protection.on(target, protection.near().other());
        withServer = protection != null && protection.near() == Side.SERVER ? nearTls : farTls;
        fromNear = new Direction(this, near, nearTls, target, farTls);
        fromFar = new Direction(this, target, farTls, near, nearTls);
        target.pipeline().addLast(fromFar);
        near.pipeline().addLast(fromNear);
        target.eventLoop().register(near);
        if (secured) {
            secure();
        }
        idleCheck = target.eventLoop().schedule(this::checkIdle, idle.toNanos(), TimeUnit.NANOSECONDS);
        near.config().setAutoRead(true);
        target.config().setAutoRead(true);
    }

    /** The server has begun the transfer. Runs on the session's event loop. */
    void secure() {
        secured = true;
        if (withServer != null) {
            withServer.begin();
        }
    }

    /** Ends both sides with a reset. */
    void abort(DataEnd end) {
        if (over) {
            return;
        }
        // Told before the reset, which drops what is still queued and would count as delivered.
        finish(end);
        reset(near);
        if (far != null) {
            reset(far);
        }
    }

    boolean over() {
        return over;
    }

    /** What goes the other way. */
    Direction other(Direction direction) {
        var other = direction == fromNear ? fromFar : fromNear;
        if (other == null) {
            throw new IllegalStateException("not connected");
        }
        return other;
    }

    /** One direction has come to its end, and all of it has gone on. */
    void carried(Direction direction) {
        if (protection != null && (direction == fromNear) == (protection.near() == Side.SERVER)) {
            protection.whole().run();
        }
    }

    /** Both directions have come to their ends. */
    void close() {
        // TLS has said its last already.
        drop(near);
        if (far != null) {
            drop(far);
        }
        finish(DataEnd.CLOSED);
    }

    /** One side wanted no data after all. The other learns that nothing comes, and may end in its own time. */
    void leave(Channel unwilling, Channel other) {
        finish(DataEnd.CLOSED);
        drop(unwilling);
        if (other.isActive()) {
            endOutput(other);
            other.config().setAutoRead(true);
            var patience = other.eventLoop().schedule(() -> drop(other), LINGER_SECONDS, TimeUnit.SECONDS);
            other.closeFuture().addListener(_ -> patience.cancel(false));
        }
    }

    private void checkIdle() {
        var moved = bytes(fromNear) + bytes(fromFar);
        quietChecks = moved == movedBytes ? quietChecks + 1 : 0;
        movedBytes = moved;
        if (quietChecks > 0 && quietChecks >= mostQuietChecks()) {
            endIdle();
            return;
        }
        idleCheck = near.eventLoop().schedule(this::checkIdle, idle.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * Where a handshake was not finished it has failed. Else an idle connection is reset, but not when one direction is complete: the
     * kernel may still be delivering its tail.
     */
    private void endIdle() {
        var failed = unfinished();
        if (failed != null) {
            abort(failed);
            return;
        }
        var peer = far;
        if (peer == null || !complete(fromNear) && !complete(fromFar) || draining()) {
            abort(DataEnd.IDLE);
            return;
        }
        finish(DataEnd.IDLE);
        end(near, fromFar);
        end(peer, fromNear);
    }

    /** The failure of a peer that has begun TLS and not finished it; null when there is none. */
    private @Nullable DataEnd unfinished() {
        return Stream.of(fromNear, fromFar).filter(Objects::nonNull).map(Direction::unfinished).filter(Objects::nonNull)
                .findFirst().orElse(null);
    }

    private void end(Channel channel, @Nullable Direction to) {
        if (protection == null || complete(to)) {
            channel.close();
        } else {
            reset(channel);
        }
    }

    private boolean draining() {
        return drains(fromNear) || drains(fromFar);
    }

    private static boolean drains(@Nullable Direction direction) {
        return direction != null && direction.undelivered() > 0;
    }

    private static boolean complete(@Nullable Direction direction) {
        return direction != null && direction.carried();
    }

    private static boolean settled(@Nullable Direction direction) {
        return direction != null && direction.settled();
    }

    private static long bytes(@Nullable Direction direction) {
        return direction == null ? 0 : direction.delivered();
    }

    /** How many checks without a move end the connection. */
    private int mostQuietChecks() {
        return draining() && settled(fromNear) && settled(fromFar) && far != null && kernelWatches(near) && kernelWatches(far)
                ? MOST_DRAINING_CHECKS : 1;
    }

    /**
     * Has the kernel end the connection when its peer acknowledges nothing for the idle time.
     *
     * @return whether it can, or there is nothing left to watch
     */
    private boolean kernelWatches(Channel channel) {
        return !channel.isOpen() || channel.config().setOption(EpollChannelOption.TCP_USER_TIMEOUT, Transport.millis(idle));
    }

    private void finish(DataEnd end) {
        over = true;
        if (idleCheck != null) {
            idleCheck.cancel(false);
        }
        listener.ended(this, end);
    }

    /**
     * What has gone through so far: payload that the other side's kernel has taken; from another thread than the event loop, as
     * it was a moment ago.
     *
     * @param clientIsNear whether it is the client whose connection was accepted
     */
    Moved moved(boolean clientIsNear) {
        return new Moved(bytes(clientIsNear ? fromFar : fromNear), bytes(clientIsNear ? fromNear : fromFar));
    }

    /** Whose TLS has resumed that of its control connection. */
    Set<Side> resumed() {
        return protection == null ? Set.of() : Stream.of(fromNear, fromFar).filter(Objects::nonNull)
                .map(Direction::resumed).filter(Objects::nonNull).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Sends FIN, if its peer is still there. To be called when everything before it is sent: Netty's own way makes an exception, with its
     * stack trace, for what might not be, at each transfer's end.
     */
    static void endOutput(Channel channel) {
        if (channel instanceof UnixChannel unix && unix.fd() instanceof Socket socket) {
            try {
                socket.shutdown(false, true);
            } catch (IOException | NotYetConnectedException gone) {
                // The channel tells it too.
            }
        } else if (channel.isActive()) {
            ((DuplexChannel) channel).shutdownOutput();
        }
    }

    /** Closes with RST: what is not sent yet is dropped, and the peer learns that it was not the end (RFC 9293 §3.10.5). */
    static void reset(Channel channel) {
        if (channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            if (!channel.isRegistered()) {
                channel.unsafe().closeForcibly();
            } else if (channel.pipeline().get(SslHandler.class) == null) {
                channel.close();
            } else {
                drop(channel);
            }
        }
    }

    /** Closes past the pipeline: TLS says there that this was all. On the channel's loop. */
    static void drop(Channel channel) {
        channel.unsafe().close(channel.voidPromise());
    }
}
