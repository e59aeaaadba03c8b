package dev.sallyport.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.spi.AppenderAttachable;
import ch.qos.logback.core.spi.AppenderAttachableImpl;
import java.util.Iterator;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Hands log lines to a thread that writes them, as logback's AsyncAppender does, but lets them gather for a moment: on a busy
 * gateway, waking that thread for each line costs more than the line. Who logs never waits; a full queue drops lines, the less
 * important ones sooner.
 */
public final class LogQueue extends UnsynchronizedAppenderBase<ILoggingEvent> implements AppenderAttachable<ILoggingEvent> {

    private static final int CAPACITY = 8_192;
    /** From here on only warnings and errors are taken. */
    private static final int NEARLY_FULL = CAPACITY * 4 / 5;

    private static final long GATHER_NANOS = 20_000_000;

    /** The longest that the end waits for what is still to be written. */
    private static final long LAST_MILLIS = 1_000;

    private static final LongAdder DROPPED = new LongAdder();

    private final AppenderAttachableImpl<ILoggingEvent> appenders = new AppenderAttachableImpl<>();
    private final ConcurrentLinkedQueue<ILoggingEvent> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private @Nullable Thread writer;
    private volatile boolean asleep;

    /** Lines that this process has dropped so far. */
    public static long dropped() {
        return DROPPED.sum();
    }

    @Override
    public void start() {
        super.start();
        writer = Thread.ofPlatform().name("log").daemon().start(this::write);
    }

    @Override
    public void stop() {
        super.stop();
        var last = writer;
        if (last == null) {
            return;
        }
        LockSupport.unpark(last);
        try {
            last.join(LAST_MILLIS);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
        appenders.detachAndStopAllAppenders();
    }

    @Override
    protected void append(ILoggingEvent event) {
        var most = event.getLevel().isGreaterOrEqual(Level.WARN) ? CAPACITY : NEARLY_FULL;
        if (queued.get() >= most) {
            DROPPED.increment();
            return;
        }
        event.prepareForDeferredProcessing();
        queued.incrementAndGet();
        queue.add(event);
        if (asleep) {
            asleep = false;
            LockSupport.unpark(writer);
        }
    }

    private void write() {
        while (isStarted()) {
            if (drain()) {
                LockSupport.parkNanos(this, GATHER_NANOS);
                continue;
            }
            asleep = true;
            if (queue.isEmpty() && isStarted()) {
                LockSupport.park(this);
            }
            asleep = false;
        }
        drain();
    }

    private boolean drain() {
        var any = false;
        for (var event = queue.poll(); event != null; event = queue.poll()) {
            queued.decrementAndGet();
            appenders.appendLoopOnAppenders(event);
            any = true;
        }
        return any;
    }

    // ---- What is configured below it ----

    @Override
    public void addAppender(Appender<ILoggingEvent> appender) {
        appenders.addAppender(appender);
    }

    @Override
    public Iterator<Appender<ILoggingEvent>> iteratorForAppenders() {
        return appenders.iteratorForAppenders();
    }

    @Override
    public @Nullable Appender<ILoggingEvent> getAppender(String name) {
        return appenders.getAppender(name);
    }

    @Override
    public boolean isAttached(Appender<ILoggingEvent> appender) {
        return appenders.isAttached(appender);
    }

    @Override
    public void detachAndStopAllAppenders() {
        appenders.detachAndStopAllAppenders();
    }

    @Override
    public boolean detachAppender(Appender<ILoggingEvent> appender) {
        return appenders.detachAppender(appender);
    }

    @Override
    public boolean detachAppender(String name) {
        return appenders.detachAppender(name);
    }
}
