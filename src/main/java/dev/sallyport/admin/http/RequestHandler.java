package dev.sallyport.admin.http;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContentCompressor;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.ReadTimeoutException;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One caller's requests, one after another. What takes a while (a reload, the metrics of many sessions) is done on a virtual
 * thread; until it is answered the caller is not read.
 */
final class RequestHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

    private static final String EVENTS = "/api/events";

    /** The page needs its own files and its own calls, and nothing else in the world. */
    private static final Map<String, String> ALWAYS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none';"
                    + " form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Cache-Control", "no-store");

    private final Routes routes;
    private final EventStreams streams;
    private final Endpoint listen;

    RequestHandler(Routes routes, EventStreams streams, Endpoint listen) {
        this.routes = routes;
        this.streams = streams;
        this.listen = listen;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        // The head alone: a body is nobody's business.
        HttpRequest head = new DefaultHttpRequest(request.protocolVersion(), request.method(), request.uri(), request.headers());
        if (request.decoderResult().isFailure()) {
            send(context, head, Reply.problem(HttpResponseStatus.BAD_REQUEST, "This is no request, or one that is too long."), false);
            return;
        }
        if (!ours(request.headers().get(HttpHeaderNames.HOST))) {
            send(context, head, Reply.problem(HttpResponseStatus.MISDIRECTED_REQUEST,
                    "This gateway answers to addresses and to localhost, not to that name."), false);
            return;
        }
        if (request.uri().equals(EVENTS) && HttpMethod.GET.equals(request.method())) {
            stream(context, head);
            return;
        }
        context.channel().config().setAutoRead(false);
        Thread.ofVirtual().name("http-request").start(() -> {
            var reply = answer(head);
            context.executor().execute(() -> {
                send(context, head, reply, HttpUtil.isKeepAlive(head));
                context.channel().config().setAutoRead(true);
            });
        });
    }

    private void stream(ChannelHandlerContext context, HttpRequest request) {
        if (!streams.room()) {
            send(context, request, Reply.problem(
                    HttpResponseStatus.SERVICE_UNAVAILABLE, EventStreams.MOST + " watch already; close one of them."), false);
            return;
        }
        // It says no more, and is told something each second.
        context.pipeline().remove(ReadTimeoutHandler.class);
        context.pipeline().remove(HttpContentCompressor.class);
        var head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        ALWAYS.forEach(head.headers()::set);
        head.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream");
        HttpUtil.setTransferEncodingChunked(head, true);
        context.write(head);
        streams.add(context.channel());
    }

    private Reply answer(HttpRequest request) {
        try {
            return routes.answer(request);
        } catch (RuntimeException bug) {
            LOG.error("error in answering a request", bug);
            return Reply.problem(HttpResponseStatus.INTERNAL_SERVER_ERROR, "The gateway could not answer; its log says why.");
        }
    }

    /** Whether the caller means this gateway: a page elsewhere whose name was made to lead here does not (DNS rebinding). */
    private boolean ours(@Nullable String host) {
        if (host == null) {
            return false;
        }
        var colon = host.endsWith("]") ? -1 : host.lastIndexOf(':');
        var name = colon < 0 ? host : host.substring(0, colon);
        var bare = name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
        return bare.equalsIgnoreCase("localhost") || Addresses.parse(bare) != null;
    }

    private static void send(ChannelHandlerContext context, HttpRequest request, Reply reply, boolean goOn) {
        var body = HttpMethod.HEAD.equals(request.method()) ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(reply.body());
        var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, reply.status(), body);
        var headers = response.headers();
        ALWAYS.forEach(headers::set);
        reply.headers().forEach(headers::set);
        if (!reply.type().isEmpty()) {
            headers.set(HttpHeaderNames.CONTENT_TYPE, reply.type());
        }
        HttpUtil.setContentLength(response, reply.body().length);
        HttpUtil.setKeepAlive(response, goOn);
        var sent = context.writeAndFlush(response);
        if (!goOn) {
            sent.addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof ReadTimeoutException)) {
            LOG.debug("a caller of {} failed: {}", listen, cause.toString());
        }
        context.close();
    }
}
