package dev.sallyport.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Writes the log to standard error on a thread of its own, as logback's AsyncAppender has it done, but lets lines gather for a
 * moment ({@link Gathering}) and writes those at once. Who logs never waits; a full queue drops lines, the less important ones
 * sooner.
 */
public final class LogQueue extends UnsynchronizedAppenderBase<ILoggingEvent> {

    private static final int CAPACITY = 8_192;
    /** From here on only warnings and errors are taken. */
    private static final int NEARLY_FULL = CAPACITY * 4 / 5;

    /** Not longer: at DEBUG seventy thousand lines may come in a second. */
    private static final Duration GATHER = Duration.ofMillis(20);

    /** So much is written at a time. */
    private static final int PORTION_BYTES = 16 << 10;

    /** The longest that the end waits for what is still to be written. */
    private static final long LAST_MILLIS = 1_000;

    private static final LongAdder DROPPED = new LongAdder();

    private final OutputStream to;
    private @Nullable Encoder<ILoggingEvent> encoder;
    private @Nullable Gathering<ILoggingEvent> gathering;

    // ---- The writer's own ----

    private final ByteArrayOutputStream portion = new ByteArrayOutputStream(PORTION_BYTES);
    private int inPortion;

    /** For standard error. */
    public LogQueue() {
        // System.err would write each line by itself.
        this(new FileOutputStream(FileDescriptor.err));
    }

    LogQueue(OutputStream to) {
        this.to = to;
    }

    /** Lines that this process has dropped, or could not write, so far. */
    public static long dropped() {
        return DROPPED.sum();
    }

    /** How a line looks. To be set before the start. */
    public void setEncoder(Encoder<ILoggingEvent> encoder) {
        this.encoder = encoder;
    }

    @Override
    public void start() {
        var lines = encoder;
        if (lines == null) {
            addError("an encoder is missing");
            return;
        }
        super.start();
        gathering = new Gathering<>("log", GATHER, event -> add(event, lines), this::flush);
    }

    @Override
    public void stop() {
        super.stop();
        if (gathering != null) {
            gathering.stop(LAST_MILLIS);
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

    // ---- On the writer's thread ----

    private void add(ILoggingEvent event, Encoder<ILoggingEvent> lines) {
        byte[] line;
        try {
            line = lines.encode(event);
        } catch (RuntimeException unexpected) {
            DROPPED.increment();
            addError("a line could not be written", unexpected);
            return;
        }
        if (inPortion > 0 && portion.size() + line.length > PORTION_BYTES) {
            flush();
        }
        portion.writeBytes(line);
        inPortion++;
    }

    private void flush() {
        try {
            portion.writeTo(to);
        } catch (IOException nobodyReads) {
            DROPPED.add(inPortion);
        }
        portion.reset();
        inPortion = 0;
    }
}
