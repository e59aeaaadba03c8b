package dev.sallyport.rules;

import static dev.sallyport.rules.Matching.address;
import static dev.sallyport.rules.Matching.any;
import static dev.sallyport.rules.Matching.command;
import static dev.sallyport.rules.Matching.text;
import static dev.sallyport.rules.Matching.verbs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Verb;
import dev.sallyport.rules.RuleSet.Hits;
import dev.sallyport.rules.limit.Limits;
import dev.sallyport.rules.limit.Rate;
import java.lang.management.ManagementFactory;
import java.time.DayOfWeek;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the compiled set does that the verdict alone does not show; verdicts are {@link RandomRulesTest}'s. */
class RuleSetTest {

    private static final Outcome DENY = new Outcome(Outcome.Action.DENY, null, true, null, 0);
    private static final WallClock CLOCK = (_, _) -> 0;
    private static final long SECOND = 1_000_000_000L;

    private final Limits limits = new Limits();
    private final Question question = new Question();

    @Test
    void rule_firstToMatch_decides() {
        var set = set(text(DENY, verbs(Verb.DELE).denies("no-deletes"), any().allows("all")));
        assertThat(decide(set, "DELE a").rule()).isEqualTo("no-deletes");
        assertThat(decide(set, "RETR a").rule()).isEqualTo("all");
    }

    @ParameterizedTest
    @CsvSource({"USER a, 530", "PASS a, 530", "AUTH TLS, 534", "PASV, 502", "EPRT |1|1.2.3.4|5|, 502", "RETR a, 550", "LIST, 550",
        "CWD a, 550", "NOOP, 502", "SITE EXEC a, 502", "FROB, 502", "THMB a, 550"})
    void denial_withoutAReply_hasTheCodeThatClientsExpect(String line, String code) {
        var decision = (Decision.Deny) decide(set(text(DENY)), line);
        assertThat(decision.reply()).isEqualTo(FtpLine.of(code + " Not permitted here."));
        assertThat(decision.cause()).isEqualTo(Decision.Cause.DEFAULT);
        assertThat(decision.rule()).isEqualTo(Decision.DEFAULTS);
    }

    @Test
    void outcome_ofARule_isToldWhole() {
        var reply = FtpLine.of("553 Read-only.");
        var set = set(text(Outcome.ALLOW,
                verbs(Verb.STOR).rule("deny", new Outcome(Outcome.Action.DENY, reply, false, null, 0)),
                verbs(Verb.SITE).rule("close", new Outcome(Outcome.Action.CLOSE, null, true, null, 0)),
                verbs(Verb.RETR).rule("small", new Outcome(Outcome.Action.ALLOW, null, true, null, 1000)),
                any().dataTo("203.0.113.40").allows("fxp"),
                verbs(Verb.EPSV).dataFrom("203.0.113.41").allows("fxp-passive")));
        assertThat(decide(set, "STOR a")).isEqualTo(new Decision.Deny("deny", false, Decision.Cause.RULE, reply));
        assertThat(decide(set, "SITE a")).isEqualTo(new Decision.Close("close", true, FtpLine.of("421 Closed by policy.")));
        assertThat(decide(set, "RETR a")).isEqualTo(new Decision.Allow("small", true, 1000, false, null));
        assertThat(decide(set, "PORT 203,0,113,40,100,1")).isEqualTo(new Decision.Allow("fxp", false, 0, true, null));
        assertThat(decide(set, "PORT 203,0,113,41,100,1").rule()).isEqualTo(Decision.DEFAULTS);
        assertThat(decide(set, "PORT 192,0,2,10,100,1").rule()).as("the client's own").isEqualTo(Decision.DEFAULTS);
        assertThat(decide(set, "EPSV")).isEqualTo(new Decision.Allow("fxp-passive", false, 0, false, address("203.0.113.41")));
    }

    @Test
    void passiveCommand_whoseAnswerNamesAThirdParty_isAskedAgain() {
        var set = set(text(DENY, any().dataTo("203.0.113.40").allows("fxp"), verbs(Verb.PASV).allows("pasv")));
        assertThat(decide(set, "PASV")).isEqualTo(new Decision.Allow("pasv", false, 0, false, null));
        question.thirdParty(address("203.0.113.40"));
        assertThat(set.decide(set.scope(facts("bob", true)), question, limits, CLOCK))
                .isEqualTo(new Decision.Allow("fxp", false, 0, true, null));
    }

    @Test
    void path_thatIsNotKnown_refusesWhereARuleNeedsIt() {
        var set = set(text(Outcome.ALLOW, verbs(Verb.DELE).allows("deletes"), any().paths("/secret/**").denies("secret")));
        question.ask(command("RETR a"), Directory.UNKNOWN, DataMode.NONE, 0);
        assertThat(set.decide(set.scope(facts("bob", true)), question, limits, CLOCK)).isInstanceOfSatisfying(Decision.Deny.class,
                deny -> assertThat(deny.cause()).isEqualTo(Decision.Cause.PATH_UNKNOWN));
        assertThat(question.lacksDirectory()).isTrue();
        question.ask(command("DELE a"), Directory.UNKNOWN, DataMode.NONE, 0);
        assertThat(set.decide(set.scope(facts("bob", true)), question, limits, CLOCK).rule()).isEqualTo("deletes");
        assertThat(decide(set, "RETR ~x")).isInstanceOf(Decision.Deny.class);
        assertThat(question.lacksDirectory()).as("asking the server would not help").isFalse();
    }

    @Test
    void quitAndAbor_areAlwaysAllowed() {
        var set = set(text(DENY, any().denies("all")));
        assertThat(decide(set, "QUIT")).isInstanceOf(Decision.Allow.class);
        assertThat(decide(set, "ABOR")).isInstanceOf(Decision.Allow.class);
        assertThat(set.hits()).extracting(Hits::count).containsOnly(0L);
    }

    @Test
    void rateOfAllow_refusesWhatExceedsIt() {
        var rate = new Rate(1, Rate.Unit.SECOND, 2, Rate.Key.CLIENT);
        var set = set(text(DENY, verbs(Verb.RETR).rule("some", new Outcome(Outcome.Action.ALLOW, null, false, rate, 0))));
        assertThat(decide(set, "RETR a", 0)).isInstanceOf(Decision.Allow.class);
        assertThat(decide(set, "RETR a", 0)).isInstanceOf(Decision.Allow.class);
        assertThat(decide(set, "RETR a", 0)).isEqualTo(new Decision.Deny("some", false, Decision.Cause.TOO_FAST,
                FtpLine.of("450 Too many, try again later.")));
        assertThat(decide(set, "RETR a", SECOND - 1)).isInstanceOf(Decision.Deny.class);
        assertThat(decide(set, "RETR a", SECOND)).isInstanceOf(Decision.Allow.class);
    }

    @Test
    void rateOfDeny_strikesOnlyWhatExceedsIt() {
        var rate = new Rate(1, Rate.Unit.SECOND, 1, Rate.Key.USER);
        var set = set(text(DENY, any().rule("flood", new Outcome(Outcome.Action.CLOSE, null, true, rate, 0)), any().allows("all")));
        assertThat(decide(set, "NOOP", 0).rule()).isEqualTo("all");
        assertThat(decide(set, "NOOP", 0).rule()).isEqualTo("flood");
        question.ask(command("NOOP"), Directory.UNKNOWN, DataMode.NONE, 0);
        assertThat(set.decide(set.scope(facts("anna", true)), question, limits, CLOCK).rule()).isEqualTo("all");
    }

    @Test
    void hits_overAReload_areThoseOfTheSameName() {
        var before = set(text(DENY, verbs(Verb.RETR).allows("a"), verbs(Verb.STOR).allows("b")));
        decide(before, "RETR a");
        decide(before, "NOOP");
        var after = RuleSet.compile(text(DENY, verbs(Verb.STOR).allows("c"), verbs(Verb.RETR).allows("a")), before);
        decide(after, "RETR a");
        // A session that has not taken the new set yet still counts.
        decide(before, "RETR a");
        assertThat(after.hits()).containsExactly(new Hits("c", 0), new Hits("a", 3), new Hits(Decision.DEFAULTS, 1));
    }

    @Test
    void verb_refusedInAnyCase_isToldFromOneThatDepends() {
        var set = set(text(DENY,
                verbs(Verb.MLSD).paths("/secret/**").denies("path"),
                verbs(Verb.MLSD).denies("mlsd"),
                verbs(Verb.SITE).arguments("CHMOD *").allows("chmod"),
                verbs(Verb.REST).users("anna").allows("anna"),
                verbs(Verb.SIZE).loggedIn(true).allows("size"),
                verbs(Verb.MDTM).denies("mdtm", any().users("bob").match()),
                any().allows("rest")));
        var bob = set.scope(facts("bob", true));
        assertThat(set.refusesAlways(Verb.MLSD, bob)).isTrue();
        assertThat(set.refusesAlways(Verb.SITE, bob)).isFalse();
        assertThat(set.refusesAlways(Verb.MDTM, bob)).isFalse();
        assertThat(set.refusesAlways(Verb.QUIT, bob)).isFalse();

        var strict = set(text(DENY, verbs(Verb.REST).users("anna").allows("anna"), verbs(Verb.SIZE).loggedIn(true).allows("size")));
        assertThat(strict.refusesAlways(Verb.REST, strict.scope(facts("bob", true)))).isTrue();
        assertThat(strict.refusesAlways(Verb.REST, strict.scope(facts("", false)))).as("anna may log in").isFalse();
        assertThat(strict.refusesAlways(Verb.SIZE, strict.scope(facts("", false)))).isFalse();
        assertThat(strict.refusesAlways(Verb.MLSD, strict.scope(facts("", false)))).isTrue();
    }

    @Test
    void explanation_ofAVerdict_saysWhyTheRulesAboveDidNot() {
        var set = set(text(DENY,
                verbs(Verb.STOR).denies("uploads"),
                any().users("partner-*").denies("partners"),
                any().from("198.51.100.0/24").denies("dmz"),
                any().paths("/secret/**").denies("secret"),
                any().denies("all-but-bob", any().users("bob").match()),
                verbs(Verb.RETR).allows("downloads"),
                any().denies("never-asked")));
        question.ask(command("RETR /pub/a"), Directory.UNKNOWN, DataMode.NONE, 0);
        var explanation = set.explain(facts("bob", true), question, CLOCK);
        assertThat(explanation.steps()).map(Explanation.Step::toString).containsExactly(
                "uploads (line 1): no: RETR is not STOR",
                "partners (line 1): no: user 'bob' is not partner-*",
                "dmz (line 1): no: client 192.0.2.10 is not in 198.51.100.0/24",
                "secret (line 1): no: /pub/a is not /secret/**",
                "all-but-bob (line 1): excepted: unless user bob",
                "downloads (line 1): decides");
        assertThat(explanation.decision().rule()).isEqualTo("downloads");
        assertThat(set.hits()).extracting(Hits::count).containsOnly(0L);
    }

    @Test
    void explanation_ofWhatIsNotKnown_saysWhat() {
        var set = set(text(DENY, any().paths("/secret/**").denies("secret")));
        question.ask(command("RETR a"), Directory.UNKNOWN, DataMode.NONE, 0);
        assertThat(set.explain(facts("bob", true), question, CLOCK).steps()).map(Explanation.Step::toString)
                .containsExactly("secret (line 1): unresolved, so it refuses: the directory is not known");
    }

    @Test
    void verdict_thatAllows_allocatesNothing() {
        var early = new Times.Window(DayOfWeek.MONDAY, DayOfWeek.SUNDAY, 0, 60);
        var set = set(text(DENY,
                verbs(Verb.RETR, Verb.LIST).paths("/secret/**").denies("secret"),
                verbs(Verb.RETR).paths("**/*.key", "/pub/**/*.pem").denies("keys"),
                any().arguments("*.key", "secret*", "?ub/a.t*b").denies("arguments"),
                any().times(early).denies("early", any().from("192.0.2.0/24").users("b*").match()),
                any().denies("late", any().times(early).match()),
                any().modes(DataMode.PORT).denies("active", any().paths("/pub/**").match()),
                any().denies("not-in-pub", any().users("anna").match(), any().paths("/pub/**").match()),
                any().rule("all", new Outcome(Outcome.Action.ALLOW, null, false,
                        new Rate(Rate.MOST, Rate.Unit.SECOND, Rate.MOST, Rate.Key.CLIENT), 0))));
        var scope = set.scope(facts("bob", true));
        var commands = new Command[] {command("RETR pub/a.txt"), command("LIST -R pub")};
        var directory = Directory.of(new byte[] {'/'});
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        // Interpreted code and the compiler may allocate where compiled code does not: it must come to nothing in the end.
        for (var round = 0; round < 50; round++) {
            var before = threads.getCurrentThreadAllocatedBytes();
            for (var i = 0; i < 10_000; i++) {
                question.ask(commands[i % commands.length], directory, DataMode.PASV, round * SECOND);
                if (!(set.decide(scope, question, limits, CLOCK) instanceof Decision.Allow)) {
                    throw new AssertionError("refused");
                }
            }
            if (threads.getCurrentThreadAllocatedBytes() - before < 10_000) {
                return;
            }
        }
        throw new AssertionError("each verdict allocates");
    }

    private Decision decide(RuleSet set, String line) {
        return decide(set, line, 0);
    }

    private Decision decide(RuleSet set, String line, long nowNanos) {
        question.ask(command(line), Directory.of(new byte[] {'/'}), DataMode.NONE, nowNanos);
        return set.decide(set.scope(facts("bob", true)), question, limits, CLOCK);
    }

    private static SessionFacts facts(String user, boolean loggedIn) {
        return new SessionFacts(address("192.0.2.10"), address("198.51.100.20"), "warehouse", user, true, loggedIn, TlsState.PLAIN);
    }

    private static RuleSet set(RuleText text) {
        return RuleSet.compile(text, null);
    }
}
