package dev.sallyport.rules;

import dev.sallyport.rules.limit.LoginLimits;
import java.time.ZoneId;
import java.util.List;

/**
 * A rule set as it was written, its groups and networks expanded.
 *
 * @param name for logs, metrics and answers
 * @param zone of the times of day
 * @param foldCase whether paths are compared without regard to the case of letters, for servers on Windows
 * @param otherwise what happens to what no rule matches; has no rate and no size
 * @param checks the levels of the checks of conduct
 * @param limits what the checks of lines measure by
 * @param rules in the order in which they are asked; the first that matches decides
 */
public record RuleText(String name, ZoneId zone, boolean foldCase, Outcome otherwise, Checks checks, LineRules limits,
        LoginLimits logins, Masks masks, List<Rule> rules) {

    public RuleText {
        rules = foldCase ? rules.stream().map(Rule::folded).toList() : List.copyOf(rules);
        if (otherwise.rate() != null || otherwise.mostBytes() != 0) {
            throw new IllegalArgumentException("defaults take neither rate nor size");
        }
    }
}
