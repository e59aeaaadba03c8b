package dev.sallyport.rules;

import static dev.sallyport.rules.Matching.any;
import static dev.sallyport.rules.Matching.text;
import static dev.sallyport.rules.Matching.verbs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Verb;
import dev.sallyport.rules.limit.Rate;
import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LintTest {

    private static final Outcome DENY = new Outcome(Outcome.Action.DENY, null, true, null, 0);

    private static final String TAKEN_AWAY = " can never match: its 'unless' takes away all that it matches.";

    @Test
    void rule_belowOneThatTakesAll_isFound() {
        var findings = Lint.of(text(DENY, verbs(Verb.STOR, Verb.DELE).denies("first"), verbs(Verb.DELE).allows("late")));
        assertThat(findings).singleElement().extracting(Finding::text)
                .isEqualTo("'late' can never decide: 'first' on line 1 comes first and takes all that it matches. Move it up, or"
                        + " remove it.");
    }

    @Test
    void rule_thatTwoAboveShare_isFound() {
        assertThat(shadowed(verbs(Verb.STOR).denies("stor"), any().from("10.0.0.0/8").paths("/pub/**").denies("pub"),
                verbs(Verb.STOR, Verb.DELE).from("10.1.0.0/16").paths("/pub/a").allows("both"))).containsExactly("both");
    }

    @Test
    void rule_belowNarrowerOnes_isLeftAlone() {
        assertThat(shadowed(
                verbs(Verb.STOR).from("10.1.0.0/16").denies("network"),
                verbs(Verb.STOR).users("bob").denies("user"),
                verbs(Verb.STOR).paths("/**").denies("path"),
                verbs(Verb.STOR).loggedIn(true).denies("login"),
                verbs(Verb.STOR).arguments("*").denies("argument"),
                verbs(Verb.STOR).modes(DataMode.PASV).denies("mode"),
                verbs(Verb.STOR).times(new Times.Window(DayOfWeek.MONDAY, DayOfWeek.FRIDAY, 0, 1440)).denies("time"),
                verbs(Verb.STOR).denies("exception", any().users("anna").match()),
                verbs(Verb.STOR).rule("rate", new Outcome(Outcome.Action.DENY, null, true,
                        new Rate(1, Rate.Unit.HOUR, 1, Rate.Key.RULE), 0)),
                verbs(Verb.STOR).from("10.0.0.0/8").allows("below"))).isEmpty();
    }

    @Test
    void login_beforeAndAfterAbove_isWhole() {
        assertThat(shadowed(any().loggedIn(true).allows("after"), any().loggedIn(false).denies("before"),
                verbs(Verb.NOOP).allows("below"))).containsExactly("below");
    }

    @Test
    void exception_ofOtherCommands_takesNothingAway() {
        assertThat(shadowed(verbs(Verb.STOR, Verb.DELE).denies("first", verbs(Verb.DELE).users("bob").match()),
                verbs(Verb.STOR).allows("stor"), verbs(Verb.DELE).allows("dele"))).containsExactly("stor");
    }

    @ParameterizedTest
    @CsvSource({
        "bob, bob, true", "b*, bob, true", "b*, bo*, true", "*, [a-c]?, true", "[a-c]*, bob, true", "bob, b*, false",
        "bo*, b*, false", "[a-c]*, b*, false", "b?b, b*, false"
    })
    void user_withinAnother_isToldFromPlainTextAndPrefixes(String outer, String inner, boolean shadowed) {
        assertThat(shadowed(any().users(outer).denies("outer"), any().users(inner).allows("inner")).contains("inner"))
                .isEqualTo(shadowed);
    }

    @ParameterizedTest
    @CsvSource({
        "/**, /a/b, true", "/**, **/x, true", "/a/**, /a, true", "/a/**, /a/*/b, true", "/a/*, /a/b, true", "**/b, /a/b, true",
        "/a/*, /a/b/c, false", "/a/**, /ab, false", "/a/**, /*/b, false", "/a/b, /a/**, false"
    })
    void path_withinAnother_isToldFromFolders(String outer, String inner, boolean shadowed) {
        assertThat(shadowed(verbs(Verb.RETR).paths(outer).denies("outer"), verbs(Verb.RETR).paths(inner).allows("inner"))
                .contains("inner")).isEqualTo(shadowed);
    }

    @Test
    void rule_thatNothingMeets_isToldWhy() {
        var findings = Lint.of(text(DENY,
                verbs(Verb.NOOP).paths("/a").denies("paths"),
                verbs(Verb.RETR).directions(Direction.UPLOAD).denies("direction"),
                verbs(Verb.PASV).modes(DataMode.PORT).denies("mode"),
                verbs(Verb.RETR).dataFrom("192.0.2.1").denies("from"),
                verbs(Verb.QUIT).denies("quit"),
                verbs(Verb.RETR).dataTo("192.0.2.0/24").paths("/a").denies("fields")));
        assertThat(findings).extracting(Finding::text).containsExactly(
                "'paths' can never match: none of its commands takes a path. Remove 'paths', or name other commands.",
                "'direction' can never match: none of its commands transfers that way. Remove 'direction', or name other commands.",
                "'mode' can never match: none of its commands uses a data connection of that mode. Remove 'mode', or name other"
                        + " commands.",
                "'from' can never match: 'dataFrom' is of passive commands, and it names none. Name one, or remove it.",
                "'quit' can never match: no rule is asked about QUIT and ABOR. Remove it.",
                "'fields' can never match: no command meets all of its fields. Remove those that exclude each other.");
    }

    @Test
    void rule_thatItsOwnExceptionsTakeAllFrom_isFound() {
        var findings = Lint.of(text(DENY,
                any().users("bob").denies("users", any().users("*").match()),
                any().from("10.0.0.0/8").denies("from", any().from("10.0.0.0/7").match()),
                verbs(Verb.STOR).denies("commands", verbs(Verb.STOR, Verb.APPE).match()),
                any().denies("login", any().loggedIn(false).match(), any().loggedIn(true).match()),
                verbs(Verb.STOR, Verb.APPE).denies("left", verbs(Verb.STOR).match()),
                any().users("bob").allows("left too", any().users("b").match(), any().from("10.0.0.0/8").match())));
        assertThat(findings).extracting(Finding::text).containsExactly(Stream.of("users", "from", "commands", "login")
                .map(name -> "'" + name + "'" + TAKEN_AWAY + " Mend the one or the other, or remove the rule.")
                .toArray(String[]::new));
    }

    /**
     * What is found is certain: a rule that is reported never decides, whatever is asked. One that its own exceptions take all
     * from never matches; as any other, it refuses where it cannot be known.
     */
    @Test
    void findings_inRandomSets_neverDecide() {
        var reported = 0;
        for (var seed = 0L; seed < 60_000; seed++) {
            var world = new RuleWorld(seed);
            var text = world.text();
            var findings = Lint.of(text);
            var never = findings.stream().map(LintTest::name).toList();
            var emptied = findings.stream().filter(finding -> finding.text().contains(TAKEN_AWAY)).map(LintTest::name).toList();
            reported += never.size();
            for (var i = 0; i < 60 && !never.isEmpty(); i++) {
                var query = world.query();
                var decided = new NaiveRules(text).decide(query, false);
                var name = decided.replaceFirst(".* by ", "");
                if (!decided.contains("_UNKNOWN by ") || !emptied.contains(name)) {
                    assertThat(never).as("seed %d: %s", seed, query).doesNotContain(name);
                }
            }
        }
        assertThat(reported).as("rules reported at all").isGreaterThan(6_000);
    }

    /** Among rules of plain names and paths nothing is missed: what is not reported decides something in the whole small world. */
    @Test
    void findings_inSetsOfPlainEntries_areAllThereAre() {
        var users = List.of("bob", "anna");
        for (var seed = 0L; seed < 40_000; seed++) {
            var random = new SplittableRandom(seed);
            var rules = new ArrayList<Rule>();
            for (var i = 0; i < 6; i++) {
                var matching = verbs(random.nextBoolean() ? new Verb[] {Verb.RETR} : new Verb[] {Verb.RETR, Verb.STOR});
                if (random.nextInt(3) > 0) {
                    matching.users(users.subList(0, 1 + random.nextInt(2)).toArray(String[]::new));
                }
                if (random.nextInt(3) > 0) {
                    matching.paths(random.nextBoolean() ? new String[] {"/a"} : new String[] {"/a", "/b"});
                }
                rules.add(matching.denies("r" + i));
            }
            var text = text(Outcome.ALLOW, false, rules);
            var never = rules.stream().map(Rule::name).collect(Collectors.toCollection(HashSet::new));
            // "/c" and "zoe" stand for all that no rule names.
            for (var line : List.of("RETR /a", "RETR /b", "RETR /c", "STOR /a", "STOR /b", "STOR /c")) {
                for (var user : List.of("bob", "anna", "zoe")) {
                    var facts = new SessionFacts(Matching.address("192.0.2.1"), Matching.address("192.0.2.2"), "gate", user, true,
                            true, TlsState.PLAIN);
                    var query = new NaiveRules.Query(facts, Matching.command(line), "/", DataMode.NONE, null, 0);
                    never.remove(new NaiveRules(text).decide(query, false).replaceFirst(".* by ", ""));
                }
            }
            assertThat(shadowed(text)).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(never);
        }
    }

    private static List<String> shadowed(Rule... rules) {
        return shadowed(text(new Outcome(Outcome.Action.DENY, FtpLine.of("550 No."), true, null, 0), rules));
    }

    private static List<String> shadowed(RuleText text) {
        return Lint.of(text).stream().map(LintTest::name).toList();
    }

    private static String name(Finding finding) {
        return finding.text().split("'", -1)[1];
    }
}
