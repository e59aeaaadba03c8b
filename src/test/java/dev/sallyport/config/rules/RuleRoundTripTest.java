package dev.sallyport.config.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.yaml.ConfigurationException;
import dev.sallyport.rules.Rule;
import dev.sallyport.rules.RuleText;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Rule sets at random, written as YAML and read again, are what they were.
 *
 * <p>{@code -Drules.texts=100000} writes more of them, {@code -Drules.text=42} replays one and prints it.
 */
class RuleRoundTripTest {

    private static final long COUNT = Long.getLong("rules.texts", 3_000);

    @Test
    void text_thatIsWrittenAndRead_isTheSame() {
        var replay = Long.getLong("rules.text");
        var base = replay == null ? ThreadLocalRandom.current().nextLong(Long.MAX_VALUE / 2) : replay;
        LongStream.range(base, replay == null ? base + COUNT : base + 1).parallel().forEach(seed -> {
            var random = new SplittableRandom(seed);
            var text = new RandomRuleText(random).text();
            var yaml = RuleYaml.of(text, random);
            assertThat(read(yaml, seed)).as("replay with -Drules.text=%s\n%s", seed, yaml).isEqualTo(text);
        });
    }

    private static RuleText read(String yaml, long seed) {
        try {
            var loaded = RuleFile.parse("rules.yaml", yaml, 1);
            assertThat(loaded.warnings()).as(yaml).isEmpty();
            return withoutPlaces(loaded.text());
        } catch (ConfigurationException refused) {
            throw new AssertionError("replay with -Drules.text=" + seed + "\n" + yaml, refused);
        }
    }

    private static RuleText withoutPlaces(RuleText text) {
        return new RuleText(text.name(), text.zone(), text.foldCase(), text.otherwise(), text.checks(), text.limits(), text.logins(),
                text.masks(), text.rules().stream().map(rule -> new Rule(
                        rule.name(), RandomRuleText.NOWHERE, rule.match(), rule.unless(), rule.outcome())).toList());
    }
}
