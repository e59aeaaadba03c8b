package dev.sallyport.admin.http;

import dev.sallyport.admin.Operator;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.telemetry.Refusals;
import dev.sallyport.telemetry.Throughput;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpContentCompressor;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The HTTP side of a running gateway. It has a thread of its own, so that whoever asks, however much, holds up no session.
 */
public final class HttpServer implements AutoCloseable {

    static final int MOST_CONNECTIONS = 64;
    /** So many more are told why they are not served; beyond that nobody is. */
    private static final int MOST_REFUSED = 16;

    /** The live page and its modules. */
    private static final List<String> PAGE = List.of(
            "index.html", "page.css", "favicon.svg", "page.js", "chart.js", "details.js", "ending.js", "lists.js", "picture.js", "rows.js",
            "search.js", "session.js", "stream.js", "table.js", "text.js");

    private static final int MOST_LINE_BYTES = 4096;
    private static final int MOST_HEADER_BYTES = 8192;
    private static final int MOST_CHUNK_BYTES = 8192;
    /** No call has a body; a small one is read and forgotten. */
    static final int MOST_BODY_BYTES = 4096;

    private final MultiThreadIoEventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("http", true), NioIoHandler.newFactory());
    private final ChannelGroup callers = new DefaultChannelGroup(loop.next());
    private final EventStreams streams;
    private final Routes routes;
    private final Channel listener;
    private volatile HttpSettings settings;

    /** What is told beside the operator's view. @param version of the program */
    public record Sources(PrometheusRegistry metrics, Throughput throughput, Refusals refusals, String version) {}

    private HttpServer(HttpSettings settings, Operator operator, Readiness readiness, Sources sources) throws IOException {
        this.settings = settings;
        var page = new StaticFiles("/dev/sallyport/admin/page", PAGE);
        var look = new SharedLook(operator);
        routes = new Routes(operator, look, readiness, new Exposition(sources.metrics()), page, this::credentials);
        streams = new EventStreams(loop.next(), operator, look, sources, settings.credentials().token() != null);
        var bound = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel caller) {
                        take(caller);
                    }
                })
                .bind(settings.listen().toSocketAddress())
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            close(loop);
            throw new IOException("cannot listen on " + settings.listen() + ": " + bound.cause().getMessage(), bound.cause());
        }
        listener = bound.channel();
    }

    /** Starts listening. @throws IOException when it cannot; the message says where and why */
    public static HttpServer start(
            HttpSettings settings, Operator operator, Readiness readiness, Sources sources) throws IOException {
        return new HttpServer(settings, operator, readiness, sources);
    }

    /**
     * From now on these are asked for and shown; connections that stand keep the certificate that they know.
     *
     * @throws IllegalArgumentException when it would be in the open with them
     */
    public void take(Credentials credentials) {
        settings = settings.with(credentials);
    }

    private Credentials credentials() {
        return settings.credentials();
    }

    private void take(SocketChannel caller) {
        var before = callers.size();
        if (before >= MOST_CONNECTIONS + MOST_REFUSED) {
            caller.close();
            return;
        }
        callers.add(caller);
        var patience = new Patience(caller);
        var pipeline = caller.pipeline();
        var identity = credentials().identity();
        if (identity != null) {
            pipeline.addLast("tls", identity.handler());
        }
        pipeline.addLast("portions", new Portions(patience));
        pipeline.addLast("codec", new HttpServerCodec(new HttpDecoderConfig()
                .setMaxInitialLineLength(MOST_LINE_BYTES)
                .setMaxHeaderSize(MOST_HEADER_BYTES)
                .setMaxChunkSize(MOST_CHUNK_BYTES)));
        pipeline.addLast("compressor", new HttpContentCompressor());
        pipeline.addLast("aggregator", new WholeRequests(MOST_BODY_BYTES));
        pipeline.addLast("requests", new RequestHandler(routes, streams, patience, this::credentials, before < MOST_CONNECTIONS));
    }

    /** Where it listens; a port 0 of the settings is the real port here. */
    public Endpoint listening() {
        return Endpoint.of((InetSocketAddress) listener.localAddress());
    }

    @Override
    public void close() {
        streams.close();
        listener.close().awaitUninterruptibly();
        callers.close().awaitUninterruptibly();
        close(loop);
    }

    private static void close(MultiThreadIoEventLoopGroup loop) {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
