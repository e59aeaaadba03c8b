package dev.sallyport.rules;

import dev.sallyport.ftp.Verb;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Rules that can never decide: nothing meets them, their own exceptions or rules above them take all that does.
 *
 * <p>What a rule meets is split into {@link Atom}s, one entry of each field; the rule is shadowed when each atom lies within
 * one rule above it that decides whatever it meets. What is found is certain; among rules of plain networks, names and paths,
 * all is found. Two rules that share an atom's networks between them are not seen as one. Takes time: for checking a file,
 * not for loading it.
 */
public final class Lint {

    /** A rule of more is not judged. */
    private static final int MOST_ATOMS = 10_000;

    private Lint() {}

    public static List<Finding> of(RuleText text) {
        var findings = new ArrayList<Finding>();
        var shades = text.rules().stream().map(rule -> new Shade(rule, text.foldCase())).toList();
        for (var i = 0; i < shades.size(); i++) {
            var rule = text.rules().get(i);
            var shade = shades.get(i);
            if (shade.verbs().isEmpty()) {
                findings.add(new Finding(rule.place(), "'" + rule.name() + "' can never match: " + contradiction(rule.match())));
                continue;
            }
            if (!takers(shade, exceptions(rule, text.foldCase())).isEmpty()) {
                findings.add(new Finding(rule.place(), "'" + rule.name() + "' can never match: its 'unless' takes away all that it"
                        + " matches. Mend the one or the other, or remove the rule."));
                continue;
            }
            var above = takers(shade, shades.subList(0, i));
            if (!above.isEmpty()) {
                findings.add(new Finding(rule.place(), "'" + rule.name() + "' can never decide: " + named(above)
                        + (above.size() == 1 ? " comes first and takes" : " come first and take")
                        + " all that it matches. Move it up, or remove it."));
            }
        }
        return findings;
    }

    private static String named(List<Rule> rules) {
        return rules.stream()
                .map(rule -> "'" + rule.name() + "' on line " + rule.place().line())
                .collect(Collectors.joining(", "));
    }

    /** A rule's exceptions, as rules above it. */
    private static List<Shade> exceptions(Rule rule, boolean foldCase) {
        return rule.unless().stream()
                .map(block -> new Shade(new Rule(rule.name(), rule.place(), block, List.of(), Outcome.ALLOW), foldCase))
                .toList();
    }

    /** Those of some rules that together take all that a rule meets; none when something is left to it, or nobody knows. */
    private static List<Rule> takers(Shade shade, List<Shade> rules) {
        var above = rules.stream().filter(earlier -> earlier.mayTakeOf(shade)).toList();
        var takers = new LinkedHashSet<Rule>();
        var atoms = Atom.count(shade, above);
        if (above.isEmpty() || atoms > MOST_ATOMS) {
            return List.of();
        }
        for (var atom : Atom.of(shade, above)) {
            var taker = above.stream().filter(earlier -> earlier.takes(atom)).findFirst();
            if (taker.isEmpty()) {
                return List.of();
            }
            takers.add(taker.get().rule());
        }
        return List.copyOf(takers);
    }

    private static String contradiction(Match match) {
        var verbs = match.verbs();
        if (!verbs.isEmpty() && verbs.stream().allMatch(RuleSet::ends)) {
            return "no rule is asked about QUIT and ABOR. Remove it.";
        }
        if (!match.paths().isEmpty() && none(match, verb -> verb.argument() != Verb.Argument.NONE)) {
            return "none of its commands takes a path. Remove 'paths', or name other commands.";
        }
        if (!match.directions().isEmpty() && none(match, verb -> match.directions().contains(Direction.of(verb)))) {
            return "none of its commands transfers that way. Remove 'direction', or name other commands.";
        }
        if (!match.modes().isEmpty() && none(match, verb -> verb.transfers() || match.modes().contains(DataMode.of(verb)))) {
            return "none of its commands uses a data connection of that mode. Remove 'mode', or name other commands.";
        }
        if (match.dataFrom() != null && none(match, verb -> verb.role() == Verb.Role.PASSIVE)) {
            return "'dataFrom' is of passive commands, and it names none. Name one, or remove it.";
        }
        return "no command meets all of its fields. Remove those that exclude each other.";
    }

    private static boolean none(Match match, Predicate<Verb> meets) {
        return (match.verbs().isEmpty() ? CommandGroup.ALL.verbs() : match.verbs()).stream().noneMatch(meets);
    }
}
