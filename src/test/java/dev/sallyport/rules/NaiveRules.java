package dev.sallyport.rules;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.DataAddress;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Parsed;
import dev.sallyport.ftp.Verb;
import dev.sallyport.rules.limit.Rate;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The language as its reference says it, with no thought of speed: every rule, one after the other, each field, and the text
 * of a path split and joined. Shares no code with what it judges but the values of the text and the grammar of addresses.
 */
public final class NaiveRules {

    /** What is asked. */
    public record Query(SessionFacts facts, Command command, @Nullable String directory, DataMode mode, @Nullable InetAddress named,
            int minuteOfWeek) {}

    private static final Pattern BLANKS = Pattern.compile("[ \\t\\f\\x0b]+");

    private final RuleText text;

    /** Tokens that each bucket has lost; the clock stands still. */
    private final Map<List<Object>, Integer> taken = new HashMap<>();

    public NaiveRules(RuleText text) {
        this.text = text;
    }

    /** {@code allow}, {@code deny CAUSE} or {@code close}, and by which rule. @param spend whether tokens are taken */
    public String decide(Query query, boolean spend) {
        if (ends(query)) {
            return "allow by (defaults)";
        }
        for (var rule : text.rules()) {
            var met = met(rule, query);
            if (met == Truth.FALSE) {
                continue;
            }
            if (met != Truth.TRUE) {
                return "deny " + met + " by " + rule.name();
            }
            var rate = rule.outcome().rate();
            var decided = decided(rule, rate == null || !spend || take(rule, rate, query));
            if (decided != null) {
                return decided;
            }
        }
        return otherwise();
    }

    /** What {@link #decide} may say, whatever has been taken before. */
    public Set<String> possible(Query query) {
        if (ends(query)) {
            return Set.of("allow by (defaults)");
        }
        var possible = new LinkedHashSet<String>();
        for (var rule : text.rules()) {
            var met = met(rule, query);
            if (met == Truth.FALSE) {
                continue;
            }
            if (met != Truth.TRUE) {
                possible.add("deny " + met + " by " + rule.name());
                return possible;
            }
            var within = decided(rule, true);
            var beyond = rule.outcome().rate() == null ? within : decided(rule, false);
            Stream.of(within, beyond).filter(Objects::nonNull).forEach(possible::add);
            if (within != null) {
                return possible;
            }
        }
        possible.add(otherwise());
        return possible;
    }

    /** No rule is asked about what ends something. */
    private static boolean ends(Query query) {
        return query.command.verb() == Verb.QUIT || query.command.verb() == Verb.ABOR;
    }

    /** By a rule that is met; null when that passes on to the next. @param within whether its rate, if any, is kept */
    private static @Nullable String decided(Rule rule, boolean within) {
        var outcome = rule.outcome();
        return switch (outcome.action()) {
            case ALLOW -> (within ? "allow by " : "deny TOO_FAST by ") + rule.name();
            case DENY -> outcome.rate() != null && within ? null : "deny RULE by " + rule.name();
            case CLOSE -> outcome.rate() != null && within ? null : "close by " + rule.name();
        };
    }

    private String otherwise() {
        return switch (text.otherwise().action()) {
            case ALLOW -> "allow by (defaults)";
            case DENY -> "deny DEFAULT by (defaults)";
            case CLOSE -> "close by (defaults)";
        };
    }

    private boolean take(Rule rule, Rate rate, Query query) {
        Object key = switch (rate.key()) {
            case CLIENT -> link(query.facts.client().getAddress());
            case USER -> user(query);
            case RULE -> "";
        };
        return taken.merge(List.of(rule.name(), key), 1, Integer::sum) <= rate.burst();
    }

    /** An IPv4 address, or the first half of an IPv6 address. */
    private static String link(byte[] address) {
        return Arrays.toString(Arrays.copyOf(address, Math.min(8, address.length)));
    }

    /** How a rule as a whole is met. */
    Truth met(Rule rule, Query query) {
        var block = block(rule.match(), query);
        var exceptions = rule.unless().stream().map(unless -> block(unless, query)).toList();
        if (block == Truth.FALSE || exceptions.contains(Truth.TRUE)) {
            return Truth.FALSE;
        }
        var all = new ArrayList<>(exceptions);
        all.add(block);
        return unlessUnknown(all);
    }

    private static Truth unlessUnknown(List<Truth> truths) {
        return Stream.of(Truth.PATH_UNKNOWN, Truth.ARGUMENT_UNKNOWN, Truth.USER_UNKNOWN)
                .filter(truths::contains)
                .findFirst()
                .orElse(Truth.TRUE);
    }

    private Truth block(Match match, Query query) {
        var verb = query.command.verb();
        var facts = query.facts;
        var truths = new ArrayList<Truth>();
        truths.add(Truth.of(match.verbs().isEmpty() || match.verbs().contains(verb)));
        truths.add(Truth.of(match.from().isEmpty() || match.from().stream().anyMatch(net -> net.contains(facts.client()))));
        truths.add(Truth.of(match.to().isEmpty() || match.to().stream().anyMatch(net -> net.contains(facts.server()))));
        truths.add(Truth.of(match.gateways().isEmpty() || any(match.gateways(), facts.gateway(), false)));
        truths.add(Truth.of(match.loggedIn() == null || match.loggedIn() == facts.loggedIn()));
        truths.add(Truth.of(match.tls().isEmpty() || match.tls().contains(facts.tls())));
        truths.add(Truth.of(match.subjects().isEmpty() || !facts.subject().isEmpty() && any(match.subjects(), facts.subject(), false)));
        truths.add(match.users().isEmpty() ? Truth.TRUE : users(match, query));
        truths.add(Truth.of(match.directions().isEmpty()
                || match.directions().stream().anyMatch(direction -> verb.role().name().equals(direction.name()))));
        truths.add(Truth.of(match.modes().isEmpty() || mode(match, query)));
        truths.add(Truth.of(match.times() == null || match.times().windows().stream().anyMatch(window -> in(window, query))));
        truths.add(match.arguments().isEmpty() ? Truth.TRUE : arguments(match, query));
        truths.add(match.paths().isEmpty() ? Truth.TRUE : paths(match, query));
        truths.add(Truth.of(match.dataFrom() == null || verb.role() == Verb.Role.PASSIVE));
        truths.add(Truth.of(match.dataTo().isEmpty() || thirdParty(match, query)));
        return truths.contains(Truth.FALSE) ? Truth.FALSE : unlessUnknown(truths);
    }

    private static Truth arguments(Match match, Query query) {
        var argument = query.command.argument();
        if (query.command.verb().secret()) {
            return Truth.FALSE;
        }
        return cut(argument)
                ? Truth.ARGUMENT_UNKNOWN
                : Truth.of(any(match.arguments(), BLANKS.matcher(argument.strip()).replaceAll(" "), true));
    }

    /** Whether some servers stop reading within it. */
    static boolean cut(String text) {
        return text.contains("\r") || text.contains("\0");
    }

    private static String user(Query query) {
        return query.command.verb() == Verb.USER ? query.command.argument().strip() : query.facts.user();
    }

    private static Truth users(Match match, Query query) {
        var names = query.command.verb() == Verb.USER;
        if (names ? cut(query.command.argument()) : !query.facts.userKnown() || cut(query.facts.user())) {
            return Truth.USER_UNKNOWN;
        }
        return Truth.of(!user(query).isEmpty() && any(match.users(), user(query), false));
    }

    private static boolean mode(Match match, Query query) {
        var verb = query.command.verb();
        return switch (verb.role()) {
            case PASSIVE, ACTIVE -> match.modes().contains(DataMode.valueOf(verb.name()));
            case DOWNLOAD, UPLOAD, LISTING -> match.modes().contains(query.mode);
            case PLAIN, LOGIN, SECURITY, UNSUPPORTED -> false;
        };
    }

    private static boolean in(Times.Window window, Query query) {
        var minute = query.minuteOfWeek % 1440;
        var today = query.minuteOfWeek / 1440;
        if (window.end() > window.begin()) {
            return on(window, today) && minute >= window.begin() && minute < window.end();
        }
        return on(window, today) && minute >= window.begin() || on(window, (today + 6) % 7) && minute < window.end();
    }

    private static boolean on(Times.Window window, int day) {
        var first = window.first().getValue() - 1;
        var last = window.last().getValue() - 1;
        return first <= last ? day >= first && day <= last : day >= first || day <= last;
    }

    private static boolean thirdParty(Match match, Query query) {
        var verb = query.command.verb();
        var argument = query.command.argument();
        var named = query.named;
        if (named == null) {
            var parsed = switch (verb) {
                case PORT -> DataAddress.port(argument);
                case EPRT -> DataAddress.eprt(argument);
                case LPRT -> DataAddress.lprt(argument);
                default -> null;
            };
            named = parsed instanceof Parsed.Value<Endpoint>(var endpoint) && !endpoint.address().equals(query.facts.client())
                    ? endpoint.address()
                    : null;
        }
        var third = named;
        return (verb.role() == Verb.Role.ACTIVE || verb.role() == Verb.Role.PASSIVE)
                && third != null
                && match.dataTo().stream().anyMatch(net -> net.contains(third));
    }

    private Truth paths(Match match, Query query) {
        var path = NaivePaths.of(query.command, query.directory);
        var truths = match.paths().stream()
                .map(glob -> NaivePaths.test(text.foldCase() ? lower(glob.toString()) : glob.toString(),
                        text.foldCase() ? path.lower() : path))
                .toList();
        return truths.contains(Truth.TRUE) ? Truth.TRUE
                : truths.contains(Truth.PATH_UNKNOWN) ? Truth.PATH_UNKNOWN : Truth.FALSE;
    }

    private static boolean any(List<Glob> globs, String name, boolean fold) {
        return globs.stream().anyMatch(glob -> fold
                ? matches(bytes(lower(glob.toString())), lower(name))
                : matches(bytes(glob.toString()), name));
    }

    /** A pattern's text with one character for each byte. */
    private static String bytes(String pattern) {
        return new String(pattern.getBytes(UTF_8), ISO_8859_1);
    }

    static String lower(String text) {
        var lower = new StringBuilder();
        text.chars().map(c -> c >= 'A' && c <= 'Z' ? c + 32 : c).forEach(c -> lower.append((char) c));
        return lower.toString();
    }

    /** Glob matching by definition: try everything that the first part can take. */
    static boolean matches(String glob, String text) {
        if (glob.isEmpty()) {
            return text.isEmpty();
        }
        var rest = glob.substring(1);
        return switch (glob.charAt(0)) {
            case '*' -> matches(rest, text) || !text.isEmpty() && matches(glob, text.substring(1));
            case '?' -> !text.isEmpty() && matches(rest, text.substring(1));
            case '\\' -> !text.isEmpty() && text.charAt(0) == rest.charAt(0) && matches(rest.substring(1), text.substring(1));
            case '[' -> !text.isEmpty() && inSet(rest.substring(0, rest.indexOf(']')), text.charAt(0))
                    && matches(rest.substring(rest.indexOf(']') + 1), text.substring(1));
            default -> !text.isEmpty() && text.charAt(0) == glob.charAt(0) && matches(rest, text.substring(1));
        };
    }

    /** Sets of the test's world: without escapes. */
    private static boolean inSet(String set, char c) {
        if (set.startsWith("!")) {
            return !inSet(set.substring(1), c);
        }
        for (var i = 0; i < set.length(); i++) {
            if (i + 2 < set.length() && set.charAt(i + 1) == '-') {
                if (c >= set.charAt(i) && c <= set.charAt(i + 2)) {
                    return true;
                }
                i += 2;
            } else if (set.charAt(i) == c) {
                return true;
            }
        }
        return false;
    }
}
