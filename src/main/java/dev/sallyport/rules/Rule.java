package dev.sallyport.rules;

import java.util.List;

/**
 * One rule of a set.
 *
 * @param name unique in its set: for logs, counts and reloads
 * @param unless blocks that take away from the match what any one of them matches
 */
public record Rule(String name, Place place, Match match, List<Match> unless, Outcome outcome) {

    public Rule {
        unless = List.copyOf(unless);
    }

    /** The same, for paths that {@link WindowsNames} has folded. */
    Rule folded() {
        return new Rule(name, place, match.folded(), unless.stream().map(Match::folded).toList(), outcome);
    }
}
