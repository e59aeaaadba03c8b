package dev.sallyport.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
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
    private final LogQueue queue = new LogQueue();

    /** Keeps what is written; the first line waits until it may be. */
    private final class Written extends AppenderBase<ILoggingEvent> {
        final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
        final CountDownLatch writing = new CountDownLatch(1);

        @Override
        protected void append(ILoggingEvent event) {
            writing.countDown();
            try {
                mayWrite.await();
            } catch (InterruptedException ended) {
                throw new IllegalStateException(ended);
            }
            lines.add(event.getFormattedMessage());
        }
    }

    @BeforeEach
    void start() {
        context.setMDCAdapter(new LogbackMDCAdapter());
        written.setContext(context);
        written.start();
        queue.setContext(context);
        queue.addAppender(written);
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
        await().untilAsserted(() -> assertThat(written.lines).containsExactlyElementsOf(numbers(0, 100)));
        numbers(100, 200).forEach(line -> log(Level.INFO, line));
        await().untilAsserted(() -> assertThat(written.lines).containsExactlyElementsOf(numbers(0, 200)));
    }

    @Test
    void writerThatStandsStill_costsTheLessImportantLines_andNobodyWaits() throws InterruptedException {
        log(Level.INFO, "first");
        written.writing.await();
        IntStream.range(0, 20_000).forEach(i -> log(Level.INFO, "info"));
        IntStream.range(0, 1_000).forEach(i -> log(Level.WARN, "warn"));
        mayWrite.countDown();
        await().until(() -> written.lines.stream().filter("warn"::equals).count() == 1_000);
        assertThat(written.lines.stream().filter("info"::equals).count()).isBetween(6_000L, 7_000L);
    }

    @Test
    void end_writesWhatIsQueued_andTakesNoMore() {
        mayWrite.countDown();
        numbers(0, 100).forEach(line -> log(Level.INFO, line));
        queue.stop();
        assertThat(written.lines).containsExactlyElementsOf(numbers(0, 100));
        log(Level.ERROR, "late");
        assertThat(written.lines).hasSize(100);
        assertThat(written.isStarted()).isFalse();
    }
}
