package dev.sallyport.rules;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Verb;
import dev.sallyport.rules.limit.Limits;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Rule sets and questions at random: the compiled set, its explanation and a naive reading of the language agree.
 *
 * <p>{@code -Drules.count=1000000} asks more of them, {@code -Drules.seed=42} replays one and prints it.
 */
class RandomRulesTest {

    private static final long COUNT = Long.getLong("rules.count", 100_000);
    private static final int QUERIES = 20;

    /** Explaining costs more than deciding: not every question is explained. */
    private static final int EXPLAINED = 2;

    @Test
    void verdicts_ofRandomSets_areThoseOfANaiveReading() {
        var replay = Long.getLong("rules.seed");
        if (replay != null) {
            System.out.println(new RuleWorld(replay).text().rules().stream().map(Rule::toString).collect(Collectors.joining("\n")));
            agree(replay);
            return;
        }
        var base = ThreadLocalRandom.current().nextLong(Long.MAX_VALUE / 2);
        var failed = LongStream.range(base, base + COUNT).parallel().filter(seed -> failure(seed) != null).findAny();
        failed.ifPresent(seed -> {
            try {
                agree(seed);
            } catch (AssertionError | RuntimeException again) {
                throw new AssertionError("replay with -Drules.seed=" + seed, again);
            }
        });
        assertThat(failed).as("seed of a rule set that is judged otherwise").isEmpty();
    }

    private static @Nullable Throwable failure(long seed) {
        try {
            agree(seed);
            return null;
        } catch (AssertionError | RuntimeException found) {
            return found;
        }
    }

    private static void agree(long seed) {
        var world = new RuleWorld(seed);
        var text = world.text();
        var set = RuleSet.compile(text, null);
        var naive = new NaiveRules(text);
        var limits = new Limits();
        var question = new Question();
        for (var i = 0; i < QUERIES; i++) {
            var query = world.query();
            ask(question, query);
            WallClock clock = (_, _) -> query.minuteOfWeek();
            var scope = set.scope(query.facts());
            var decision = set.decide(scope, question, limits, clock);
            same(naive.decide(query, true), told(decision), query);
            // USER is judged by whom it names; that a feature is hidden is said of the others.
            if (decision instanceof Decision.Allow && query.command().verb() != Verb.USER) {
                same(false, set.refusesAlways(query.command().verb(), scope), query);
            }
            if (i < EXPLAINED) {
                ask(question, query);
                var explanation = set.explain(query.facts(), question, clock);
                same(naive.decide(query, false), told(explanation.decision()), query);
                explanation.steps().forEach(step -> same(naive.met(step.rule(), query), met(step, explanation), query));
            }
        }
    }

    static void ask(Question question, NaiveRules.Query query) {
        var directory = query.directory() == null ? Directory.UNKNOWN : Directory.of(query.directory().getBytes(ISO_8859_1));
        question.ask(query.command(), directory, query.mode(), 0);
        if (query.named() != null) {
            question.thirdParty(query.named());
        }
    }

    /** What an explanation says of how a rule is met, in the naive reading's terms. */
    private static Truth met(Explanation.Step step, Explanation explanation) {
        return switch (step.result()) {
            case OTHER_COMMAND, NO, EXCEPTED -> Truth.FALSE;
            case WITHIN_RATE, DECIDES -> Truth.TRUE;
            case UNRESOLVED -> Truth.valueOf(((Decision.Deny) explanation.decision()).cause().name());
        };
    }

    private static String told(Decision decision) {
        return switch (decision) {
            case Decision.Allow _ -> "allow by " + decision.rule();
            case Decision.Deny deny -> "deny " + deny.cause() + " by " + decision.rule();
            case Decision.Close _ -> "close by " + decision.rule();
        };
    }

    /** As an assertion of AssertJ, but for its cost: two million of them are made. */
    private static void same(Object expected, Object actual, NaiveRules.Query query) {
        if (!expected.equals(actual)) {
            throw new AssertionError("expected " + expected + ", was " + actual + ", of " + query);
        }
    }
}
