package dev.sallyport.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * How a verdict comes about: read off the rules as they are written, one after the other, without the index.
 *
 * @param steps one for each rule up to the one that decides, in order
 * @param asked whether rules are asked at all: not about QUIT and ABOR
 */
public record Explanation(List<Step> steps, Decision decision, boolean asked) {

    /** What a rule makes of the question. */
    public enum Result {
        /** It is about other commands. */
        OTHER_COMMAND,
        /** It does not match. */
        NO,
        /** One of its exceptions matches. */
        EXCEPTED,
        /** It strikes only what exceeds its rate. */
        WITHIN_RATE,
        /** Whether it matches cannot be known: it decides, and refuses. */
        UNRESOLVED,
        /** It matches: it decides. */
        DECIDES
    }

    /** One rule's part in it. @param why a sentence's end that needs no subject: {@code user 'bob' is not partner-*} */
    public record Step(Rule rule, Result result, String why) {

        /** {@code partners-read-only (line 8): no: user 'bob' is not partner-*} */
        @Override
        public String toString() {
            var word = switch (result) {
                case OTHER_COMMAND, NO -> "no";
                case EXCEPTED -> "excepted";
                case WITHIN_RATE -> "passes on";
                case UNRESOLVED -> "unresolved, so it refuses";
                case DECIDES -> "decides";
            };
            return rule.name() + " (line " + rule.place().line() + "): " + word + (why.isEmpty() ? "" : ": " + why);
        }
    }

    static Explanation of(RuleSet set, Scope scope, Question question) {
        var steps = new ArrayList<Step>();
        if (RuleSet.ends(question.verb())) {
            return new Explanation(steps, new Decision.Allow(Decision.DEFAULTS, false, 0, false, null), false);
        }
        var rules = set.text().rules();
        for (var i = 0; i < rules.size(); i++) {
            var rule = rules.get(i);
            var met = step(rule, set.text(), scope, question, steps);
            var decision = set.rule(i).decideAtLeisure(met, question);
            if (decision != null) {
                return new Explanation(steps, decision, true);
            }
            if (met == Truth.TRUE) {
                steps.set(steps.size() - 1, new Step(rule, Result.WITHIN_RATE, rule.outcome().rate() + " is not exceeded"));
            }
        }
        return new Explanation(steps, set.defaults().outcomeOf(question), true);
    }

    private static Truth step(Rule rule, RuleText text, Scope scope, Question question, List<Step> steps) {
        var reasons = new Reasons(scope, question);
        var conditions = new Conditions(rule.match(), text, Set.of());
        var met = Truth.TRUE;
        var why = "";
        for (var field : conditions.fields()) {
            var truth = conditions.test(field, scope, question);
            if (truth == Truth.FALSE) {
                var result = field == Conditions.Field.COMMANDS ? Result.OTHER_COMMAND : Result.NO;
                steps.add(new Step(rule, result, reasons.against(field, rule.match())));
                return Truth.FALSE;
            }
            if (truth.unknown()) {
                met = met.and(truth);
                why = reasons.unknown(met);
            }
        }
        var exception = Truth.FALSE;
        for (var block : rule.unless()) {
            var truth = new Conditions(block, text, Set.of()).test(scope, question);
            if (truth == Truth.TRUE) {
                steps.add(new Step(rule, Result.EXCEPTED, reasons.exception(block)));
                return Truth.FALSE;
            }
            exception = exception.or(truth);
        }
        if (exception.unknown()) {
            met = met.and(exception);
            why = reasons.unknown(met);
        }
        steps.add(new Step(rule, met.unknown() ? Result.UNRESOLVED : Result.DECIDES, why));
        return met;
    }
}
