package dev.sallyport.rules;

import dev.sallyport.ftp.Verb;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A match made ready to be asked: its fields that say anything, the cheap ones first. */
final class Conditions {

    /** A field of a match. Those that cost least to ask come first. */
    enum Field {
        COMMANDS, DIRECTION, LOGIN, TLS, MODE, FROM, TO, GATEWAY, TIME, USERS, SUBJECT, ARGUMENTS, PATHS, DATA_FROM, DATA_TO
    }

    /** What {@link RuleIndex} has already asked exactly when a rule comes up. */
    static final Set<Field> INDEXED = EnumSet.of(Field.COMMANDS, Field.DIRECTION, Field.LOGIN, Field.TLS, Field.FROM, Field.TO,
            Field.GATEWAY, Field.SUBJECT, Field.MODE, Field.TIME, Field.DATA_FROM, Field.DATA_TO);

    private final Match match;
    private final boolean foldCase;
    private final ZoneId zone;
    private final Field[] fields;
    private final NetworkSet from;
    private final NetworkSet to;
    private final NetworkSet dataTo;
    private final Glob[] gateways;
    private final Glob[] users;
    private final Glob[] subjects;
    private final Glob[] arguments;
    private final PathGlob[] paths;
    private final @Nullable BitSet minutes;

    /** @param without fields that need not be asked */
    Conditions(Match match, RuleText text, Set<Field> without) {
        this.match = match;
        foldCase = text.foldCase();
        zone = text.zone();
        from = new NetworkSet(match.from());
        to = new NetworkSet(match.to());
        dataTo = new NetworkSet(match.dataTo());
        gateways = match.gateways().toArray(Glob[]::new);
        users = match.users().toArray(Glob[]::new);
        subjects = match.subjects().toArray(Glob[]::new);
        arguments = match.arguments().toArray(Glob[]::new);
        paths = match.paths().toArray(PathGlob[]::new);
        minutes = match.times() == null || without.contains(Field.TIME) ? null : match.times().minutes();
        fields = named(match).stream().filter(field -> !without.contains(field)).toArray(Field[]::new);
    }

    /** The fields that a match says something of. */
    static List<Field> named(Match match) {
        var named = new ArrayList<Field>();
        for (var field : Field.values()) {
            var said = switch (field) {
                case COMMANDS -> !match.verbs().isEmpty();
                case DIRECTION -> !match.directions().isEmpty();
                case LOGIN -> match.loggedIn() != null;
                case TLS -> !match.tls().isEmpty();
                case MODE -> !match.modes().isEmpty();
                case FROM -> !match.from().isEmpty();
                case TO -> !match.to().isEmpty();
                case GATEWAY -> !match.gateways().isEmpty();
                case TIME -> match.times() != null;
                case USERS -> !match.users().isEmpty();
                case SUBJECT -> !match.subjects().isEmpty();
                case ARGUMENTS -> !match.arguments().isEmpty();
                case PATHS -> !match.paths().isEmpty();
                case DATA_FROM -> match.dataFrom() != null;
                case DATA_TO -> !match.dataTo().isEmpty();
            };
            if (said) {
                named.add(field);
            }
        }
        return named;
    }

    /** The exceptions of a rule that say nothing but of these fields. */
    static List<Match> exceptions(Rule rule, Set<Field> fields) {
        return rule.unless().isEmpty()
                ? List.of()
                : rule.unless().stream().filter(block -> fields.containsAll(named(block))).toList();
    }

    /** Whether a command of this verb can meet a match at all. */
    static boolean possible(Match match, Verb verb) {
        return (match.verbs().isEmpty() || match.verbs().contains(verb))
                && (match.directions().isEmpty() || contains(match.directions(), Direction.of(verb)))
                && (match.modes().isEmpty() || verb.transfers() || contains(match.modes(), DataMode.of(verb)))
                && (match.paths().isEmpty() || verb.argument() != Verb.Argument.NONE)
                && (match.arguments().isEmpty() || !verb.secret())
                && (match.dataFrom() == null || verb.role() == Verb.Role.PASSIVE)
                && (match.dataTo().isEmpty() || verb.role() == Verb.Role.PASSIVE || verb.role() == Verb.Role.ACTIVE);
    }

    /** @param mode of a command that has no data connection: null */
    static boolean ofMode(Match match, @Nullable DataMode mode) {
        return match.modes().isEmpty() || contains(match.modes(), mode);
    }

    private static <E> boolean contains(Collection<E> entries, @Nullable E entry) {
        return entry != null && entries.contains(entry);
    }

    /** The fields that are asked, in order. */
    List<Field> fields() {
        return List.of(fields);
    }

    Match match() {
        return match;
    }

    Truth test(Scope scope, Question question) {
        var all = Truth.TRUE;
        for (var field : fields) {
            all = all.and(test(field, scope, question));
            if (all == Truth.FALSE) {
                break;
            }
        }
        return all;
    }

    Truth test(Field field, Scope scope, Question question) {
        return switch (field) {
            case COMMANDS -> Truth.of(match.verbs().contains(question.verb()));
            case DIRECTION -> Truth.of(contains(match.directions(), Direction.of(question.verb())));
            case LOGIN -> Truth.of(match.loggedIn() != null && match.loggedIn() == scope.facts().loggedIn());
            case TLS -> Truth.of(match.tls().contains(scope.facts().tls()));
            case MODE -> Truth.of(contains(match.modes(), question.mode()));
            case FROM -> Truth.of(from.contains(scope.client()));
            case TO -> Truth.of(to.contains(scope.server()));
            case GATEWAY -> Truth.of(any(gateways, scope.gateway(), scope.gateway().length, false));
            case TIME -> Truth.of(minutes != null && minutes.get(question.minuteOfWeek(zone)));
            case USERS -> user(scope, question);
            case SUBJECT -> Truth.of(scope.subject().length > 0 && any(subjects, scope.subject(), scope.subject().length, false));
            case ARGUMENTS -> argument(question);
            case PATHS -> path(question);
            case DATA_FROM -> Truth.of(question.verb().role() == Verb.Role.PASSIVE);
            case DATA_TO -> thirdParty(scope, question);
        };
    }

    private Truth user(Scope scope, Question question) {
        if (!question.userKnown(scope.facts())) {
            return Truth.USER_UNKNOWN;
        }
        var user = question.userBytes(scope);
        return Truth.of(user.length > 0 && any(users, user, user.length, false));
    }

    private Truth argument(Question question) {
        if (question.verb().secret()) {
            return Truth.FALSE;
        }
        var argument = question.argument();
        return question.argumentClear() ? Truth.of(any(arguments, argument.array(), argument.length(), true)) : Truth.ARGUMENT_UNKNOWN;
    }

    private Truth path(Question question) {
        var kind = question.path(foldCase);
        var array = question.paths().array();
        var length = question.paths().length();
        var found = Truth.FALSE;
        for (var glob : paths) {
            found = found.or(switch (kind) {
                case NONE -> Truth.FALSE;
                case EXACT -> Truth.of(glob.matches(array, length, foldCase));
                case BELOW -> glob.matchesBelow(array, length, foldCase);
                case UNKNOWN -> Truth.PATH_UNKNOWN;
            });
            if (found == Truth.TRUE) {
                break;
            }
        }
        return found;
    }

    private Truth thirdParty(Scope scope, Question question) {
        var role = question.verb().role();
        var address = role == Verb.Role.ACTIVE || role == Verb.Role.PASSIVE ? question.thirdParty(scope.facts()) : null;
        return Truth.of(address != null && dataTo.contains(NetworkSet.Bits.of(address)));
    }

    private static boolean any(Glob[] globs, byte[] text, int length, boolean fold) {
        for (var glob : globs) {
            if (glob.matches(text, 0, length, fold)) {
                return true;
            }
        }
        return false;
    }
}
