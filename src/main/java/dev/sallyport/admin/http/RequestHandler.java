package dev.sallyport.admin.http;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import io.netty.buffer.Unpooled;
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
import io.netty.handler.codec.http.TooLongHttpContentException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One caller's requests, one after another. What takes a while (a reload, the metrics of many sessions) is done on a virtual
 * thread; until the answer is written the caller is not read, and what it has asked besides waits.
 */
final class RequestHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

    static final String EVENTS = "/api/events";
    static final String EVENT_STREAM = "text/event-stream";

    /** More than come in one of the {@link Portions}. */
    private static final int MOST_WAITING = 16;

    /** The page needs its own files and its own calls, and nothing else in the world. */
    private static final Map<String, String> ALWAYS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none';"
                    + " form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Cache-Control", "no-store");

    private static final Pattern ABSOLUTE = Pattern.compile("(?i)https?://([^/?#]*)(.*)");

    private final Routes routes;
    private final EventStreams streams;
    private final Patience patience;
    private final Supplier<Credentials> credentials;
    private final boolean served;
    private final ArrayDeque<HttpRequest> waiting = new ArrayDeque<>();
    private boolean answering;
    private boolean streaming;

    /** @param served whether there is room for the caller; otherwise it is told that there is none */
    RequestHandler(Routes routes, EventStreams streams, Patience patience, Supplier<Credentials> credentials, boolean served) {
        this.routes = routes;
        this.streams = streams;
        this.patience = patience;
        this.credentials = credentials;
        this.served = served;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        var head = head(request);
        if (streaming || waiting.size() == MOST_WAITING) {
            context.close();
        } else if (answering) {
            waiting.add(head);
        } else {
            begin(context, head);
        }
    }

    /**
     * The head alone: a body is nobody's business. What is asked for as proxies are asked is for the host that it names,
     * whatever {@code Host} says (RFC 9112 §3.2.2).
     */
    private static HttpRequest head(FullHttpRequest request) {
        var uri = request.uri();
        var absolute = ABSOLUTE.matcher(uri);
        if (absolute.matches()) {
            request.headers().set(HttpHeaderNames.HOST, absolute.group(1));
            uri = absolute.group(2).startsWith("/") ? absolute.group(2) : "/" + absolute.group(2);
        }
        var head = new DefaultHttpRequest(request.protocolVersion(), request.method(), uri, request.headers());
        head.setDecoderResult(request.decoderResult());
        return head;
    }

    private void begin(ChannelHandlerContext context, HttpRequest head) {
        answering = true;
        patience.requestCame();
        context.channel().config().setAutoRead(false);
        if (head.decoderResult().cause() instanceof TooLongHttpContentException) {
            // The body is passed over when it comes. Who has asked beforehand may not send it, and something else instead.
            var goOn = served && HttpUtil.isKeepAlive(head) && !HttpUtil.is100ContinueExpected(head);
            send(context, head, Reply.problem(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
                    "No call needs a body, and this one is longer than " + HttpServer.MOST_BODY_BYTES + " bytes."), goOn);
            return;
        }
        if (head.decoderResult().isFailure()) {
            send(context, head, Reply.problem(HttpResponseStatus.BAD_REQUEST, "This is no request, or one that is too long."), false);
            return;
        }
        if (!served) {
            send(context, head, Reply.problem(HttpResponseStatus.SERVICE_UNAVAILABLE,
                    HttpServer.MOST_CONNECTIONS + " connections are open already; close one of them."), false);
            return;
        }
        var identity = credentials.get().identity();
        if (!ours(head.headers().get(HttpHeaderNames.HOST), identity)) {
            send(context, head, Reply.problem(HttpResponseStatus.MISDIRECTED_REQUEST, "This gateway answers to addresses, to localhost"
                    + (identity == null ? "" : ", to the names in its certificate") + " and to nothing else."), false);
            return;
        }
        if (HttpMethod.GET.equals(head.method()) && (head.uri().equals(EVENTS) || head.uri().startsWith(EVENTS + "?"))) {
            stream(context, head);
            return;
        }
        var caller = context.channel().remoteAddress() instanceof InetSocketAddress address ? Endpoint.of(address) : null;
        Thread.ofVirtual().name("http-request").start(() -> {
            var reply = routes.answer(head, caller);
            try {
                context.executor().execute(() -> send(context, head, reply, HttpUtil.isKeepAlive(head)));
            } catch (RejectedExecutionException closed) {
                // The server is closed, and so is this caller.
            }
        });
    }

    /** An answer is written. */
    private void next(ChannelHandlerContext context) {
        var request = waiting.poll();
        if (request != null) {
            begin(context, request);
            return;
        }
        answering = false;
        patience.replied();
        context.channel().config().setAutoRead(true);
    }

    private void stream(ChannelHandlerContext context, HttpRequest request) {
        if (!waiting.isEmpty()) {
            // A stream has no end after which something else could be answered.
            context.close();
            return;
        }
        if (!streams.room()) {
            send(context, request, Reply.problem(
                    HttpResponseStatus.SERVICE_UNAVAILABLE, EventStreams.MOST + " watch already; close one of them."), false);
            return;
        }
        context.pipeline().remove(HttpContentCompressor.class);
        var head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        ALWAYS.forEach(head.headers()::set);
        head.headers().set(HttpHeaderNames.CONTENT_TYPE, EVENT_STREAM);
        HttpUtil.setTransferEncodingChunked(head, true);
        context.write(head);
        streams.add(context.channel());
        streaming = true;
        // It has no more to say, but it may go.
        context.channel().config().setAutoRead(true);
    }

    /** Whether the caller means this gateway: a page elsewhere whose name was made to lead here does not (DNS rebinding). */
    private static boolean ours(@Nullable String host, @Nullable Identity identity) {
        if (host == null) {
            return false;
        }
        var colon = host.endsWith("]") ? -1 : host.lastIndexOf(':');
        var name = colon < 0 ? host : host.substring(0, colon);
        var bare = name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
        return bare.equalsIgnoreCase("localhost") || Addresses.parse(bare) != null || identity != null && identity.isNamed(bare);
    }

    private void send(ChannelHandlerContext context, HttpRequest request, Reply reply, boolean goOn) {
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
        patience.replying();
        context.writeAndFlush(response).addListener(sent -> {
            if (goOn && sent.isSuccess()) {
                next(context);
            } else {
                context.close();
            }
        });
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("a caller of {} failed: {}", context.channel().localAddress(), cause.toString());
        context.close();
    }
}
