package dev.sallyport.session.conversations;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Attacks the invariants with conversations at random, each from its own seed: hostile and decent peers, any segmentation,
 * a data path that fails in any way, time that jumps.
 *
 * <p>{@code -Dconversations.count=1000000} runs more of them, {@code -Dconversations.seed=42} replays one and prints it.
 */
class RandomConversationTest {

    /** Of how many conversations rules refuse something in one, at least: some in sixteen are drawn with rules that do. */
    private static final long REFUSED_ONE_IN = 50;

    private static final long COUNT = Long.getLong("conversations.count", 200_000);

    @Test
    void invariants_inRandomConversations_hold() {
        var replay = Long.getLong("conversations.seed");
        if (replay != null) {
            var trace = new StringBuilder();
            try {
                new Conversation(replay, trace).run();
            } finally {
                System.out.println(trace);
            }
            return;
        }
        var base = ThreadLocalRandom.current().nextLong(Long.MAX_VALUE / 2);
        var refused = new LongAdder();
        var failed = LongStream.range(base, base + COUNT).parallel().filter(seed -> failure(seed, refused) != null).findAny();
        failed.ifPresent(seed -> {
            var trace = new StringBuilder();
            try {
                new Conversation(seed, trace).run();
            } catch (AssertionError | RuntimeException again) {
                throw new AssertionError("replay with -Dconversations.seed=" + seed + "\n" + trace, again);
            }
        });
        assertThat(failed).as("seed of a conversation that fails").isEmpty();
        assertThat(refused.sum()).as("conversations in which a rule refuses").isGreaterThan(COUNT / REFUSED_ONE_IN);
    }

    private static @Nullable Throwable failure(long seed, LongAdder refused) {
        try {
            if (new Conversation(seed, null).run()) {
                refused.increment();
            }
            return null;
        } catch (AssertionError | RuntimeException found) {
            return found;
        }
    }
}
