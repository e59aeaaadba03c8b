package dev.sallyport.rules;

import dev.sallyport.ftp.Verb;
import dev.sallyport.rules.limit.Limits;
import dev.sallyport.rules.limit.LoginLimits;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A compiled rule set. The first rule that matches a command decides; where none does, the defaults do. A rule of which only
 * the unknown keeps it open whether it matches decides too, and refuses. Immutable but for its counts; all threads share it.
 */
public final class RuleSet {

    /** What stands where nobody has written rules: everything is allowed, all checks at their defaults. */
    public static final RuleSet ALLOW_ALL = compile(new RuleText("allow-all", ZoneOffset.UTC, false, Outcome.ALLOW, Checks.DEFAULT,
            LineRules.DEFAULT, LoginLimits.DEFAULT, Masks.DEFAULT, List.of()), null);

    /** QUIT and ABOR end something; no rule is asked about them. */
    private static final Decision ENDS_SOMETHING = new Decision.Allow(Decision.DEFAULTS, false, 0, false, null);

    private final RuleText text;
    private final RuleIndex index;
    private final CompiledRule[] rules;
    private final CompiledRule defaults;
    private final boolean asksForPaths;
    private final boolean asksForModes;
    private final boolean limitsSizes;

    private RuleSet(RuleText text, Map<String, HitCount> hits) {
        this.text = text;
        index = new RuleIndex(text);
        rules = new CompiledRule[text.rules().size()];
        for (var i = 0; i < rules.length; i++) {
            var rule = text.rules().get(i);
            rules[i] = new CompiledRule(rule, text, hits.computeIfAbsent(rule.name(), _ -> new HitCount()));
        }
        asksForPaths = asks(text, match -> !match.paths().isEmpty());
        asksForModes = asks(text, match -> !match.modes().isEmpty());
        limitsSizes = text.rules().stream().anyMatch(rule -> rule.outcome().mostBytes() > 0);
        defaults = CompiledRule.defaults(text, hits.computeIfAbsent(Decision.DEFAULTS, _ -> new HitCount()));
    }

    private static boolean asks(RuleText text, Predicate<Match> by) {
        return text.rules().stream().anyMatch(rule -> by.test(rule.match()) || rule.unless().stream().anyMatch(by));
    }

    /** @param before the set that this one replaces: counts of rules of the same name go on; null: all begin at zero */
    public static RuleSet compile(RuleText text, @Nullable RuleSet before) {
        var hits = new HashMap<String, HitCount>();
        if (before != null) {
            for (var rule : before.rules) {
                hits.put(rule.name(), rule.hits());
            }
            hits.put(Decision.DEFAULTS, before.defaults.hits());
        }
        return new RuleSet(text, hits);
    }

    public RuleText text() {
        return text;
    }

    /** Whether a verdict may depend on a path. */
    public boolean asksForPaths() {
        return asksForPaths;
    }

    /** Whether a verdict may depend on how a data connection is set up. */
    public boolean asksForModes() {
        return asksForModes;
    }

    /** Whether a verdict may depend on a file's size. */
    public boolean limitsSizes() {
        return limitsSizes;
    }

    /** What these rules make of a session's facts; to be made anew when the facts change. */
    public Scope scope(SessionFacts facts) {
        return new Scope(facts, index);
    }

    /** The verdict on a command; counted, and with a token taken where the deciding rule has a rate. Allocates nothing. */
    public Decision decide(Scope scope, Question question, Limits limits, WallClock clock) {
        if (ends(question.verb())) {
            return ENDS_SOMETHING;
        }
        question.at(clock);
        var left = index.left(scope, question);
        for (var i = left.next(0); i >= 0; i = left.next(i + 1)) {
            var met = rules[i].test(scope, question);
            if (met == Truth.FALSE) {
                continue;
            }
            var decision = rules[i].decide(met, scope, question, limits);
            if (decision != null) {
                return decision;
            }
        }
        return defaults.decided(question);
    }

    /** What {@link #decide} would say were every rate untouched. Counts nothing and takes no token. */
    public Decision foresee(Scope scope, Question question, WallClock clock) {
        if (ends(question.verb())) {
            return ENDS_SOMETHING;
        }
        question.at(clock);
        var left = index.left(scope, question);
        for (var i = left.next(0); i >= 0; i = left.next(i + 1)) {
            var decision = rules[i].decideAtLeisure(rules[i].test(scope, question), question);
            if (decision != null) {
                return decision;
            }
        }
        return defaults.outcomeOf(question);
    }

    /**
     * Whether a verb is refused in any case: whatever its argument, the time, and, before a login, whoever logs in.
     */
    public boolean refusesAlways(Verb verb, Scope scope) {
        if (ends(verb)) {
            return false;
        }
        var left = index.left(verb, scope);
        for (var i = left.next(0); i >= 0; i = left.next(i + 1)) {
            if (rules[i].allows()) {
                return false;
            }
            if (rules[i].settledByVerb(scope.facts())) {
                return true;
            }
        }
        return !defaults.allows();
    }

    static boolean ends(Verb verb) {
        return verb == Verb.QUIT || verb == Verb.ABOR;
    }

    /** Which rule decides, and why none above it does. Counts nothing and takes no token. */
    public Explanation explain(SessionFacts facts, Question question, WallClock clock) {
        question.at(clock);
        return Explanation.of(this, scope(facts), question);
    }

    CompiledRule rule(int index) {
        return rules[index];
    }

    CompiledRule defaults() {
        return defaults;
    }

    /** How often each rule has decided, in order; the defaults last. */
    public List<Hits> hits() {
        var hits = new ArrayList<Hits>();
        for (var rule : rules) {
            hits.add(new Hits(rule.name(), rule.hits().count()));
        }
        hits.add(new Hits(defaults.name(), defaults.hits().count()));
        return hits;
    }

    /** How often a rule has decided since the gateway started. */
    public record Hits(String rule, long count) {}
}
