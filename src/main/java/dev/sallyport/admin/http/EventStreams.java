package dev.sallyport.admin.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import dev.sallyport.admin.Operator;
import dev.sallyport.telemetry.Refusals;
import dev.sallyport.telemetry.Throughput;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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

    /** Who has so much before it that nothing more is told is waited for so long. */
    private static final int MOST_SKIPPED = 10;

    private static final JsonMapper JSON = JsonMapper.shared();

    /** @param changes whether those with the token may change something */
    private record Hello(String version, boolean changes, History throughput, List<?> refusals) {}

    /** What was refused, as events, and how much had been by then. */
    private record Refused(byte[] text, long count) {}

    private record History(int stepSeconds, List<Long> toClient, List<Long> toServer) {}

    /** One who watches, and what was shown last. */
    private static final class Stream {
        final Channel channel;
        LivePicture seen = LivePicture.EMPTY;
        /** Seconds that it has not been told of. */
        final List<byte[]> owed = new ArrayList<>();
        long refusalsSeen;
        int skipped;

        Stream(Channel channel, long refusalsSeen) {
            this.channel = channel;
            this.refusalsSeen = refusalsSeen;
        }
    }

    private final EventLoop loop;
    private final Operator operator;
    private final SharedLook look;
    private final Throughput throughput;
    private final Refusals refusals;
    private final String version;
    private final boolean changes;
    private final List<Stream> streams = new ArrayList<>();
    private final ScheduledFuture<?> ticking;
    /** Up to where seconds are over and counted. */
    private long passedNanos = System.nanoTime();
    private volatile boolean looking;

    /** @param changes whether something can be changed over HTTP */
    EventStreams(EventLoop loop, Operator operator, SharedLook look, HttpServer.Sources sources, boolean changes) {
        this.loop = loop;
        this.operator = operator;
        this.look = look;
        this.throughput = sources.throughput();
        this.refusals = sources.refusals();
        this.version = sources.version();
        this.changes = changes;
        this.ticking = loop.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
    }

    /** Whether one more may watch. */
    boolean room() {
        return streams.size() < MOST;
    }

    /** From now on the channel is told what happens; its answer's head is sent. */
    void add(Channel channel) {
        var told = refusals.since(0);
        var stream = new Stream(channel, told.count());
        streams.add(stream);
        channel.closeFuture().addListener(_ -> streams.remove(stream));
        var history = throughput.history();
        var hello = new Hello(version, changes, new History(1, history.toClient(), history.toServer()), told.refusals());
        send(stream, event("hello", hello).getBytes(UTF_8));
        channel.flush();
    }

    private void tick() {
        var passed = (int) Math.round((System.nanoTime() - passedNanos) / 1e9);
        if (looking || passed < (streams.isEmpty() ? UNWATCHED_SECONDS : 1)) {
            return;
        }
        passedNanos += TimeUnit.SECONDS.toNanos(passed);
        looking = true;
        var watched = !streams.isEmpty();
        Thread.ofVirtual().name("live-picture").start(() -> look(passed, watched));
    }

    private void look(int passed, boolean watched) {
        try {
            look.lookNow();
            var second = throughput.pass(passed);
            var picture = watched ? LivePicture.of(operator.sessions(), operator.pinholes()) : null;
            loop.execute(() -> tell(picture, second, passed));
        } catch (RejectedExecutionException closed) {
            // Nobody watches any more.
        } catch (RuntimeException bug) {
            LOG.error("error in making the live picture", bug);
        } finally {
            looking = false;
        }
    }

    /**
     * What is the same for several who watch is written once.
     *
     * @param picture null: when it was to be made nobody watched
     * @param second each of those that are over
     */
    private void tell(@Nullable LivePicture picture, Throughput.Second second, int passed) {
        if (streams.isEmpty()) {
            return;
        }
        var now = System.currentTimeMillis();
        var throughputText = event("throughput", second).getBytes(UTF_8);
        var sinceSeen = new IdentityHashMap<LivePicture, byte[]>();
        var sinceCount = new HashMap<Long, Refused>();
        for (var stream : List.copyOf(streams)) {
            stream.owed.addAll(Collections.nCopies(passed, throughputText));
            if (picture == null) {
                continue;
            }
            if (!stream.channel.isWritable()) {
                // It has not read what it was told before: it is told all at once when it has.
                if (++stream.skipped > MOST_SKIPPED) {
                    stream.channel.close();
                }
                continue;
            }
            stream.skipped = 0;
            send(stream, sinceSeen.computeIfAbsent(stream.seen, seen -> changes(picture, seen, now)));
            var refused = sinceCount.computeIfAbsent(stream.refusalsSeen, this::refusedSince);
            send(stream, refused.text());
            stream.refusalsSeen = refused.count();
            stream.owed.forEach(each -> send(stream, each));
            stream.owed.clear();
            stream.seen = picture;
            stream.channel.flush();
        }
    }

    private static byte[] changes(LivePicture picture, LivePicture seen, long nowMillis) {
        return (event("sessions", picture.sessionsSince(seen, nowMillis)) + event("pinholes", picture.pinholesSince(seen, nowMillis)))
                .getBytes(UTF_8);
    }

    private Refused refusedSince(long count) {
        var news = refusals.since(count);
        return new Refused(
                news.refusals().stream().map(refusal -> event("refusal", refusal)).collect(joining()).getBytes(UTF_8), news.count());
    }

    private static String event(String name, Object data) {
        return "event: " + name + "\ndata: " + JSON.writeValueAsString(data) + "\n\n";
    }

    private static void send(Stream stream, byte[] text) {
        if (text.length == 0) {
            return;
        }
        stream.channel.write(new DefaultHttpContent(Unpooled.wrappedBuffer(text))).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    @Override
    public void close() {
        ticking.cancel(false);
    }
}
