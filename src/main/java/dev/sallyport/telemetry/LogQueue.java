package dev.sallyport.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.spi.AppenderAttachable;
import ch.qos.logback.core.spi.AppenderAttachableImpl;
import java.util.Iterator;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Hands log lines to a thread that writes them, as logback's AsyncAppender does, but lets them gather for a moment
 * ({@link Gathering}). Who logs never waits; a full queue drops lines, the less important ones sooner.
 */
public final class LogQueue extends UnsynchronizedAppenderBase<ILoggingEvent> implements AppenderAttachable<ILoggingEvent> {

    private static final int CAPACITY = 8_192;
    /** From here on only warnings and errors are taken. */
    private static final int NEARLY_FULL = CAPACITY * 4 / 5;

    /** The longest that the end waits for what is still to be written. */
    private static final long LAST_MILLIS = 1_000;

    private static final LongAdder DROPPED = new LongAdder();

    private final AppenderAttachableImpl<ILoggingEvent> appenders = new AppenderAttachableImpl<>();
    private @Nullable Gathering<ILoggingEvent> gathering;

    /** Lines that this process has dropped so far. */
    public static long dropped() {
        return DROPPED.sum();
    }

    @Override
    public void start() {
        super.start();
        gathering = new Gathering<>("log", appenders::appendLoopOnAppenders, () -> {});
    }

    @Override
    public void stop() {
        super.stop();
        if (gathering != null) {
            gathering.stop(LAST_MILLIS);
            appenders.detachAndStopAllAppenders();
        }
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (gathering == null || gathering.full(event.getLevel().isGreaterOrEqual(Level.WARN) ? CAPACITY : NEARLY_FULL)) {
            DROPPED.increment();
            return;
        }
        event.prepareForDeferredProcessing();
        gathering.offer(event);
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
