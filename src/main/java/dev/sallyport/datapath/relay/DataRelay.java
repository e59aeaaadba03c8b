package dev.sallyport.datapath.relay;

import dev.sallyport.datapath.Transport;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.Moved;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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
 */
final class DataRelay {

    /** How often the idle time may pass over a connection that drains, while the kernel watches its peers. */
    private static final int MOST_DRAINING_CHECKS = 10;

    /** Is told the end. */
    interface Listener {
        /** Runs on the event loop. */
        void ended(DataRelay relay, DataEnd end);
    }

    private final Channel near;
    private final Duration idle;
    private final Listener listener;

    private final Direction fromNear = new Direction(true);
    private final Direction fromFar = new Direction(false);
    private @Nullable Channel far;
    private long movedBytes = -1;
    private int quietChecks;
    private boolean over;
    private @Nullable ScheduledFuture<?> idleCheck;

    /**
     * @param near the accepted channel, not registered yet
     * @param idle longest silence
     * @param listener told once, when it is over
     */
    DataRelay(Channel near, Duration idle, Listener listener) {
        this.near = near;
        this.idle = idle;
        this.listener = listener;
    }

    /** The target accepted: data may flow. Runs on the session's event loop. */
    void connected(Channel target) {
        if (over) {
            reset(target);
            return;
        }
        far = target;
        target.pipeline().addLast(fromFar);
        near.pipeline().addLast(fromNear);
        target.eventLoop().register(near);
        idleCheck = target.eventLoop().schedule(this::checkIdle, idle.toNanos(), TimeUnit.NANOSECONDS);
        near.config().setAutoRead(true);
        target.config().setAutoRead(true);
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

    private void checkIdle() {
        var moved = fromNear.delivered() + fromFar.delivered();
        quietChecks = moved == movedBytes ? quietChecks + 1 : 0;
        movedBytes = moved;
        if (quietChecks > 0 && quietChecks >= mostQuietChecks()) {
            endIdle();
            return;
        }
        idleCheck = near.eventLoop().schedule(this::checkIdle, idle.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** An idle connection is reset, but not when one direction is complete: the kernel may still be delivering its tail. */
    private void endIdle() {
        var peer = far;
        if (peer == null || !fromNear.carried && !fromFar.carried || draining()) {
            abort(DataEnd.IDLE);
            return;
        }
        finish(DataEnd.IDLE);
        near.close();
        peer.close();
    }

    private boolean draining() {
        return fromNear.undelivered() > 0 || fromFar.undelivered() > 0;
    }

    /** How many checks without a move end the connection. */
    private int mostQuietChecks() {
        return draining() && far != null && kernelWatches(near) && kernelWatches(far) ? MOST_DRAINING_CHECKS : 1;
    }

    /** Has the kernel end the connection when its peer acknowledges nothing for the idle time. @return whether it can */
    private boolean kernelWatches(Channel channel) {
        return channel.config().setOption(EpollChannelOption.TCP_USER_TIMEOUT, Transport.millis(idle));
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
        return new Moved((clientIsNear ? fromFar : fromNear).delivered(), (clientIsNear ? fromNear : fromFar).delivered());
    }

    /** Closes with RST: what is not sent yet is dropped, and the peer learns that it was not the end (RFC 9293 §3.10.5). */
    static void reset(Channel channel) {
        if (channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            if (channel.isRegistered()) {
                channel.close();
            } else {
                channel.unsafe().closeForcibly();
            }
        }
    }

    /** What arrives on one of the two channels and goes to the other. */
    private final class Direction extends ChannelInboundHandlerAdapter {

        private final boolean isNear;
        /** Written by the event loop alone. */
        private final AtomicLong bytes = new AtomicLong();
        /** No more will come from here. */
        private boolean ended;
        /** All that came has been written, and the end after it. */
        private boolean carried;

        Direction(boolean isNear) {
            this.isNear = isNear;
        }

        private @Nullable Channel peer() {
            return isNear ? far : near;
        }

        /** Bytes from here that the kernel has taken for the other side. */
        long delivered() {
            return bytes.get() - undelivered();
        }

        private long undelivered() {
            var peer = peer();
            var queue = peer == null ? null : peer.unsafe().outboundBuffer();
            return queue == null ? 0 : queue.totalPendingWriteBytes();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            var segment = (ByteBuf) message;
            var peer = peer();
            if (peer == null || over) {
                segment.release();
                return;
            }
            bytes.setRelease(bytes.getPlain() + segment.readableBytes());
            peer.write(segment, peer.voidPromise());
            if (!peer.isWritable()) {
                context.channel().config().setAutoRead(false);
                peer.flush();
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            var peer = peer();
            if (peer != null) {
                peer.flush();
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            var peer = peer();
            var fromPeer = isNear ? fromFar : fromNear;
            if (peer != null && !fromPeer.ended && context.channel().isWritable()) {
                peer.config().setAutoRead(true);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                inputEnded();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            inputEnded();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            abort(DataEnd.RESET);
        }

        private void inputEnded() {
            if (ended || over) {
                return;
            }
            ended = true;
            var peer = peer();
            if (peer == null) {
                abort(DataEnd.RESET);
                return;
            }
            // An empty write completes when everything before it is sent; shutting down earlier would drop it.
            peer.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> {
                carried = sent.isSuccess();
                if (over) {
                    return;
                }
                if (!carried) {
                    abort(DataEnd.RESET);
                } else if (fromNear.carried && fromFar.carried) {
                    near.close();
                    if (far != null) {
                        far.close();
                    }
                    finish(DataEnd.CLOSED);
                } else {
                    ((DuplexChannel) peer).shutdownOutput();
                }
            });
        }
    }
}
