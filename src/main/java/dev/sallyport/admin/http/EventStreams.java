package dev.sallyport.admin.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.admin.Operator;
import dev.sallyport.telemetry.Refusals;
import dev.sallyport.telemetry.Throughput;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * What happens, told to all who watch as it happens (server-sent events, WHATWG HTML §9.2): a picture each second, of which
 * only what has changed is sent.
 *
 * <p>Everything here runs on the server's event loop, but for the picture itself, which is made on a thread of its own: it may
 * have to look at the kernel's table. While nobody watches, that is done more seldom.
 */
final class EventStreams implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventStreams.class);

    static final int MOST = 16;

    /** How often connections that stand are looked at while nobody watches, in seconds. */
    private static final int UNWATCHED_SECONDS = 10;

    private static final JsonMapper JSON = JsonMapper.shared();

    private record Hello(String version, History throughput, List<?> refusals) {}

    private record History(int stepSeconds, List<Long> toClient, List<Long> toServer) {}

    /** One who watches, and what was shown last. */
    private static final class Stream {
        final Channel channel;
        LivePicture seen = LivePicture.EMPTY;
        long refusalsSeen;

        Stream(Channel channel, long refusalsSeen) {
            this.channel = channel;
            this.refusalsSeen = refusalsSeen;
        }
    }

    private final EventLoop loop;
    private final Operator operator;
    private final Throughput throughput;
    private final Refusals refusals;
    private final String version;
    private final List<Stream> streams = new ArrayList<>();
    private final ScheduledFuture<?> ticking;
    private int unwatched;
    private boolean looking;

    EventStreams(EventLoop loop, Operator operator, Throughput throughput, Refusals refusals, String version) {
        this.loop = loop;
        this.operator = operator;
        this.throughput = throughput;
        this.refusals = refusals;
        this.version = version;
        this.ticking = loop.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
    }

    /** Whether one more may watch. */
    boolean room() {
        return streams.size() < MOST;
    }

    /** From now on the channel is told what happens; its answer's head is sent. */
    void add(Channel channel) {
        var stream = new Stream(channel, refusals.count());
        streams.add(stream);
        channel.closeFuture().addListener(_ -> streams.remove(stream));
        var history = throughput.history();
        send(stream, "hello", new Hello(version, new History(1, history.toClient(), history.toServer()), refusals.since(0)));
    }

    private void tick() {
        unwatched = streams.isEmpty() ? unwatched + 1 : UNWATCHED_SECONDS;
        if (looking || unwatched < UNWATCHED_SECONDS) {
            return;
        }
        var passed = streams.isEmpty() ? UNWATCHED_SECONDS : 1;
        unwatched = 0;
        looking = true;
        Thread.ofVirtual().name("live-picture").start(() -> look(passed));
    }

    private void look(int passed) {
        try {
            operator.moving();
            var second = throughput.pass(passed);
            var picture = LivePicture.of(operator.sessions(), operator.pinholes());
            loop.execute(() -> tell(picture, second));
        } catch (RuntimeException bug) {
            LOG.error("error in making the live picture", bug);
        } finally {
            loop.execute(() -> looking = false);
        }
    }

    private void tell(LivePicture picture, Throughput.Second second) {
        var now = System.currentTimeMillis();
        for (var stream : List.copyOf(streams)) {
            if (!stream.channel.isWritable()) {
                // It has not read what it was told a second ago, or longer: it may come again.
                stream.channel.close();
                continue;
            }
            send(stream, "sessions", picture.sessionsSince(stream.seen, now));
            send(stream, "pinholes", picture.pinholesSince(stream.seen, now));
            refusals.since(stream.refusalsSeen).forEach(refusal -> send(stream, "refusal", refusal));
            stream.refusalsSeen = refusals.count();
            send(stream, "throughput", second);
            stream.seen = picture;
            stream.channel.flush();
        }
    }

    private static void send(Stream stream, String event, Object data) {
        ByteBuf text = Unpooled.wrappedBuffer(
                ("event: " + event + "\ndata: " + JSON.writeValueAsString(data) + "\n\n").getBytes(UTF_8));
        stream.channel.writeAndFlush(new DefaultHttpContent(text)).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    @Override
    public void close() {
        ticking.cancel(false);
    }
}
