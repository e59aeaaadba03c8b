package dev.sallyport.rules;

import static dev.sallyport.rules.Matching.address;
import static dev.sallyport.rules.Matching.any;
import static dev.sallyport.rules.Matching.command;
import static dev.sallyport.rules.Matching.verbs;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Named.named;

import dev.sallyport.ftp.Verb;
import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That a command costs no more for rules that it cannot meet: they are not asked. */
class RuleIndexTest {

    private static final int OTHERS = 1000;

    /** Monday, 10:00. */
    private static final int NOW = 600;

    private static final SessionFacts FACTS = new SessionFacts(
            address("192.0.2.10"), address("198.51.100.20"), "warehouse", "bob", true, true, TlsState.PLAIN, "CN=scanner");

    /** In {@code /data}. */
    private static final List<String> LINES = List.of("RETR Reports/2026.csv", "EPRT |1|203.0.113.7|5000|");

    private final Question question = new Question();

    /** Rules that differ, by number, in one thing, which neither of the commands in {@link #LINES} meets. */
    static Stream<Named<IntFunction<Rule>>> others() {
        return Stream.of(
                named("from", i -> any().from("10.1." + i / 256 + "." + i % 256).denies("")),
                named("to", i -> any().to("2001:db8:" + Integer.toHexString(i + 1) + "::/48").denies("")),
                named("gateway", i -> any().gateways("yard" + i).denies("")),
                named("users", i -> any().users("partner" + i).denies("")),
                named("users by pattern", i -> any().users("partner" + i + "-*").denies("")),
                named("subject", i -> any().subjects("CN=printer-" + i).denies("")),
                named("unless subject", i -> any().denies("", any().subjects("CN=printer-" + i, "CN=scanner").match())),
                named("login", _ -> any().loggedIn(false).denies("")),
                named("tls", _ -> any().tls(TlsState.CLEARED).denies("")),
                named("commands", i -> verbs(i % 2 == 0 ? Verb.STOR : Verb.SITE).denies("")),
                named("data from", _ -> any().dataFrom("203.0.113.9").denies("")),
                named("data to", i -> any().dataTo("10.1." + i / 256 + "." + i % 256).denies("")),
                named("direction", _ -> any().directions(Direction.UPLOAD).denies("")),
                named("mode", i -> any().modes(i % 2 == 0 ? DataMode.EPSV : DataMode.LPRT).denies("")),
                named("time", i -> any().times(window(NOW + 1 + i % 200, NOW)).denies("")),
                named("folders", i -> any().paths("/data/other" + i + "/**").denies("")),
                named("beginnings of names", i -> any().paths("/data/Reports/" + i + "x*").denies("")),
                named("endings of names", i -> any().paths("**/*.x" + i).denies("")),
                named("endings of folders", i -> any().paths("**/x" + i + "/2026.csv").denies("")),
                named("beginnings of arguments", i -> any().arguments("other" + i + "*").denies("")),
                named("endings of arguments", i -> any().arguments("*.x" + i).denies("")),
                named("unless from", i -> any().denies("", any().from("10.1." + i / 256 + "." + i % 256, "192.0.2.0/24").match())),
                named("unless users", i -> any().denies("", any().users("partner" + i, "b*").match())),
                named("unless to, gateway, login, tls", _ -> any().denies("", any().users("anna").match(),
                        any().to("198.51.100.20").gateways("ware*").loggedIn(true).tls(TlsState.PLAIN).match())),
                named("unless commands", i -> any().denies("", verbs(i % 2 == 0 ? Verb.STOR : Verb.DELE, Verb.RETR, Verb.EPRT).match())),
                named("unless mode", _ -> any().denies("", any().modes(DataMode.PASV, DataMode.EPRT).match())),
                named("unless time", i -> any().denies("", any().times(window(NOW - i % 200, NOW + 1)).match())));
    }

    @ParameterizedTest
    @MethodSource("others")
    void rulesThatDifferInOneThing_areNotAsked(IntFunction<Rule> other) {
        for (var line : LINES) {
            assertThat(left(line, other)).as(line).containsExactly(OTHERS);
        }
    }

    /** A field that is new shall be in the index too. */
    @Test
    void rulesThatDifferInOneThing_areOfAllFields() {
        assertThat(others().flatMap(other -> Conditions.named(other.getPayload().apply(0).match()).stream()))
                .contains(Conditions.Field.values());
    }

    /** Of a folder no more is known than that something in it is meant: the rules for it are asked, those beside it not. */
    @Test
    void rulesBesideAFolder_areNotAsked() {
        assertThat(left("LIST -R other7", i -> any().paths("/data/other" + i + "/**").denies("")))
                .contains(7, OTHERS).hasSizeLessThan(OTHERS / 8);
    }

    @Test
    void user_withUSER_isWhomItNames() {
        assertThat(left("USER partner7", i -> any().users("partner" + i).denies(""))).containsExactly(7, OTHERS);
        assertThat(left("USER partner7", i -> any().denies("", any().users("partner7", "x" + i).match()))).containsExactly(OTHERS);
    }

    /** The last rule is for everything; the others are asked if the index leaves them. */
    private List<Integer> left(String line, IntFunction<Rule> other) {
        var rules = new ArrayList<Rule>();
        for (var i = 0; i < OTHERS; i++) {
            rules.add(other.apply(i));
        }
        rules.add(any().denies("all"));
        var index = new RuleIndex(Matching.text(Outcome.ALLOW, false, rules));
        question.ask(command(line), Directory.of("/data".getBytes(US_ASCII)), DataMode.PASV, 0);
        question.at((_, _) -> NOW);
        var asked = new ArrayList<Integer>();
        var left = index.left(new Scope(FACTS, index), question);
        for (var i = left.next(0); i >= 0; i = left.next(i + 1)) {
            asked.add(i);
        }
        return asked;
    }

    private static Times.Window window(int begin, int end) {
        return new Times.Window(DayOfWeek.MONDAY, DayOfWeek.MONDAY, begin, end);
    }
}
