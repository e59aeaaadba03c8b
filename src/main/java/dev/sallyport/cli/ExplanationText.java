package dev.sallyport.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Explanation;
import dev.sallyport.rules.Explanation.Result;
import dev.sallyport.rules.RuleText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** An explanation for people, or for programs. */
record ExplanationText(RuleText rules, String command, Explanation explanation) {

    /** The part of a rule in it. @param line in the rule set's file */
    record Step(String rule, int line, String result, String why) {}

    /** The whole, for programs. @param cause why it is refused: rule, default, too-fast, path-unknown, argument-unknown, user-unknown */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Whole(String rules, String command, String decision, String rule, @Nullable String cause, @Nullable String reply,
            List<Step> steps) {}

    /** @param all also the rules about other commands */
    List<String> lines(boolean all) {
        var lines = new ArrayList<String>();
        var folded = 0;
        for (var step : explanation.steps()) {
            if (all || step.result() != Result.OTHER_COMMAND) {
                lines.add(step.toString());
            } else {
                folded++;
            }
        }
        if (folded > 0) {
            lines.addFirst(folded == 1 ? "1 rule is about other commands." : folded + " rules are about other commands.");
        }
        lines.add(verdict());
        return lines;
    }

    private String verdict() {
        var decision = explanation.decision();
        var by = decision.rule().equals(Decision.DEFAULTS) ? "the defaults of '" + rules.name() + "'" : decision.rule();
        return switch (decision) {
            case Decision.Allow _ when !explanation.asked() -> "Allowed: no rule is asked about QUIT and ABOR.";
            case Decision.Allow allow -> "Allowed by " + by + (allow.mostBytes() == 0
                    ? "."
                    : ", files of up to " + Amounts.bytes(allow.mostBytes()) + ".");
            case Decision.Deny deny -> "Refused by " + by + ": " + deny.reply();
            case Decision.Close close -> "Closed by " + by + ": " + close.reply();
        };
    }

    /** One line, without its end. */
    String json() {
        var decision = explanation.decision();
        var steps = explanation.steps().stream()
                .map(step -> new Step(step.rule().name(), step.rule().place().line(), word(step.result()), step.why()))
                .toList();
        return new JsonMapper().writeValueAsString(switch (decision) {
            case Decision.Allow(var rule, _, _, _, _) -> new Whole(rules.name(), command, "allow", rule, null, null, steps);
            case Decision.Deny(var rule, _, var cause, var reply) ->
                new Whole(rules.name(), command, "deny", rule, word(cause), reply.toString(), steps);
            case Decision.Close(var rule, _, var reply) ->
                new Whole(rules.name(), command, "close", rule, null, reply.toString(), steps);
        });
    }

    /** As JSON for programs names it. */
    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
