package dev.sallyport.rules;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Which rules the facts of a session leave of those that one of their exceptions may take away. Exceptions that ask for more
 * than facts are left to the rules. Asked when the facts of a session change, and for each USER that names somebody else than
 * they do, not for each command.
 */
final class ExceptionIndex {

    private static final Set<Conditions.Field> FACTS = EnumSet.of(Conditions.Field.FROM, Conditions.Field.TO,
            Conditions.Field.GATEWAY, Conditions.Field.USERS, Conditions.Field.LOGIN, Conditions.Field.TLS,
            Conditions.Field.SUBJECT);

    private static final byte[] NOBODY = {};

    private final RuleBits all;
    private final FactIndex facts;

    /** The rules that each exception takes away. */
    private final BitSet[] taken;

    private final Function<BitSet, RuleBits> share;

    ExceptionIndex(List<Rule> rules, RuleBits all) {
        this.all = all;
        var blocks = new LinkedHashMap<Match, BitSet>();
        for (var i = 0; i < rules.size(); i++) {
            for (var block : Conditions.exceptions(rules.get(i), FACTS)) {
                blocks.computeIfAbsent(block, _ -> new BitSet()).set(i);
            }
        }
        facts = new FactIndex(new ArrayList<>(blocks.keySet()), bits -> new RuleBits(bits, blocks.size()));
        taken = blocks.values().toArray(BitSet[]::new);
        share = FactIndex.recent(rules.size());
    }

    /** An unknown user meets no exception for users: the rule is asked, and refuses. */
    RuleBits left(Scope scope, byte[] user, boolean known) {
        if (taken.length == 0) {
            return all;
        }
        var met = new RulesLeft()
                .of(facts.entry(scope.facts()))
                .and(facts.from(scope.client()))
                .and(facts.to(scope.server()))
                .and(facts.gateways(scope.gateway()))
                .and(facts.subjects(scope.subject()))
                .and(facts.users(known ? user : NOBODY));
        var left = all.toBitSet();
        for (var i = met.next(0); i >= 0; i = met.next(i + 1)) {
            left.andNot(taken[i]);
        }
        return share.apply(left);
    }
}
