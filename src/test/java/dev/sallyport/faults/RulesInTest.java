package dev.sallyport.faults;

import dev.sallyport.config.rules.RuleFile;
import dev.sallyport.config.yaml.ConfigurationException;
import dev.sallyport.rules.Armed;
import dev.sallyport.rules.Check;
import dev.sallyport.rules.Checks;
import dev.sallyport.rules.Level;
import dev.sallyport.rules.RuleSet;
import dev.sallyport.rules.RuleSource;

/** Rules that a test's gateway goes by. */
final class RulesInTest {

    private RulesInTest() {}

    /** A rule set as a file holds it. */
    static RuleSource of(String yaml) throws ConfigurationException {
        var text = RuleFile.parse("test.yaml", yaml, 1).text();
        return Armed.of(RuleSet.compile(text, null), text.checks());
    }

    /** No rules; one check at another level than usual. */
    static RuleSource check(Check check, Level level) {
        return Armed.of(RuleSet.ALLOW_ALL, Checks.DEFAULT.with(check, level));
    }
}
