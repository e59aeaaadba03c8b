package dev.sallyport.proxy;

import dev.sallyport.datapath.Transport;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** The event loops that the gateways of a process share: epoll where it is there, NIO elsewhere. */
public final class EventLoops implements AutoCloseable {

    private static final long LAG_NANOS = 1_000_000_000;

    private final Transport transport;
    private final EventLoopGroup group;

    private EventLoops(Transport transport, EventLoopGroup group) {
        this.transport = transport;
        this.group = group;
    }

    /** @param threads number of event loop threads; 0 for one for each processor */
    public static EventLoops open(int threads) {
        return open(threads, Transport.best());
    }

    /** @param threads number of event loop threads; 0 for one for each processor */
    public static EventLoops open(int threads, Transport transport) {
        var count = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
        return new EventLoops(transport,
                new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory("gateway"), transport.ioHandlers()));
    }

    /** {@code epoll} or {@code nio}. */
    public String transport() {
        return transport.name().toLowerCase(Locale.ROOT);
    }

    public Transport kind() {
        return transport;
    }

    public EventLoopGroup group() {
        return group;
    }

    /** Has each loop run a task once a second. @param late told on the loop how many nanoseconds late that was */
    public void watchLag(LongConsumer late) {
        for (var loop : group) {
            var due = new AtomicLong(System.nanoTime() + LAG_NANOS);
            loop.scheduleAtFixedRate(
                    () -> late.accept(Math.max(0, System.nanoTime() - due.getAndAdd(LAG_NANOS))), LAG_NANOS, LAG_NANOS,
                    TimeUnit.NANOSECONDS);
        }
    }

    /** Ends the threads; whatever still runs on them is dropped. Blocks for up to five seconds. */
    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
