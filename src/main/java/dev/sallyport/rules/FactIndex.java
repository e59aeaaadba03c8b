package dev.sallyport.rules;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Which matches the facts of a session leave possible: its addresses, gateway, user, login and TLS. */
final class FactIndex {

    /** How many sets are remembered that names met by patterns have made; beyond it the oldest are made again. */
    private static final int SHARED_SETS = 256;

    private final NetworkIndex from;
    private final NetworkIndex to;
    private final NameIndex gateways;
    private final NameIndex users;
    private final NameIndex subjects;
    private final RuleBits[] entries;

    FactIndex(List<Match> matches, Function<BitSet, RuleBits> share) {
        from = new NetworkIndex(matches.stream().map(Match::from).toList(), share);
        to = new NetworkIndex(matches.stream().map(Match::to).toList(), share);
        gateways = new NameIndex(matches.stream().map(Match::gateways).toList(), recent(matches.size()));
        users = new NameIndex(matches.stream().map(Match::users).toList(), recent(matches.size()));
        subjects = new NameIndex(matches.stream().map(Match::subjects).toList(), recent(matches.size()));
        entries = new RuleBits[2 * TlsState.values().length];
        for (var tls : TlsState.values()) {
            for (var loggedIn : new boolean[] {false, true}) {
                var possible = new BitSet();
                for (var i = 0; i < matches.size(); i++) {
                    var match = matches.get(i);
                    possible.set(i, (match.loggedIn() == null || match.loggedIn() == loggedIn)
                            && (match.tls().isEmpty() || match.tls().contains(tls)));
                }
                entries[entry(loggedIn, tls)] = share.apply(possible);
            }
        }
    }

    /** Equal sets become one, so that sessions share them; names come from peers, so not all are remembered. */
    static Function<BitSet, RuleBits> recent(int size) {
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

    /** @param name of nobody: none */
    RuleBits users(byte[] name) {
        return name.length == 0 ? users.ofNobody() : users.of(name);
    }

    /** @param subject of no certificate: none */
    RuleBits subjects(byte[] subject) {
        return subject.length == 0 ? subjects.ofNobody() : subjects.of(subject);
    }

    RuleBits entry(SessionFacts facts) {
        return entries[entry(facts.loggedIn(), facts.tls())];
    }
}
