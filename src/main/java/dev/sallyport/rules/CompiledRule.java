package dev.sallyport.rules;

import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Verb;
import dev.sallyport.rules.limit.Limits;
import dev.sallyport.rules.limit.Rate;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A rule, or a set's defaults, with every decision that it can come to. */
final class CompiledRule {

    private static final FtpLine TOO_FAST = FtpLine.of("450 Too many, try again later.");
    private static final FtpLine PATH_UNKNOWN = FtpLine.of("550 Not permitted: where this path leads is not known here.");
    private static final FtpLine ARGUMENT_UNKNOWN = FtpLine.of("550 Not permitted: servers read this argument in more than one way.");
    private static final FtpLine USER_UNKNOWN = FtpLine.of("550 Not permitted: who is logged in is not known here.");
    /** More than any server takes. */
    private static final int LONGEST_NAME = 256;

    private static final FtpLine CLOSED = FtpLine.of("421 Closed by policy.");

    private final String name;
    private final Conditions conditions;
    private final Conditions[] unless;
    private final Outcome outcome;
    private final Decision[] byVerb;
    private final Decision tooFast;
    private final Decision pathUnknown;
    private final Decision argumentUnknown;
    private final Decision userUnknown;
    private final HitCount hits;

    /** The rule's name among those of all rule sets: what its buckets go by. */
    private final String rateName;

    private final boolean settledByVerb;
    private final boolean asksWhoLogsIn;

    CompiledRule(Rule rule, RuleText text, HitCount hits) {
        this(rule, text, Conditions.INDEXED, Decision.Cause.RULE, hits);
    }

    private CompiledRule(Rule rule, RuleText text, Set<Conditions.Field> indexed, Decision.Cause cause, HitCount hits) {
        name = rule.name();
        outcome = rule.outcome();
        this.hits = hits;
        conditions = new Conditions(rule.match(), text, indexed);
        unless = rule.unless().stream().map(block -> new Conditions(block, text, Set.of())).toArray(Conditions[]::new);
        byVerb = decisions(rule, cause);
        tooFast = new Decision.Deny(name, outcome.log(), Decision.Cause.TOO_FAST, TOO_FAST);
        pathUnknown = new Decision.Deny(name, true, Decision.Cause.PATH_UNKNOWN, PATH_UNKNOWN);
        argumentUnknown = new Decision.Deny(name, true, Decision.Cause.ARGUMENT_UNKNOWN, ARGUMENT_UNKNOWN);
        userUnknown = new Decision.Deny(name, true, Decision.Cause.USER_UNKNOWN, USER_UNKNOWN);
        rateName = text.name() + "/" + name;
        var changing = EnumSet.of(Conditions.Field.PATHS, Conditions.Field.ARGUMENTS, Conditions.Field.TIME,
                Conditions.Field.MODE, Conditions.Field.DATA_TO, Conditions.Field.DATA_FROM);
        var named = Conditions.named(rule.match());
        settledByVerb = unless.length == 0 && outcome.rate() == null && named.stream().noneMatch(changing::contains);
        asksWhoLogsIn = named.contains(Conditions.Field.USERS) || named.contains(Conditions.Field.LOGIN)
                || named.contains(Conditions.Field.TLS) || named.contains(Conditions.Field.SUBJECT);
    }

    /** What decides where no rule does. */
    static CompiledRule defaults(RuleText text, HitCount hits) {
        var rule = new Rule(Decision.DEFAULTS, new Place(1, 1), Match.ANY, List.of(), text.otherwise());
        return new CompiledRule(rule, text, Set.of(), Decision.Cause.DEFAULT, hits);
    }

    private static Decision[] decisions(Rule rule, Decision.Cause cause) {
        var outcome = rule.outcome();
        var log = outcome.log();
        var decisions = new Decision[Verb.values().length];
        switch (outcome.action()) {
            case ALLOW -> {
                var allow = new Decision.Allow(rule.name(), log, outcome.mostBytes(), !rule.match().dataTo().isEmpty(),
                        rule.match().dataFrom());
                Arrays.fill(decisions, allow);
            }
            case DENY -> {
                if (outcome.reply() != null) {
                    Arrays.fill(decisions, new Decision.Deny(rule.name(), log, cause, outcome.reply()));
                    break;
                }
                var made = new HashMap<FtpLine, Decision>();
                for (var verb : Verb.values()) {
                    decisions[verb.ordinal()] = made.computeIfAbsent(
                            DefaultReply.to(verb), line -> new Decision.Deny(rule.name(), log, cause, line));
                }
            }
            case CLOSE -> Arrays.fill(
                    decisions, new Decision.Close(rule.name(), log, outcome.reply() == null ? CLOSED : outcome.reply()));
        }
        return decisions;
    }

    /** Whether a question meets the rule that the index has found possible. */
    Truth test(Scope scope, Question question) {
        return except(conditions.test(scope, question), scope, question);
    }

    private Truth except(Truth met, Scope scope, Question question) {
        if (met == Truth.FALSE) {
            return met;
        }
        var exception = Truth.FALSE;
        for (var block : unless) {
            exception = exception.or(block.test(scope, question));
            if (exception == Truth.TRUE) {
                return Truth.FALSE;
            }
        }
        return exception == Truth.FALSE ? met : met.and(exception);
    }

    /** What the rule decides on a question that meets it, or may meet it; null when it passes on to the next rule. */
    @Nullable Decision decide(Truth met, Scope scope, Question question, Limits limits) {
        var decision = switch (met) {
            case FALSE -> throw new IllegalArgumentException("not met");
            case PATH_UNKNOWN -> pathUnknown;
            case ARGUMENT_UNKNOWN -> argumentUnknown;
            case USER_UNKNOWN -> userUnknown;
            case TRUE -> within(scope, question, limits);
        };
        if (decision != null) {
            hits.add();
        }
        return decision;
    }

    /** What the defaults decide, which match everything and have no rate. Not counted. */
    Decision outcomeOf(Question question) {
        return byVerb[question.verb().ordinal()];
    }

    /** As {@link #decide}, of the defaults, which match everything and have no rate. */
    Decision decided(Question question) {
        hits.add();
        return byVerb[question.verb().ordinal()];
    }

    private @Nullable Decision within(Scope scope, Question question, Limits limits) {
        var rate = outcome.rate();
        var usual = byVerb[question.verb().ordinal()];
        if (rate == null) {
            return usual;
        }
        var within = limits.take(rateName, rate, key(rate, scope, question), question.nowNanos());
        if (outcome.action() == Outcome.Action.ALLOW) {
            return within ? usual : tooFast;
        }
        return within ? null : usual;
    }

    private static Object key(Rate rate, Scope scope, Question question) {
        return switch (rate.key()) {
            case CLIENT -> scope.key();
            case USER -> {
                // Names that nobody has share one bucket: they are remembered, and may be as long as a line.
                var user = question.user(scope.facts());
                yield user.length() <= LONGEST_NAME ? user : Rate.Key.USER;
            }
            case RULE -> Rate.Key.RULE;
        };
    }

    /** What the rule would decide were its bucket full; null when it would pass on to the next rule. No token is taken. */
    @Nullable Decision decideAtLeisure(Truth met, Question question) {
        return switch (met) {
            case FALSE -> null;
            case PATH_UNKNOWN -> pathUnknown;
            case ARGUMENT_UNKNOWN -> argumentUnknown;
            case USER_UNKNOWN -> userUnknown;
            case TRUE -> outcome.rate() != null && outcome.action() != Outcome.Action.ALLOW
                    ? null
                    : byVerb[question.verb().ordinal()];
        };
    }

    /** Whether the rule meets every command of a verb that it can meet at all, in this session. */
    boolean settledByVerb(SessionFacts facts) {
        return settledByVerb && (facts.loggedIn() && facts.userKnown() || !asksWhoLogsIn);
    }

    boolean allows() {
        return outcome.action() == Outcome.Action.ALLOW;
    }

    String name() {
        return name;
    }

    HitCount hits() {
        return hits;
    }
}
