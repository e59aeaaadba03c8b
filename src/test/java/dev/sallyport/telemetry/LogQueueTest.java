package dev.sallyport.telemetry;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LogQueueTest {

    private final LoggerContext context = new LoggerContext();
    private final CountDownLatch mayWrite = new CountDownLatch(1);
    private final Written written = new Written();
    private final LogQueue queue = new LogQueue(written);

    /** Keeps what is written; the first write waits until it may be. */
    private final class Written extends OutputStream {
        final CountDownLatch writing = new CountDownLatch(1);
        private final StringBuffer text = new StringBuffer();
        private final AtomicInteger writes = new AtomicInteger();

        @Override
        public void write(int one) {
            throw new AssertionError("lines are written together");
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            writing.countDown();
            try {
                mayWrite.await();
            } catch (InterruptedException ended) {
                throw new IllegalStateException(ended);
            }
            writes.incrementAndGet();
            var more = new String(bytes, offset, length, US_ASCII);
            if (more.contains("unwritable")) {
                throw new IOException("nobody reads");
            }
            text.append(more);
        }

        List<String> lines() {
            return text.toString().lines().toList();
        }
    }

    @BeforeEach
    void start() {
        context.setMDCAdapter(new LogbackMDCAdapter());
        var encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%msg%n");
        encoder.start();
        queue.setContext(context);
        queue.setEncoder(encoder);
        queue.start();
    }

    @AfterEach
    void stop() {
        mayWrite.countDown();
        queue.stop();
    }

    private void log(Level level, String line) {
        var logger = context.getLogger("test");
        queue.doAppend(new LoggingEvent("", logger, level, line, null, null));
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    @Test
    void lines_areWrittenInTheirOrder_alsoAfterAPause() {
        mayWrite.countDown();
        numbers(0, 100).forEach(line -> log(Level.INFO, line));
        await().untilAsserted(() -> assertThat(written.lines()).containsExactlyElementsOf(numbers(0, 100)));
        numbers(100, 200).forEach(line -> log(Level.INFO, line));
        await().untilAsserted(() -> assertThat(written.lines()).containsExactlyElementsOf(numbers(0, 200)));
    }

    @Test
    void linesThatGather_areWrittenAtOnce() {
        mayWrite.countDown();
        numbers(0, 5_000).forEach(line -> log(Level.INFO, line));
        await().untilAsserted(() -> assertThat(written.lines()).containsExactlyElementsOf(numbers(0, 5_000)));
        assertThat(written.writes.get()).isLessThan(500);
    }

    @Test
    void linesThatCannotBeWritten_areCounted_andTheNextOnesAreWritten() {
        mayWrite.countDown();
        var before = LogQueue.dropped();
        log(Level.INFO, "unwritable");
        await().until(() -> LogQueue.dropped() == before + 1);
        log(Level.INFO, "next");
        await().untilAsserted(() -> assertThat(written.lines()).containsExactly("next"));
    }

    @Test
    void lineThatCannotBeMade_isCounted_andTheNextOnesAreWritten() {
        mayWrite.countDown();
        var before = LogQueue.dropped();
        queue.doAppend(new LoggingEvent("", context.getLogger("test"), Level.INFO, "unmade", null, null) {
            @Override
            public String getFormattedMessage() {
                if (Thread.currentThread().getName().equals("log")) {
                    throw new IllegalStateException("no such line");
                }
                return super.getFormattedMessage();
            }
        });
        await().until(() -> LogQueue.dropped() == before + 1);
        log(Level.INFO, "next");
        await().untilAsserted(() -> assertThat(written.lines()).containsExactly("next"));
    }

    @Test
    void writerThatStandsStill_costsTheLessImportantLines_andNobodyWaits() throws InterruptedException {
        log(Level.INFO, "first");
        written.writing.await();
        IntStream.range(0, 20_000).forEach(i -> log(Level.INFO, "info"));
        IntStream.range(0, 1_000).forEach(i -> log(Level.WARN, "warn"));
        mayWrite.countDown();
        await().until(() -> written.lines().stream().filter("warn"::equals).count() == 1_000);
        assertThat(written.lines().stream().filter("info"::equals).count()).isBetween(6_000L, 7_000L);
    }

    @Test
    void end_writesWhatIsQueued_andTakesNoMore() {
        mayWrite.countDown();
        numbers(0, 100).forEach(line -> log(Level.INFO, line));
        queue.stop();
        assertThat(written.lines()).containsExactlyElementsOf(numbers(0, 100));
        log(Level.ERROR, "late");
        assertThat(written.lines()).hasSize(100);
    }
}
