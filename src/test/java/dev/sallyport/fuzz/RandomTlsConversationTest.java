package dev.sallyport.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The invariants of {@link FuzzedTls} in conversations at random: {@code -Dconversations.seed=...} is one of them alone. */
class RandomTlsConversationTest {

    private static final long COUNT = Long.getLong("conversations.tls.count", 20_000);
    /** With one transfer of protected data at least, of so many. */
    private static final int ONE_IN = 20;

    @Test
    void promisesOfTls_inRandomConversations_areKept() {
        var replay = Long.getLong("conversations.seed");
        if (replay != null) {
            new RandomTlsConversation(replay).run();
            return;
        }
        var base = ThreadLocalRandom.current().nextLong(Long.MAX_VALUE / 2);
        var privately = LongStream.range(base, base + COUNT).parallel().filter(RandomTlsConversationTest::run).count();
        assertThat(privately).as("conversations with transfers of protected data").isGreaterThan(COUNT / ONE_IN);
    }

    private static boolean run(long seed) {
        try {
            return new RandomTlsConversation(seed).run();
        } catch (AssertionError | RuntimeException failed) {
            throw new AssertionError("replay with -Dconversations.seed=" + seed, failed);
        }
    }
}
