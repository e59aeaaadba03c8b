package dev.sallyport.rules;

import dev.sallyport.ftp.Network;
import dev.sallyport.ftp.Verb;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A part of what a rule meets: one entry of each field that has entries, null where the rule does not ask. Login and TLS are
 * null too where no rule above asks.
 */
record Atom(Shade shade, Verb verb, @Nullable Network from, @Nullable Network to, @Nullable Glob gateway, @Nullable Glob user,
        @Nullable PathGlob path, @Nullable Boolean loggedIn, @Nullable TlsState tls) {

    /** How many {@link #of} makes. */
    static long count(Shade shade, List<Shade> above) {
        var match = shade.rule().match();
        return (long) shade.verbs().size() * Math.max(1, match.from().size()) * Math.max(1, match.to().size())
                * Math.max(1, match.gateways().size()) * Math.max(1, match.users().size()) * Math.max(1, match.paths().size())
                * logins(match, above).size() * tls(match, above).size();
    }

    /** All atoms of a rule. */
    static List<Atom> of(Shade shade, List<Shade> above) {
        var match = shade.rule().match();
        var atoms = new ArrayList<Atom>();
        for (var verb : shade.verbs()) {
            for (var from : entries(match.from())) {
                for (var to : entries(match.to())) {
                    for (var gateway : entries(match.gateways())) {
                        for (var user : entries(match.users())) {
                            for (var path : entries(match.paths())) {
                                for (var loggedIn : logins(match, above)) {
                                    for (var tls : tls(match, above)) {
                                        atoms.add(new Atom(shade, verb, from, to, gateway, user, path, loggedIn, tls));
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        return atoms;
    }

    private static <E> List<@Nullable E> entries(List<E> entries) {
        return entries.isEmpty() ? nothing() : new ArrayList<>(entries);
    }

    private static List<@Nullable Boolean> logins(Match match, List<Shade> above) {
        if (match.loggedIn() != null) {
            return List.of(match.loggedIn());
        }
        return asked(above, earlier -> earlier.loggedIn() != null) ? List.of(false, true) : nothing();
    }

    private static List<@Nullable TlsState> tls(Match match, List<Shade> above) {
        if (!match.tls().isEmpty()) {
            return new ArrayList<>(match.tls());
        }
        return asked(above, earlier -> !earlier.tls().isEmpty()) ? new ArrayList<>(EnumSet.allOf(TlsState.class)) : nothing();
    }

    private static boolean asked(List<Shade> above, Predicate<Match> asks) {
        return above.stream().anyMatch(shade -> asks.test(shade.rule().match()));
    }

    private static <E> List<@Nullable E> nothing() {
        var list = new ArrayList<@Nullable E>();
        list.add(null);
        return list;
    }
}
