package dev.sallyport.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Watches the events, and reads nothing of them before it is told to. Its connection has small segments and a small window, as
 * those of slow ways have: the gateway's system takes little of what is not read.
 */
final class SlowReader implements AutoCloseable {

    private static final int TCP = 6;
    private static final int TCP_MAXSEG = 2;
    private static final int SEGMENT_BYTES = 536;
    private static final int WINDOW_BYTES = 4096;

    private static final Pattern EVENT = Pattern.compile("event: (\\w+)\ndata: (.*)\n");

    private final MultiThreadIoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final StringBuffer read = new StringBuffer();
    private final Channel channel;

    SlowReader(int port) {
        channel = new Bootstrap()
                .group(loop)
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.SO_RCVBUF, WINDOW_BYTES)
                .option(new IntegerUnixChannelOption("TCP_MAXSEG", TCP, TCP_MAXSEG), SEGMENT_BYTES)
                .handler(new SimpleChannelInboundHandler<ByteBuf>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
                        read.append(bytes.toString(UTF_8));
                    }
                })
                .connect("127.0.0.1", port)
                .syncUninterruptibly()
                .channel();
        channel.writeAndFlush(Unpooled.copiedBuffer(HttpGateway.line("/api/events"), UTF_8)).syncUninterruptibly();
    }

    /** From now on it reads all that there is, and all that comes. */
    void read() {
        channel.config().setAutoRead(true);
    }

    /** Whether the gateway has ended it. */
    boolean ended() {
        return !channel.isActive();
    }

    /** What it has read of one kind, in order. */
    Stream<JsonNode> events(String name) {
        // Chunks have their lengths between them: each event is one.
        return EVENT.matcher(read.toString().replace("\r\n", "\n")).results()
                .filter(event -> event.group(1).equals(name))
                .map((MatchResult event) -> JsonMapper.shared().readTree(event.group(2)));
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
