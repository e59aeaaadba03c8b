package dev.sallyport.session.conversations;

import dev.sallyport.rules.Armed;
import dev.sallyport.rules.Checks;
import dev.sallyport.rules.Masks;
import dev.sallyport.rules.Match;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Rule;
import dev.sallyport.rules.RuleSet;
import dev.sallyport.rules.RuleSource;
import dev.sallyport.rules.RuleText;
import dev.sallyport.rules.RuleWorld;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Rules at random, which may be replaced at any time. Every refusal is told, and none depends on paths or on who takes part in
 * a transfer between two servers, which have tests of their own.
 */
final class DrawnRules implements RuleSource {

    private final SplittableRandom random;
    private Armed armed;

    private DrawnRules(SplittableRandom random, Armed armed) {
        this.random = random;
        this.armed = armed;
    }

    /** Most conversations have none. */
    static DrawnRules draw(SplittableRandom random, Checks checks) {
        var drawn = new DrawnRules(random, Armed.of(RuleSet.ALLOW_ALL, checks));
        if (random.nextInt(4) == 0) {
            drawn.replace();
        }
        return drawn;
    }

    void replace() {
        var drawn = new RuleWorld(random.nextLong()).text();
        var otherwise = random.nextInt(4) == 0 ? told(drawn.otherwise()) : Outcome.ALLOW;
        var rules = drawn.rules().stream().map(rule -> new Rule(rule.name(), rule.place(), known(rule.match()),
                rule.unless().stream().map(DrawnRules::known).toList(), told(rule.outcome()))).toList();
        // What is left out of FEAT is not the matter here: a line of the server reaches the client.
        var masks = new Masks(null, null, null, false, Masks.DEFAULT.hidden());
        var text = new RuleText(drawn.name(), drawn.zone(), drawn.foldCase(), otherwise, drawn.checks(), drawn.limits(),
                drawn.logins(), masks, rules);
        armed = new Armed(RuleSet.compile(text, null), armed.checks(), armed.generation() + 1);
    }

    private static Match known(Match match) {
        return new Match(match.from(), match.to(), match.gateways(), match.users(), match.loggedIn(), match.verbs(), List.of(),
                match.arguments(), match.directions(), match.tls(), match.subjects(), match.modes(), match.times(), List.of(), null);
    }

    private static Outcome told(Outcome outcome) {
        var refuses = outcome.action() != Outcome.Action.ALLOW || outcome.rate() != null;
        return new Outcome(outcome.action(), outcome.reply(), refuses || outcome.log(), outcome.rate(), 0);
    }

    @Override
    public Armed current() {
        return armed;
    }
}
