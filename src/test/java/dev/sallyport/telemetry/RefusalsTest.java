package dev.sallyport.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.session.ClientRefusal;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What was refused, told to one who asks again and again. */
class RefusalsTest {

    private static final int REFUSED = 20_000;

    private final AtomicLong millis = new AtomicLong();
    /** Each comes in a stretch of its own: none is held back. */
    private final AtomicLong nanos = new AtomicLong();
    private final Refusals refusals =
            new Refusals(() -> nanos.addAndGet(LineLimit.STRETCH.toNanos()), millis::incrementAndGet);

    @Test
    void news_whileMoreCome_repeatNone_andLoseNoneThatIsKept() throws Exception {
        var begun = new CountDownLatch(1);
        var refusing = Thread.ofPlatform().start(() -> {
            begun.countDown();
            for (var i = 0; i < REFUSED; i++) {
                refusals.clientRefused("main", ObservedSession.CLIENT, ClientRefusal.STOPPING);
            }
        });
        begun.await();
        var told = new ArrayList<Refusal>();
        var seen = 0L;
        while (seen < REFUSED) {
            var news = refusals.since(seen);
            assertThat(news.refusals()).hasSize((int) Math.min(Refusals.KEPT, news.count() - seen));
            told.addAll(news.refusals());
            seen = news.count();
        }
        refusing.join();
        assertThat(told.stream().map(Refusal::at)).isSorted().doesNotHaveDuplicates().endsWith((long) REFUSED);
    }
}
