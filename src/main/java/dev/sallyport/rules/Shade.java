package dev.sallyport.rules;

import dev.sallyport.ftp.Verb;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** A rule as one that may take what rules below it would meet. */
final class Shade {

    private static final BiPredicate<Glob, Glob> EXACTLY = (outer, inner) -> Containment.glob(outer, inner, false);
    private static final BiPredicate<Glob, Glob> FOLDED = (outer, inner) -> Containment.glob(outer, inner, true);

    private final Rule rule;
    private final Set<Verb> verbs;
    private final BitSet minutes;
    private final BiPredicate<PathGlob, PathGlob> paths;

    Shade(Rule rule, boolean foldCase) {
        this.rule = rule;
        verbs = EnumSet.allOf(Verb.class);
        verbs.removeIf(verb -> RuleSet.ends(verb) || !Conditions.possible(rule.match(), verb));
        minutes = new BitSet();
        if (rule.match().times() == null) {
            minutes.set(0, Times.MINUTES_OF_WEEK);
        } else {
            minutes.or(rule.match().times().minutes());
        }
        paths = (outer, inner) -> Containment.path(outer, inner, foldCase);
    }

    Rule rule() {
        return rule;
    }

    /** The commands that can meet the rule. */
    Set<Verb> verbs() {
        return verbs;
    }

    /** Whether some atom of a rule below may lie within this one: what all atoms share does, and some entry of each field. */
    boolean mayTakeOf(Shade below) {
        var mine = rule.match();
        var theirs = below.rule.match();
        return alwaysDecides()
                && below.verbs.stream().anyMatch(verbs::contains)
                && Containment.any(mine.from(), theirs.from(), Containment::network)
                && Containment.any(mine.to(), theirs.to(), Containment::network)
                && Containment.any(mine.users(), theirs.users(), EXACTLY)
                && Containment.any(mine.gateways(), theirs.gateways(), EXACTLY)
                && Containment.any(mine.paths(), theirs.paths(), paths)
                && Containment.all(mine.subjects(), theirs.subjects(), EXACTLY)
                && Containment.all(mine.arguments(), theirs.arguments(), FOLDED)
                && Containment.all(mine.dataTo(), theirs.dataTo(), Containment::network)
                && Containment.minutes(minutes, below.minutes);
    }

    /** A rule that refuses what exceeds a rate lets pass what does not. One that the unknown keeps open decides. */
    private boolean alwaysDecides() {
        return rule.outcome().rate() == null || rule.outcome().action() == Outcome.Action.ALLOW;
    }

    /** Whether everything in an atom of a rule that this {@link #mayTakeOf} is decided here. */
    boolean takes(Atom atom) {
        var mine = rule.match();
        return verbs.contains(atom.verb())
                && within(mine.from(), atom.from(), Containment::network)
                && within(mine.to(), atom.to(), Containment::network)
                && within(mine.gateways(), atom.gateway(), EXACTLY)
                && within(mine.users(), atom.user(), EXACTLY)
                && within(mine.paths(), atom.path(), paths)
                && (mine.loggedIn() == null || mine.loggedIn().equals(atom.loggedIn()))
                && (mine.tls().isEmpty() || atom.tls() != null && mine.tls().contains(atom.tls()))
                && modes(atom)
                && rule.unless().stream().noneMatch(block -> Conditions.possible(block, atom.verb()));
    }

    /** A setup command is of one mode, of which the commands have been asked; a transfer's may be any. */
    private boolean modes(Atom atom) {
        var mine = rule.match().modes();
        if (mine.isEmpty() || !atom.verb().transfers()) {
            return true;
        }
        var theirs = atom.shade().rule.match().modes();
        return mine.containsAll(theirs.isEmpty() ? EnumSet.allOf(DataMode.class) : theirs);
    }

    private static <E> boolean within(List<E> outer, @Nullable E inner, BiPredicate<E, E> contains) {
        return outer.isEmpty() || inner != null && outer.stream().anyMatch(around -> contains.test(around, inner));
    }
}
