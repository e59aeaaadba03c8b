package dev.sallyport.config.rules;

import dev.sallyport.config.yaml.Located;
import dev.sallyport.config.yaml.Problems;
import dev.sallyport.config.yaml.Section;
import dev.sallyport.ftp.Network;
import dev.sallyport.rules.Match;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Outcome.Action;
import dev.sallyport.rules.Place;
import dev.sallyport.rules.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rules of one file. */
final class RuleSection {

    /** Bits that a network of FXP names at least: what is wider names nobody. */
    private static final int LEAST_PREFIX_4 = 16;

    private static final int LEAST_PREFIX_6 = 32;

    private final Problems problems;
    private final MatchSection matches;
    private final OutcomeSection outcomes;
    private final Map<String, Located<String>> names = new HashMap<>();

    RuleSection(MatchSection matches, OutcomeSection outcomes, Problems problems) {
        this.matches = matches;
        this.outcomes = outcomes;
        this.problems = problems;
    }

    /** Null when it has no name; that, and all else that is wrong, is then among the problems. */
    @Nullable Rule read(Section section) {
        var name = section.required("name", RuleForms.RULE_NAME);
        var match = matches.read(section);
        var unless = unless(section);
        var outcome = outcomes.ofRule(section, match.verbs());
        section.end();
        refuseThirdPartiesUnnamed(section, match, outcome);
        if (name == null) {
            return null;
        }
        var namesake = names.putIfAbsent(name.value(), name);
        if (namesake != null) {
            problems.add(name, "'" + name.value() + "' is also the name of the rule on line " + problems.line(namesake.node())
                    + ": give each its own.");
        }
        return new Rule(
                name.value(), new Place(problems.line(section.node()), problems.column(section.node())), match, unless, outcome);
    }

    private List<Match> unless(Section rule) {
        var blocks = new ArrayList<Match>();
        for (var block : rule.oneOrMany("unless")) {
            if (block.empty()) {
                block.refuse("holds no condition: write at least one, such as { users: admin }, or leave it out.");
            }
            blocks.add(matches.read(block));
            for (var key : List.of("action", "reply", "log", "rate", "size")) {
                if (block.has(key)) {
                    block.refuse(key, "'" + key + "' goes with the rule itself: unless says only what the rule does not meet.");
                }
            }
            if (block.has("dataFrom")) {
                block.refuse("dataFrom", "'dataFrom' goes with the rule itself: it says who connects, not whom the rule meets.");
            }
            block.end();
        }
        return blocks;
    }

    /** Third parties come in by rules that name both ends, and by no other. */
    private static void refuseThirdPartiesUnnamed(Section section, Match match, Outcome outcome) {
        for (var key : List.of("dataTo", "dataFrom")) {
            if (!section.has(key)) {
                continue;
            }
            if (outcome.action() != Action.ALLOW) {
                section.refuse(key, "'" + key + "' lets a third party take part, so it goes with allow; without it nobody else does.");
            }
            for (var end : List.of("from", "to")) {
                if (!section.has(end)) {
                    section.refuse(
                            key, "'" + key + "' lets a third party take part, so the rule names both ends: write '" + end + "' too.");
                }
            }
            refuseWide(section, "from", match.from());
            refuseWide(section, "to", match.to());
            refuseWide(section, "dataTo", match.dataTo());
            return;
        }
    }

    private static void refuseWide(Section section, String key, List<Network> networks) {
        networks.stream()
                .filter(network -> network.prefixLength() < (network.ipv4() ? LEAST_PREFIX_4 : LEAST_PREFIX_6))
                .findFirst()
                .ifPresent(network -> section.refuse(key, "'" + key + "' holds " + network + ", too wide where a third party takes part: "
                        + "write networks of /" + LEAST_PREFIX_4 + " or, with IPv6, /" + LEAST_PREFIX_6 + " at the widest."));
    }
}
