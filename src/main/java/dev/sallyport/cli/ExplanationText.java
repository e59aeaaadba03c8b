package dev.sallyport.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Explanation;
import dev.sallyport.rules.Explanation.Result;
import dev.sallyport.rules.RuleText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * An explanation for people, or for programs.
 *
 * @param asked whether rules were asked at all
 * @param consequences what comes of the command
 */
record ExplanationText(RuleText rules, String command, Explanation explanation, boolean asked, ConsequenceText consequences) {

    /** The part of a rule in it. @param line in the rule set's file */
    record Step(String rule, int line, String result, String why) {}

    /**
     * The whole, for programs.
     *
     * @param decision what the rules say; null: a check forestalls them
     * @param cause why they refuse: rule, default, too-fast, path-unknown, argument-unknown, user-unknown
     * @param refused whether the command is, by a rule or otherwise
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Whole(String rules, String command, @Nullable String decision, @Nullable String rule, @Nullable String cause,
            @Nullable String reply, List<Step> steps, boolean refused, List<Map<String, Object>> consequences) {}

    boolean refused() {
        return !(explanation.decision() instanceof Decision.Allow) || consequences.refusal().isPresent();
    }

    /** @param all also the rules about other commands */
    List<String> lines(boolean all) {
        var lines = asked ? ruled(all) : new ArrayList<>(List.of("Refused, and no rule is asked: " + refusal()));
        if (!(asked && refused() && consequences.onlyAnswered())) {
            lines.addAll(consequences.lines());
        }
        return lines;
    }

    private String refusal() {
        return consequences.refusal().map(FtpLine::toString).orElse("the session ends.");
    }

    private List<String> ruled(boolean all) {
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
            case Decision.Allow _ when refused() -> "Allowed by " + by + ", and refused all the same: " + refusal();
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
        var come = consequences.objects();
        return new JsonMapper().writeValueAsString(!asked
                ? new Whole(rules.name(), command, null, null, null, refusal(), List.of(), true, come)
                : switch (decision) {
                    case Decision.Allow(var rule, _, _, _, _) -> new Whole(
                            rules.name(), command, "allow", rule, null, consequences.refusal().map(FtpLine::toString).orElse(null), steps,
                            refused(), come);
                    case Decision.Deny(var rule, _, var cause, var reply) ->
                        new Whole(rules.name(), command, "deny", rule, word(cause), reply.toString(), steps, true, come);
                    case Decision.Close(var rule, _, var reply) ->
                        new Whole(rules.name(), command, "close", rule, null, reply.toString(), steps, true, come);
                });
    }

    /** As JSON for programs names it. */
    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
