package dev.sallyport.datapath.relay;

import dev.sallyport.datapath.DataTls;
import dev.sallyport.ftp.Side;
import dev.sallyport.session.DataEnd;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.PendingWriteQueue;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** TLS on one of the two channels of a data connection. */
final class TlsEnd {

    private final Side side;
    private final DataTls tls;
    private final ReferenceCountedOpenSslEngine engine;
    private final SslHandler handler;
    private final ChannelPipeline pipeline;
    private final Cork cork = new Cork();
    private boolean heard;
    private boolean resumed;

    private TlsEnd(Side side, DataTls tls, Channel channel) {
        this.side = side;
        this.tls = tls;
        this.engine = tls.engine(side, channel.alloc());
        this.handler = new SslHandler(engine);
        // Servers begin theirs when they begin the transfer, which may be long after the connection: what is too long is told by idleness,
        // of which the bytes of a handshake are no end.
        handler.setHandshakeTimeoutMillis(0);
        this.pipeline = channel.pipeline();
        pipeline.addLast(cork);
        if (side == Side.SERVER) {
            pipeline.addLast(new Gate());
        }
        pipeline.addLast(new FirstByte(), handler);
    }

    /** Puts TLS on a channel that has no handlers yet. */
    static TlsEnd on(Channel channel, Side side, DataTls tls) {
        return new TlsEnd(side, tls, channel);
    }

    /** Whom it is with. */
    Side side() {
        return side;
    }

    /** Has it begin with a server, for which it waits otherwise. */
    void begin() {
        if (pipeline.get(Gate.class) != null) {
            pipeline.remove(Gate.class);
        }
    }

    /** Whether the peer has begun: it has sent a byte. */
    boolean begun() {
        return heard;
    }

    /** Whether the handshake has succeeded. */
    boolean stands() {
        return handler.handshakeFuture().isSuccess();
    }

    /** Whether the peer has said that this is all (close_notify, RFC 8446 §6.1). After a failure this tells nothing. */
    boolean ended() {
        // The event that Netty has for this also comes behind a close_notify of our own.
        return stands() && engine.isInboundDone();
    }

    /**
     * Sends what has been written, and behind it that this was all. The kernel may keep the last of it until the output is shut down,
     * which is to be done once this is sent.
     *
     * @return when both are sent
     */
    ChannelFuture end() {
        if (!pipeline.channel().isActive()) {
            // To a peer that has left. Netty would fail too, and complain of it in the log.
            return pipeline.newFailedFuture(new ClosedChannelException());
        }
        cork.hold();
        // FIN leaves in one segment with it (tcp(7)), instead of waking the peer once more.
        pipeline.channel().config().setOption(EpollChannelOption.TCP_CORK, true);
        // Encrypts it, which it must be before the end: the two leave together.
        pipeline.flush();
        var sent = handler.closeOutbound();
        cork.release();
        return sent;
    }

    /** How a connection whose handshake has just succeeded ends nevertheless; null for not. */
    @Nullable DataEnd objection() {
        resumed = tls.resumed(side, engine);
        return tls.objection(side, engine, resumed);
    }

    /** Whether its handshake has resumed the TLS session of the control connection. */
    boolean resumed() {
        return resumed;
    }

    DataEnd failed() {
        return side == Side.CLIENT ? DataEnd.CLIENT_TLS_FAILED : DataEnd.SERVER_TLS_FAILED;
    }

    DataEnd truncated() {
        return side == Side.CLIENT ? DataEnd.CLIENT_TRUNCATED : DataEnd.SERVER_TRUNCATED;
    }

    private final class FirstByte extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            heard = true;
            context.fireChannelRead(message);
            context.pipeline().remove(this);
        }
    }

    /** Stands where what is encrypted leaves, and may hold it for a moment. */
    private static final class Cork extends ChannelOutboundHandlerAdapter {

        private @Nullable ChannelHandlerContext context;
        private boolean held;

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            this.context = context;
        }

        void hold() {
            held = true;
        }

        void release() {
            held = false;
            Objects.requireNonNull(context).flush();
        }

        @Override
        public void flush(ChannelHandlerContext context) {
            if (!held) {
                context.flush();
            }
        }
    }

    /** Holds what we would say, until it is removed. */
    private static final class Gate extends ChannelOutboundHandlerAdapter {

        private @Nullable PendingWriteQueue held;

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            held = new PendingWriteQueue(context);
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            Objects.requireNonNull(held).add(message, promise);
        }

        @Override
        public void flush(ChannelHandlerContext context) {
            // It stays here.
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext context) {
            Objects.requireNonNull(held).removeAndWriteAll();
            context.flush();
        }
    }
}
