package dev.sallyport.rules;

import dev.sallyport.ftp.Verb;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rules that a command can meet without asking the others.
 *
 * <p>Every rule is a bit. For each thing that rules ask about there is a set of rules for each answer: those that ask for it
 * and those that do not ask. What all sets have in common are the rules that are left; only those are asked what no set
 * knows (what stands amid a pattern's wildcards, exceptions that more than one thing decides). A rule that cannot match so costs a 64th
 * of a few word operations, and less where whole words are empty.
 *
 * <pre>
 * verb (direction folded in)    1 0 1 1 0 1 ...
 * client's network              1 1 0 1 0 1 ...     a session keeps these from command to command: a Scope
 * server's network, gateway,
 *   user, login and TLS,
 *   exceptions for those        1 1 1 1 1 1 ...
 * mode, minute of the week,
 *   third party                 1 1 1 1 1 1 ...
 * what the path begins with,
 *   and ends with               1 0 1 0 1 1 ...
 * what the argument begins
 *   with, and ends with         1 0 1 1 1 1 ...
 * and                           1 0 0 0 0 1 ...  →  rules 0 and 5 are asked, in this order
 * </pre>
 */
final class RuleIndex {

    private static final Set<Conditions.Field> OF_VERB =
            EnumSet.of(Conditions.Field.COMMANDS, Conditions.Field.DIRECTION, Conditions.Field.DATA_FROM);
    private static final Set<Conditions.Field> OF_MODE = EnumSet.of(Conditions.Field.MODE);

    private final ZoneId zone;
    private final boolean foldCase;
    private final RuleBits all;

    // By verb: the rules that it can meet, and what they ask for.
    private final RuleBits[] verbs;
    private final Set<Conditions.Field>[] asked;

    private final FactIndex facts;
    private final ExceptionIndex exceptions;

    /** By mode; the last: of a command that has no data connection. */
    private final RuleBits[] modes;

    private final TimeIndex times;
    private final NetworkIndex thirdParties;
    private final TextIndex pathBeginnings;
    private final TextIndex pathEndings;
    private final TextIndex argumentBeginnings;
    private final TextIndex argumentEndings;

    @SuppressWarnings({"unchecked", "rawtypes"})
    RuleIndex(RuleText text) {
        var rules = text.rules();
        zone = text.zone();
        foldCase = text.foldCase();
        var equal = new HashMap<RuleBits, RuleBits>();
        Function<BitSet, RuleBits> share = bits -> equal.computeIfAbsent(new RuleBits(bits, rules.size()), same -> same);
        var everyRule = new BitSet();
        everyRule.set(0, rules.size());
        all = share.apply(everyRule);
        asked = new Set[Verb.values().length];
        Arrays.setAll(asked, _ -> EnumSet.noneOf(Conditions.Field.class));
        verbs = Arrays.stream(possible(rules, asked)).map(share).toArray(RuleBits[]::new);
        var matches = rules.stream().map(Rule::match).toList();
        facts = new FactIndex(matches, share);
        exceptions = new ExceptionIndex(rules, all);
        modes = new RuleBits[DataMode.values().length + 1];
        for (var mode : DataMode.values()) {
            modes[mode.ordinal()] = share.apply(ofMode(rules, mode));
        }
        modes[modes.length - 1] = share.apply(ofMode(rules, null));
        times = new TimeIndex(rules);
        thirdParties = new NetworkIndex(matches.stream().map(Match::dataTo).toList(), share);
        pathBeginnings = new TextIndex(keys(matches, Match::paths, PathGlob::beginning), foldCase, false, share);
        pathEndings = new TextIndex(keys(matches, Match::paths, PathGlob::ending), foldCase, true, share);
        argumentBeginnings = new TextIndex(keys(matches, Match::arguments, Glob::beginning), true, false, share);
        argumentEndings = new TextIndex(keys(matches, Match::arguments, Glob::ending), true, true, share);
    }

    /** What of a rule says which commands can meet it, and what it asks for; many rules have it in common. */
    private record Kind(
            Set<Verb> verbs, Set<Direction> directions, Set<DataMode> modes, Set<Conditions.Field> fields, List<Match> exceptions) {

        static Kind of(Rule rule) {
            var match = rule.match();
            var fields = EnumSet.noneOf(Conditions.Field.class);
            fields.addAll(Conditions.named(match));
            for (var block : rule.unless()) {
                if (block.times() != null) {
                    fields.add(Conditions.Field.TIME);
                }
            }
            return new Kind(match.verbs(), match.directions(), match.modes(), fields, Conditions.exceptions(rule, OF_VERB));
        }
    }

    /** For each verb the rules that it can meet. @param asked by verb: what they ask for is added */
    private static BitSet[] possible(List<Rule> rules, Set<Conditions.Field>[] asked) {
        var possible = new BitSet[Verb.values().length];
        Arrays.setAll(possible, _ -> new BitSet());
        var known = new HashMap<Kind, List<Verb>>();
        for (var i = 0; i < rules.size(); i++) {
            var match = rules.get(i).match();
            var kind = Kind.of(rules.get(i));
            var verbs = known.get(kind);
            if (verbs == null) {
                verbs = Arrays.stream(Verb.values())
                        .filter(verb -> Conditions.possible(match, verb)
                                && kind.exceptions.stream().noneMatch(block -> Conditions.possible(block, verb)))
                        .toList();
                known.put(kind, verbs);
                verbs.forEach(verb -> asked[verb.ordinal()].addAll(kind.fields));
            }
            for (var verb : verbs) {
                possible[verb.ordinal()].set(i);
            }
        }
        return possible;
    }

    /** The rules that a command with this mode leaves possible. @param mode null: it has no data connection */
    private static BitSet ofMode(List<Rule> rules, @Nullable DataMode mode) {
        var possible = new BitSet();
        for (var i = 0; i < rules.size(); i++) {
            var rule = rules.get(i);
            possible.set(i, Conditions.ofMode(rule.match(), mode)
                    && Conditions.exceptions(rule, OF_MODE).stream().noneMatch(block -> Conditions.ofMode(block, mode)));
        }
        return possible;
    }

    private static <P> List<List<byte[]>> keys(List<Match> matches, Function<Match, List<P>> patterns, Function<P, byte[]> key) {
        return matches.stream().map(match -> patterns.apply(match).stream().map(key).toList()).toList();
    }

    FactIndex facts() {
        return facts;
    }

    ExceptionIndex exceptions() {
        return exceptions;
    }

    /** An unknown user leaves every rule possible: one that asks for a user then refuses. */
    RuleBits users(byte[] user, boolean known) {
        return known ? facts.users(user) : all;
    }

    /** The rules that can meet a question; in the question's memory, until it is asked anew. */
    RulesLeft left(Scope scope, Question question) {
        var verb = question.verb();
        var left = question.rulesLeft()
                .of(verbs[verb.ordinal()])
                .and(scope.from)
                .and(scope.to)
                .and(scope.gateways)
                .and(scope.subjects)
                .and(scope.entry);
        if (question.namesAnother(scope)) {
            var user = question.userBytes(scope);
            var known = question.userKnown(scope.facts());
            left.and(users(user, known)).and(exceptions.left(scope, user, known));
        } else {
            left.and(scope.users).and(scope.unexcepted);
        }
        var mode = question.mode();
        left.and(modes[mode == null ? modes.length - 1 : mode.ordinal()]);
        var fields = asked[verb.ordinal()];
        if (fields.contains(Conditions.Field.TIME)) {
            left.and(times.at(question.minuteOfWeek(zone)));
        }
        if (fields.contains(Conditions.Field.ARGUMENTS) && question.argumentClear()) {
            var argument = question.argument();
            left.and(argumentBeginnings.of(argument.array(), argument.length(), false))
                    .and(argumentEndings.of(argument.array(), argument.length(), false));
        }
        if (fields.contains(Conditions.Field.PATHS)) {
            byPath(left, question);
        }
        if (fields.contains(Conditions.Field.DATA_TO)) {
            var address = question.thirdParty(scope.facts());
            left.and(address == null ? thirdParties.unasked() : thirdParties.at(NetworkSet.Bits.of(address)));
        }
        return left;
    }

    private void byPath(RulesLeft left, Question question) {
        var kind = question.path(foldCase);
        var path = question.paths().array();
        var length = question.paths().length();
        switch (kind) {
            case NONE -> left.and(pathBeginnings.unasked());
            case EXACT -> left.and(pathBeginnings.of(path, length, false)).and(pathEndings.of(path, length, false));
            case BELOW -> left.and(pathBeginnings.of(path, length, true));
            case UNKNOWN -> {}
        }
    }

    /** As {@link #left(Scope, Question)}, whatever the argument, the mode and the time are; before a login, whoever logs in. */
    RulesLeft left(Verb verb, Scope scope) {
        var left = new RulesLeft().of(verbs[verb.ordinal()]).and(scope.from).and(scope.to).and(scope.gateways);
        return scope.facts().loggedIn() ? left.and(scope.users).and(scope.subjects).and(scope.entry).and(scope.unexcepted) : left;
    }
}
