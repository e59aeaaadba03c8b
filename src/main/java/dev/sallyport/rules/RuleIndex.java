package dev.sallyport.rules;

import dev.sallyport.ftp.Verb;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rules that a command can meet without asking the others.
 *
 * <p>Every rule is a bit. For each thing that rules ask about there is a set of rules for each answer: those that ask for it
 * and those that do not ask. What all sets have in common are the rules that are left; only those are asked what no set
 * knows (times, arguments, whole globs, exceptions). A rule that cannot match so costs a 64th of a few word operations, and
 * less where whole words are empty.
 *
 * <pre>
 * verb (direction folded in)    1 0 1 1 0 1 ...
 * client's network              1 1 0 1 0 1 ...     a session keeps these from command to command: a Scope
 * server's network, gateway,
 *   user, login and TLS         1 1 1 1 1 1 ...
 * folders the path begins with  1 0 1 0 1 1 ...
 * and                           1 0 0 0 0 1 ...  →  rules 0 and 5 are asked, in this order
 * </pre>
 */
final class RuleIndex {

    /** How many sets are remembered that names met by patterns have made; beyond it the oldest are made again. */
    private static final int SHARED_SETS = 256;

    private final int size;
    private final RuleBits all;
    private final RuleBits[] verbs;
    private final NetworkIndex from;
    private final NetworkIndex to;
    private final NameIndex gateways;
    private final NameIndex users;
    private final RuleBits[] entries;
    private final @Nullable PathIndex paths;
    private final boolean foldCase;

    RuleIndex(RuleText text) {
        var rules = text.rules();
        size = rules.size();
        foldCase = text.foldCase();
        var equal = new HashMap<RuleBits, RuleBits>();
        Function<BitSet, RuleBits> share = bits -> equal.computeIfAbsent(new RuleBits(bits, size), same -> same);
        var everyRule = new BitSet();
        everyRule.set(0, size);
        all = share.apply(everyRule);
        verbs = new RuleBits[Verb.values().length];
        var possible = possible(rules);
        for (var verb : Verb.values()) {
            verbs[verb.ordinal()] = share.apply(possible[verb.ordinal()]);
        }
        entries = new RuleBits[2 * TlsState.values().length];
        for (var tls : TlsState.values()) {
            for (var loggedIn : new boolean[] {false, true}) {
                entries[entry(loggedIn, tls)] = share.apply(those(rules, match ->
                        (match.loggedIn() == null || match.loggedIn() == loggedIn)
                                && (match.tls().isEmpty() || match.tls().contains(tls))));
            }
        }
        from = new NetworkIndex(rules.stream().map(rule -> rule.match().from()).toList(), share);
        to = new NetworkIndex(rules.stream().map(rule -> rule.match().to()).toList(), share);
        var paths = rules.stream().map(rule -> rule.match().paths()).toList();
        this.paths = paths.stream().allMatch(List::isEmpty) ? null : new PathIndex(paths, foldCase, share);
        gateways = new NameIndex(rules.stream().map(rule -> rule.match().gateways()).toList(), recent());
        users = new NameIndex(rules.stream().map(rule -> rule.match().users()).toList(), recent());
    }

    /** What of a match says which commands can meet it; many rules have it in common. */
    private record Kind(
            Set<Verb> verbs, Set<Direction> directions, Set<DataMode> modes, boolean paths, boolean arguments, boolean dataFrom,
            boolean dataTo) {

        static Kind of(Match match) {
            return new Kind(
                    match.verbs(), match.directions(), match.modes(), !match.paths().isEmpty(), !match.arguments().isEmpty(),
                    match.dataFrom() != null, !match.dataTo().isEmpty());
        }
    }

    /** For each verb the rules that it can meet. */
    private static BitSet[] possible(List<Rule> rules) {
        var possible = new BitSet[Verb.values().length];
        Arrays.setAll(possible, _ -> new BitSet());
        var known = new HashMap<Kind, List<Verb>>();
        for (var i = 0; i < rules.size(); i++) {
            var match = rules.get(i).match();
            for (var verb : known.computeIfAbsent(Kind.of(match), _ -> verbs(match))) {
                possible[verb.ordinal()].set(i);
            }
        }
        return possible;
    }

    private static List<Verb> verbs(Match match) {
        return Arrays.stream(Verb.values()).filter(verb -> Conditions.possible(match, verb)).toList();
    }

    private static BitSet those(List<Rule> rules, Predicate<Match> which) {
        var bits = new BitSet();
        for (var i = 0; i < rules.size(); i++) {
            bits.set(i, which.test(rules.get(i).match()));
        }
        return bits;
    }

    /** Equal sets become one, so that sessions share them; names come from peers, so not all are remembered. */
    private Function<BitSet, RuleBits> recent() {
        var recent = new LinkedHashMap<RuleBits, RuleBits>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<RuleBits, RuleBits> eldest) {
                return size() > SHARED_SETS;
            }
        };
        return bits -> {
            var made = new RuleBits(bits, size);
            synchronized (recent) {
                return recent.computeIfAbsent(made, same -> same);
            }
        };
    }

    private static int entry(boolean loggedIn, TlsState tls) {
        return 2 * tls.ordinal() + (loggedIn ? 1 : 0);
    }

    RuleBits from(NetworkSet.Bits client) {
        return from.at(client);
    }

    RuleBits to(NetworkSet.Bits server) {
        return to.at(server);
    }

    RuleBits gateways(byte[] name) {
        return gateways.of(name);
    }

    /** An unknown user leaves every rule possible: one that asks for a user then refuses. */
    RuleBits users(byte[] name, boolean known) {
        if (!known) {
            return all;
        }
        return name.length == 0 ? users.ofNobody() : users.of(name);
    }

    RuleBits entry(SessionFacts facts) {
        return entries[entry(facts.loggedIn(), facts.tls())];
    }

    /** The sets of one question; with {@link #next}, made once for each. */
    RuleBits users(Scope scope, Question question) {
        return question.verb() == Verb.USER
                ? users(question.userBytes(scope), question.userKnown(scope.facts()))
                : scope.users;
    }

    RuleBits paths(Question question) {
        if (paths == null) {
            return all;
        }
        var kind = question.path(foldCase);
        return paths.of(kind, question.paths().array(), question.paths().length());
    }

    /** The first rule at a place or behind it that can meet the question; -1 when there is none. */
    int next(int place, Verb verb, Scope scope, RuleBits usersLeft, RuleBits pathsLeft) {
        return RuleBits.next(place, verbs[verb.ordinal()], scope.from, scope.to, scope.gateways, usersLeft, scope.entry, pathsLeft);
    }

    /** As {@link #next}, whatever the argument is; and before a login, whoever will log in. */
    int nextOfVerb(int place, Verb verb, Scope scope) {
        var settled = scope.facts().loggedIn();
        return RuleBits.next(place, verbs[verb.ordinal()], scope.from, scope.to, scope.gateways,
                settled ? scope.users : all, settled ? scope.entry : all, all);
    }
}
