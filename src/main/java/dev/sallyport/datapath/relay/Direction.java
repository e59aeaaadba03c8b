package dev.sallyport.datapath.relay;

import dev.sallyport.ftp.Side;
import dev.sallyport.session.DataEnd;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What arrives on one of a relay's two channels and goes to the other. Where a channel has TLS the end of what comes there is
 * close_notify, and FIN alone is none: see {@link #bareEnd}.
 */
final class Direction extends ChannelInboundHandlerAdapter {

    private final DataRelay relay;
    private final Channel from;
    private final Channel to;
    /** On the channel that it arrives on. */
    private final @Nullable TlsEnd tls;
    /** On the other. */
    private final @Nullable TlsEnd tlsBeyond;
    /** Written by the event loop alone. */
    private final AtomicLong bytes = new AtomicLong();
    /** No more will come from here. */
    private boolean ended;
    /** The peer has said by TLS that it has sent all. */
    private boolean whole;
    /** All that came has been written, and the end after it. */
    private boolean carried;

    Direction(DataRelay relay, Channel from, @Nullable TlsEnd tls, Channel to, @Nullable TlsEnd tlsBeyond) {
        this.relay = relay;
        this.from = from;
        this.tls = tls;
        this.to = to;
        this.tlsBeyond = tlsBeyond;
    }

    /** Bytes from here that the kernel has taken for the other side. */
    long delivered() {
        // What TLS adds is counted among what waits.
        return Math.max(0, bytes.get() - undelivered());
    }

    /** What waits to be taken, in TLS too. */
    long undelivered() {
        var queue = to.unsafe().outboundBuffer();
        return queue == null ? 0 : queue.totalPendingWriteBytes();
    }

    boolean carried() {
        return carried;
    }

    /** Whether no TLS is awaited here any more. */
    boolean settled() {
        return tls == null || tls.stands();
    }

    /** How a connection ends whose peer never finishes the TLS that it has begun; null where it has, or has not begun. */
    @Nullable DataEnd unfinished() {
        return tls != null && tls.begun() && !tls.stands() ? tls.failed() : null;
    }

    /** Who has sent it, where its TLS has resumed that of its control connection; else null. */
    @Nullable Side resumed() {
        return tls != null && tls.resumed() ? tls.side() : null;
    }

    private Direction back() {
        return relay.other(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var segment = (ByteBuf) message;
        if (relay.over()) {
            segment.release();
            return;
        }
        bytes.setRelease(bytes.getPlain() + segment.readableBytes());
        if (tlsBeyond == null) {
            to.write(segment, to.voidPromise());
        } else {
            // Of a void promise nobody would be told what TLS has refused.
            to.write(segment).addListener((ChannelFutureListener) this::written);
        }
        if (!to.isWritable()) {
            from.config().setAutoRead(false);
            to.flush();
        }
    }

    private void written(ChannelFuture sent) {
        if (!sent.isSuccess()) {
            relay.abort(DataEnd.RESET);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        // Of a channel that is closed TLS says the same.
        if (tls != null && !ended && from.isActive() && tls.ended()) {
            whole = true;
            inputEnded();
        } else {
            to.flush();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (!back().ended && from.isWritable()) {
            to.config().setAutoRead(true);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            if (relay.over()) {
                DataRelay.drop(from);
            }
            inputEnded();
        } else if (event instanceof SslHandshakeCompletionEvent shaken && tls != null && !ended) {
            var end = shaken.isSuccess() ? tls.objection() : tls.failed();
            if (end != null) {
                relay.abort(end);
            } else if (back().ended && !relay.over()) {
                back().sendEnd();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        inputEnded();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (leaves()) {
            // Its own end has come whole, and it does not read ours: with TLS that is usual, and resets the connection.
            from.close();
        } else {
            relay.abort(tls == null || cause instanceof IOException ? DataEnd.RESET : tls.failed());
        }
    }

    /** Whether the peer has said all, and is owed nothing. */
    private boolean leaves() {
        return whole && back().bytes.getPlain() == 0;
    }

    private void inputEnded() {
        if (ended || relay.over()) {
            return;
        }
        ended = true;
        if (tls != null && !whole && !bareEnd(tls)) {
            return;
        }
        // Before TLS stands there its end would end the handshake, though an empty file is one too. See userEventTriggered.
        if (tlsBeyond == null || tlsBeyond.stands()) {
            sendEnd();
        }
    }

    private void sendEnd() {
        // An empty write completes when everything before it is sent; shutting down earlier would drop it.
        var all = tlsBeyond == null ? to.writeAndFlush(Unpooled.EMPTY_BUFFER) : tlsBeyond.end();
        all.addListener(sent -> carried(sent.isSuccess() || back().leaves()));
    }

    /**
     * A peer that has TLS has closed without a word of it. Whoever has sent anything must say that it was all. Whoever has sent
     * nothing may have been about to, unless there was something to be read, or an end of the other's: so end readers.
     *
     * @return whether it is an end like any other
     */
    private boolean bareEnd(TlsEnd tls) {
        if (!tls.stands()) {
            // A server that refuses a transfer begins no TLS. It is not said to the client, by TLS, that this was all.
            var end = tls.begun() ? tls.failed() : tls.side() == Side.CLIENT ? DataEnd.RESET : DataEnd.CLOSED;
            if (end == DataEnd.CLOSED) {
                relay.leave(from, to);
            } else {
                relay.abort(end);
            }
            return false;
        }
        var reader = bytes.getPlain() == 0 && (back().bytes.getPlain() > 0 || back().ended);
        if (!reader) {
            relay.abort(tls.truncated());
        }
        return reader;
    }

    private void carried(boolean all) {
        carried = all;
        if (relay.over()) {
            return;
        }
        if (!all) {
            relay.abort(DataEnd.RESET);
            return;
        }
        relay.carried(this);
        if (back().carried) {
            relay.close();
        } else {
            DataRelay.endOutput(to);
            if (tlsBeyond == null) {
                // Nothing is half open any more: its own end closes it. Netty would shut its input down first, and make an exception
                // where the peer has closed, as it has at the end of each transfer.
                to.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
            }
        }
    }
}
