package dev.sallyport.proxy;

import dev.sallyport.ftp.Side;
import dev.sallyport.session.Input;
import dev.sallyport.session.TlsFailure;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS on one control connection, from its handshake to its end. It stands behind the handler that does it, and tells the session
 * what becomes of it; what it lets pass is the session's as it would be without.
 */
final class ControlTls extends ChannelInboundHandlerAdapter {

    /** How BoringSSL says that a client has shown no certificate where one is demanded. */
    private static final String NO_CERTIFICATE = "PEER_DID_NOT_RETURN_A_CERTIFICATE";

    private final ControlSession session;
    private final Side side;
    private final SessionTls tls;
    private final Channel channel;
    private final ReferenceCountedOpenSslEngine engine;
    private final SslHandler handler;
    private final long limitMillis;
    /** The end of the wait for the peer's farewell, when TLS is to end and the connection to stay; null before. */
    private @Nullable ScheduledFuture<?> patience;
    /** The peer has ended it, or it has failed. */
    private boolean over;

    /** @param limit for the handshake, and for the peer's farewell */
    ControlTls(ControlSession session, Side side, SessionTls tls, Channel channel, Duration limit) {
        this.session = session;
        this.side = side;
        this.tls = tls;
        this.channel = channel;
        this.engine = tls.control(side, channel.alloc());
        this.handler = new SslHandler(engine);
        this.limitMillis = limit.toMillis();
        handler.setHandshakeTimeoutMillis(limitMillis);
        // In this order, so that nothing of a handshake that begins at once is missed.
        channel.pipeline().addFirst(this).addFirst(handler);
    }

    /** Sends close_notify behind what was sent. @return done when it has left */
    ChannelFuture endOutput() {
        return handler.closeOutbound();
    }

    /** Ends it, and lets the connection stay: the peer is to end it too. */
    void leave() {
        handler.closeOutbound();
        patience = channel.eventLoop().schedule(
                () -> fail(TlsFailure.TIMED_OUT, "it does not leave TLS"), limitMillis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent shaken) {
            if (shaken.isSuccess()) {
                session.deliver(new Input.Secured(side, tls.peer(side, engine)));
            } else {
                fail(shaken.cause());
            }
        } else if (event == ChannelInputShutdownEvent.INSTANCE && (patience != null || !handler.handshakeFuture().isDone())) {
            fail(TlsFailure.CLOSED, "it closed the connection");
            context.close();
        } else {
            if (patience != null && ended()) {
                left(context, patience);
            }
            context.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.fireChannelReadComplete();
        if (!ended()) {
            return;
        }
        if (patience != null) {
            left(context, patience);
        } else {
            over = true;
            context.pipeline().addFirst(new Deaf());
            session.inputEnded(side, false);
        }
    }

    /** Whether the peer has ended it (close_notify, RFC 8446 §6.1). The event that Netty has for this also comes when only we have. */
    private boolean ended() {
        return !over && handler.handshakeFuture().isSuccess() && channel.isActive() && engine.isInboundDone();
    }

    private void left(ChannelHandlerContext context, ScheduledFuture<?> patience) {
        over = true;
        patience.cancel(false);
        session.unsecured(side, () -> context.pipeline().remove(handler));
        context.pipeline().remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof DecoderException || cause instanceof SSLException) {
            fail(cause);
        } else {
            context.fireExceptionCaught(cause);
        }
    }

    private void fail(Throwable cause) {
        for (var each = cause; each != null; each = each.getCause()) {
            switch (each) {
                case SslHandshakeTimeoutException _ -> fail(TlsFailure.TIMED_OUT, "no handshake in time");
                case NotSslRecordException _ -> fail(TlsFailure.NOT_TLS, "what came is not TLS");
                case CertificateException refused -> fail(TlsFailure.CERTIFICATE, words(refused));
                default -> {}
            }
        }
        if (!channel.isActive() || cause instanceof ClosedChannelException) {
            fail(TlsFailure.CLOSED, "it closed the connection");
        }
        var words = words(cause);
        fail(words.contains(NO_CERTIFICATE) ? TlsFailure.CERTIFICATE : TlsFailure.HANDSHAKE, words);
    }

    private static String words(Throwable cause) {
        return Objects.requireNonNullElseGet(cause.getMessage(), cause::toString);
    }

    /** The first word counts: what fails is closed, which fails too. */
    private void fail(TlsFailure reason, String detail) {
        if (!over) {
            over = true;
            session.deliver(new Input.SecureFailed(side, reason, detail));
        }
    }

    /** Behind the end of TLS nothing is read, and nothing may gather. */
    private static final class Deaf extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            // TLS would ask for more.
        }
    }
}
