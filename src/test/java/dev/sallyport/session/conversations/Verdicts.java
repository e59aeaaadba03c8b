package dev.sallyport.session.conversations;

import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Parsed;
import dev.sallyport.ftp.Verb;
import dev.sallyport.rules.DataMode;
import dev.sallyport.rules.Match;
import dev.sallyport.rules.NaiveRules;
import dev.sallyport.rules.RuleText;
import dev.sallyport.rules.SessionFacts;
import dev.sallyport.rules.TlsState;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionEvent.Ruling;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What the rules may say of a command, by a naive reading of them. Who is logged in, how data comes and what has been taken of
 * a rate are for the engine to keep track of: where a rule asks for them, every answer counts as possible.
 */
final class Verdicts {

    private static final List<Boolean> EITHER = List.of(false, true);

    private final Setting setting;
    private RuleText text;
    private List<Boolean> logins = List.of();
    private List<String> users = List.of();
    private List<DataMode> modes = List.of();

    Verdicts(Setting setting) {
        this.setting = setting;
        this.text = setting.rules().current().rules().text();
        taken();
    }

    /** The session goes by the latest rules from here on. */
    void taken() {
        text = setting.rules().current().rules().text();
        logins = asks(text, match -> match.loggedIn() != null) ? EITHER : List.of(true);
        users = asks(text, match -> !match.users().isEmpty()) ? List.of("", "demo") : List.of("");
        modes = asks(text, match -> !match.modes().isEmpty()) ? List.of(DataMode.values()) : List.of(DataMode.NONE);
    }

    /** Whether a rule asks how data comes. */
    boolean asksForModes() {
        return modes.size() > 1;
    }

    /** Fails unless a command that nothing refuses is allowed. */
    void allowed(FtpLine line) {
        var possible = of(line);
        Check.that(possible.stream().anyMatch(verdict -> verdict.startsWith("allow by ")), "%s is allowed: %s", line, possible);
    }

    /** Fails unless a decision that is told is one of those. */
    void decided(FtpLine line, SessionEvent.RuleDecided decided) {
        var verdict = switch (decided.ruling()) {
            case ALLOWED -> "allow by ";
            case DENIED -> "deny " + (decided.rule().startsWith("(") ? "DEFAULT by " : "RULE by ");
            case CLOSED -> "close by ";
            case UNRESOLVED -> "deny " + (decided.verb() == Verb.USER ? "USER" : "ARGUMENT") + "_UNKNOWN by ";
            case TOO_FAST -> "deny TOO_FAST by ";
            case TOO_LARGE -> throw new AssertionError(decided + " depends on what no rule here asks for");
        };
        var possible = of(line);
        Check.that(possible.contains(verdict + decided.rule()), "%s is as %s says: %s", decided, line, possible);
    }

    private Set<String> of(FtpLine line) {
        var naive = new NaiveRules(text);
        var command = command(line);
        var possible = new HashSet<String>();
        for (var login : logins) {
            for (var user : users) {
                var facts = new SessionFacts(setting.client().address(), setting.server().address(), Setting.GATEWAY, user, true,
                        login, TlsState.PLAIN);
                for (var mode : modes) {
                    possible.addAll(naive.possible(
                            new NaiveRules.Query(facts, command, null, mode, null, setting.minuteOfWeek())));
                }
            }
        }
        return possible;
    }

    private static boolean asks(RuleText text, Predicate<Match> condition) {
        return text.rules().stream().anyMatch(
                rule -> Stream.concat(Stream.of(rule.match()), rule.unless().stream()).anyMatch(condition));
    }

    private static Command command(FtpLine line) {
        if (Command.parse(line) instanceof Parsed.Value<Command>(var command)) {
            return command;
        }
        if (Command.parseAny(line) instanceof Parsed.Value<Command>(var command)) {
            return command;
        }
        throw new AssertionError(line + " is no command, and nothing was told of that");
    }

    /** Whether a decision lets the command go on. */
    static boolean refuses(SessionEvent.RuleDecided decided) {
        return decided.ruling() != Ruling.ALLOWED;
    }
}
