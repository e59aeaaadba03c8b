package dev.sallyport.session;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.rules.TranscriptRules;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.Verb;
import dev.sallyport.lab.OfflineSession;
import dev.sallyport.rules.Armed;
import dev.sallyport.rules.Check;
import dev.sallyport.rules.Checks;
import dev.sallyport.rules.Level;
import dev.sallyport.rules.RuleSet;
import dev.sallyport.session.SessionEvent.Ruling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What rules do to a session over time: they are replaced, and other sessions use up what they allow. */
class RulesInForceTest {

    private static final RuleSet CLOSED = rules("{ name: no-deletes, commands: DELE, action: deny }");
    private static final RuleSet PATHS = rules("{ name: not-there, commands: DELE, paths: /pub/**, action: deny }");
    private static final RuleSet TWO = rules("{ name: two, commands: NOOP, rate: 2/h per client, action: allow }");

    private final List<String> said = new ArrayList<>();
    private final List<SessionEvent> events = new ArrayList<>();
    private final SessionHost host = SessionHost.alone();
    private Armed armed = Armed.DEFAULT;
    private OfflineSession session = session();

    @BeforeEach
    void logIn() {
        logIn(session);
    }

    @Test
    void rulesThatAreReplaced_areTakenAtTheNextCommand_andTold() {
        both("DELE a", "250 Gone");
        assertThat(said).containsExactly("> DELE a", "< 250 Gone");
        armed = new Armed(CLOSED, Checks.DEFAULT, 1);
        assertThat(events).noneMatch(SessionEvent.RulesTaken.class::isInstance);
        says(Side.CLIENT, "DELE b");
        assertThat(said).endsWith("< 550 Not permitted here.").doesNotContain("> DELE b");
        assertThat(events).endsWith(new SessionEvent.RulesTaken("test", 1),
                new SessionEvent.RuleDecided("no-deletes", Ruling.DENIED, Verb.DELE, "DELE b"));
        armed = new Armed(RuleSet.ALLOW_ALL, Checks.DEFAULT, 2);
        says(Side.CLIENT, "DELE c");
        assertThat(said).endsWith("> DELE c");
    }

    @Test
    void levelsOfChecks_areReplacedWithTheRules() {
        says(Side.CLIENT, "PORT 192,0,2,66,195,80");
        assertThat(said).endsWith("< 501 The data address must be your own.");
        armed = new Armed(RuleSet.ALLOW_ALL, Checks.DEFAULT.with(Check.BOUNCE, Level.OFF), 1);
        says(Side.CLIENT, "PORT 192,0,2,66,195,80");
        assertThat(said).endsWith("open to 192.0.2.10:50000");
    }

    @Test
    void commandThatWaitsForTheDirectory_isJudgedByTheRulesThatHeldIt() {
        armed = new Armed(PATHS, Checks.DEFAULT, 1);
        says(Side.CLIENT, "DELE a");
        says(Side.CLIENT, "DELE b");
        assertThat(said).containsExactly("> PWD");
        armed = new Armed(CLOSED, Checks.DEFAULT, 2);
        says(Side.SERVER, "257 \"/in\"");
        says(Side.SERVER, "250 Gone");
        assertThat(said).containsExactly("> PWD", "> DELE a", "< 250 Gone", "< 550 Not permitted here.");
    }

    @Test
    void commandForWhichTheDirectoryIsAsked_isCountedOnce_andTakesOneToken() {
        armed = new Armed(rules("""
                { name: few, commands: [DELE, RNFR], rate: 2/h per client, action: deny },
                { name: not-there, commands: [DELE, RNFR], paths: /secret/**, action: deny }"""), Checks.DEFAULT, 1);
        says(Side.CLIENT, "DELE a");
        says(Side.SERVER, "257 \"/pub\"");
        says(Side.SERVER, "250 Gone");
        both("RNFR b", "350 To what?");
        says(Side.CLIENT, "DELE c");
        assertThat(said).containsExactly(
                "> PWD", "> DELE a", "< 250 Gone", "> RNFR b", "< 350 To what?", "< 550 Not permitted here.");
        assertThat(armed.rules().hits()).extracting(RuleSet.Hits::count).as("few, not-there, defaults").containsExactly(1L, 0L, 2L);
    }

    /** RFC 959 §4.1.3: what RNFR and REST prepare must follow at once, so the directory is asked for ahead of them. */
    @Test
    void commandThatPreparesAnother_isCountedOnce_andTakesOneToken() {
        armed = new Armed(rules("""
                { name: few, commands: [RNFR, REST], rate: 2/h per client, action: allow },
                { name: not-there, commands: RNTO, paths: /secret/**, action: deny }"""), Checks.DEFAULT, 1);
        says(Side.CLIENT, "RNFR a");
        says(Side.SERVER, "257 \"/pub\"");
        says(Side.SERVER, "350 To what?");
        both("REST 5", "350 From there");
        says(Side.CLIENT, "REST 6");
        assertThat(said).containsExactly("> PWD", "> RNFR a", "< 350 To what?", "> REST 5", "< 350 From there",
                "< 450 Too many, try again later.");
        assertThat(armed.rules().hits()).extracting(RuleSet.Hits::count).containsExactly(3L, 0L, 0L);
    }

    @Test
    void rulesThatAskForTheMode_andCameBehindASetup_findItAnswered() {
        says(Side.CLIENT, "PORT 192,0,2,10,195,80");
        session.offer(new Input.PinholeOpened(new PinholeId(new SessionId(1), 1), new Port(50_000)));
        session.run();
        armed = new Armed(rules("{ name: not-without-port, direction: listing, mode: none, action: deny }"), Checks.DEFAULT, 1);
        says(Side.CLIENT, "LIST");
        says(Side.SERVER, "500 No PORT");
        assertThat(said).endsWith("< 500 No PORT", "< 550 Not permitted here.").doesNotContain("> LIST");
    }

    /** Rules that take letters of either case for one leave it its letters; the server answers something else meanwhile. */
    @Test
    void transferToTheDefaultPort_isToldWithTheNameThatTheServerTakes() {
        var text = "pathCase: ignore\nrules: [{ name: small, paths: /pub/**, size: 1K, action: allow }]\ndefaults: { action: deny }\n";
        armed = new Armed(new TranscriptRules().read("test", text, 1), Checks.DEFAULT.with(Check.DEFAULT_DATA_PORT, Level.OFF), 1);
        var path = "/Pub/\u00c3\u0089t\u00c3\u00a9";
        says(Side.CLIENT, "SIZE /pub/Other");
        says(Side.CLIENT, "RETR " + path);
        session.offer(new Input.PinholeOpened(new PinholeId(new SessionId(1), 1), new Port(50_000)));
        session.run();
        says(Side.SERVER, "213 5");
        says(Side.SERVER, "200 PORT good");
        says(Side.SERVER, "550 No such file");
        assertThat(said).endsWith("< 213 5", "> RETR " + path, "< 550 No such file");
        assertThat(events).filteredOn(SessionEvent.TransferEnded.class::isInstance).singleElement()
                .extracting(event -> ((SessionEvent.TransferEnded) event).transfer())
                .returns(path, Transfer::path)
                .returns("small", Transfer::rule);
    }

    @Test
    void clientThatLeavesWhileItsCommandWaits_isHeardOut() {
        armed = new Armed(PATHS, Checks.DEFAULT, 1);
        says(Side.CLIENT, "DELE a");
        session.end(Side.CLIENT, false);
        session.run();
        assertThat(said).containsExactly("> PWD");
        says(Side.SERVER, "257 \"/in\"");
        assertThat(said).containsExactly("> PWD", "> DELE a", "end to SERVER");
    }

    @Test
    void serverThatNeverSaysWhereItIs_endsTheSession() {
        armed = new Armed(PATHS, Checks.DEFAULT, 1);
        says(Side.CLIENT, "DELE a");
        session.pass(SessionPolicy.DEFAULT.timeouts().reply());
        assertThat(said).last().asString().startsWith("< 421 ");
        session.pass(Duration.ofSeconds(1));
        assertThat(session.ended()).isTrue();
    }

    @Test
    void rate_isSharedByTheSessionsOfAClient() {
        armed = new Armed(TWO, Checks.DEFAULT, 1);
        both("NOOP", "200 OK");
        var first = session;
        session = session();
        logIn(session);
        both("NOOP", "200 OK");
        says(Side.CLIENT, "NOOP");
        assertThat(said).endsWith("< 450 Too many, try again later.");
        session = first;
        says(Side.CLIENT, "NOOP");
        assertThat(said).endsWith("< 450 Too many, try again later.", "< 450 Too many, try again later.");
    }

    private void both(String command, String reply) {
        says(Side.CLIENT, command);
        says(Side.SERVER, reply);
    }

    private void says(Side side, String line) {
        session.receive(side, (line + "\r\n").getBytes(ISO_8859_1));
        session.run();
    }

    private void logIn(OfflineSession newcomer) {
        newcomer.offer(new Input.ServerConnected(endpoint("198.51.100.1", 45_000), endpoint("198.51.100.20", 21)));
        newcomer.run();
        says(Side.SERVER, "220 Ready");
        both("USER demo", "331 Password");
        both("PASS demo", "230 Welcome");
        said.clear();
    }

    private OfflineSession session() {
        var context = new SessionContext(new SessionId(1), endpoint("192.0.2.10", 40_000), endpoint("203.0.113.1", 21));
        return new OfflineSession(context, SessionPolicy.DEFAULT.withRules(() -> armed), host, new OfflineSession.Outlet() {
            @Override
            public void effect(Effect effect) {
                switch (effect) {
                    case Effect.ForwardToServer(var line) -> said.add("> " + line.text());
                    case Effect.ForwardToClient(var line) -> said.add("< " + line.text());
                    case Effect.ReplyToClient(var line) -> said.add("< " + line.text());
                    case Effect.OpenPinhole(var request) -> said.add("open to " + request.target());
                    case Effect.EndOutput(var side) -> said.add("end to " + side);
                    case Effect.Publish(var event) -> events.add(event);
                    default -> {}
                }
            }

            @Override
            public void unseen(Side from, byte[] bytes) {
                throw new AssertionError("nothing here becomes opaque");
            }
        });
    }

    private static RuleSet rules(String rule) {
        return new TranscriptRules().read("test", "rules: [" + rule + "]\ndefaults: { action: allow }\n", 1);
    }

    private static Endpoint endpoint(String address, int port) {
        return new Endpoint(requireNonNull(Addresses.parse(address)), new Port(port));
    }
}
