package dev.sallyport.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sallyport.config.rules.RuleFile;
import dev.sallyport.config.yaml.ConfigurationException;
import dev.sallyport.rules.RuleSet;
import java.util.HashSet;

/** The input is a rule set, or something that somebody takes for one. */
class RuleFileFuzzTest {

    @FuzzTest
    void anyText_isARuleSet_orItsMistakesAreTold(byte[] input) {
        var text = new String(input, UTF_8);
        var lines = text.split("\r\n|[\r\n\u0085\u2028\u2029]", -1).length;
        try {
            var loaded = RuleFile.parse("x.yaml", text, 1);
            var names = new HashSet<String>();
            for (var rule : loaded.text().rules()) {
                assertThat(names.add(rule.name())).as("%s once", rule.name()).isTrue();
                assertThat(rule.place().line()).isBetween(1, lines);
            }
            loaded.warnings().forEach(warning -> assertMessage(warning, lines));
            assertThat(RuleSet.compile(loaded.text(), null).text()).isEqualTo(loaded.text());
        } catch (ConfigurationException refused) {
            assertThat(refused.problems()).isNotEmpty();
            refused.problems().forEach(problem -> assertMessage(problem, lines));
        }
    }

    private static void assertMessage(ConfigurationException.Problem problem, int lines) {
        // Where the parser misses an end, it points behind the last line.
        assertThat(problem.line()).isBetween(0, lines + 1);
        assertThat(problem.column()).isGreaterThanOrEqualTo(0);
        assertThat(problem.text()).isNotBlank();
        assertThat(problem.text().chars().noneMatch(Character::isISOControl)).as("on one line: %s", problem.text()).isTrue();
    }
}
