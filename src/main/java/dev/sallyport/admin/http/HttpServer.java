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
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The HTTP side of a running gateway. It has a thread of its own, so that whoever asks, however much, holds up no session.
 */
public final class HttpServer implements AutoCloseable {

    static final int MOST_CONNECTIONS = 64;

    /** The live page and its modules. */
    private static final List<String> PAGE = List.of(
            "index.html", "page.css", "favicon.svg", "page.js", "chart.js", "details.js", "ending.js", "lists.js", "picture.js", "rows.js",
            "search.js", "session.js", "stream.js", "table.js", "text.js");

    private static final int MOST_LINE_BYTES = 4096;
    private static final int MOST_HEADER_BYTES = 8192;
    private static final int MOST_CHUNK_BYTES = 8192;
    /** No call has a body; a small one is read and forgotten. */
    private static final int MOST_BODY_BYTES = 4096;

    private final MultiThreadIoEventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("http", true), NioIoHandler.newFactory());
    private final ChannelGroup callers = new DefaultChannelGroup(loop.next());
    private final EventStreams streams;
    private final Channel listener;

    /** What is told beside the operator's view. @param version of the program */
    public record Sources(PrometheusRegistry metrics, Throughput throughput, Refusals refusals, String version) {}

    private HttpServer(HttpSettings settings, Routes routes, Operator operator, Sources sources) throws IOException {
        streams = new EventStreams(loop.next(), operator, sources.throughput(), sources.refusals(), sources.version());
        var bound = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel caller) {
                        take(caller, settings, routes);
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
        var files = new StaticFiles("/dev/sallyport/admin/page", PAGE);
        return new HttpServer(
                settings, new Routes(operator, readiness, new Exposition(sources.metrics()), files, settings.token()), operator, sources);
    }

    private void take(SocketChannel caller, HttpSettings settings, Routes routes) {
        if (callers.size() >= MOST_CONNECTIONS) {
            caller.close();
            return;
        }
        callers.add(caller);
        var patience = new Patience(caller);
        var pipeline = caller.pipeline();
        if (settings.tls() != null) {
            pipeline.addLast("tls", settings.tls().newHandler(caller.alloc()));
        }
        pipeline.addLast("portions", new Portions(patience));
        pipeline.addLast("codec", new HttpServerCodec(new HttpDecoderConfig()
                .setMaxInitialLineLength(MOST_LINE_BYTES)
                .setMaxHeaderSize(MOST_HEADER_BYTES)
                .setMaxChunkSize(MOST_CHUNK_BYTES)));
        pipeline.addLast("compressor", new HttpContentCompressor());
        pipeline.addLast("aggregator", new HttpObjectAggregator(MOST_BODY_BYTES, true));
        pipeline.addLast("requests", new RequestHandler(routes, streams, patience, settings.listen()));
    }

    /** What there is to ask, but for the page's files, what stands for single sessions, and the stream of events. */
    public static Map<String, List<HttpMethod>> paths() {
        return Routes.METHODS;
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
