package dev.sallyport.session;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.Side;
import dev.sallyport.rules.Armed;
import dev.sallyport.rules.Check;
import dev.sallyport.rules.Checks;
import dev.sallyport.rules.Level;
import dev.sallyport.rules.OwnAddresses;
import dev.sallyport.rules.RuleSet;
import dev.sallyport.rules.limit.Limits;
import dev.sallyport.rules.limit.LoginLimits;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What counts as a failed login, besides the server's refusal; and what a login waits for that others of its client do. */
class TurnsTest {

    private static final LoginLimits LOGINS = LoginLimits.DEFAULT;
    private static final Duration SOON = Duration.ofMillis(100);

    private final Limits limits = new Limits();
    private final Endpoint client = endpoint("192.0.2.10", 40_000);

    @ParameterizedTest
    @CsvSource({"PASS guess,true", "NOOP,false"})
    void session_cutWithASecretUnanswered_hasFailed(String last, boolean failed) {
        for (int i = 0; i < LOGINS.free(); i++) {
            assertThat(turn()).isZero();
            var engine = named(Level.ENFORCE);
            says(engine, last);
            engine.handle(new Input.InputEnded(Side.CLIENT, true), 0);
        }
        if (failed) {
            assertThat(turn()).isEqualTo(LOGINS.delay().toNanos());
        } else {
            assertThat(turn()).isZero();
        }
    }

    @Test
    void password_whoseClientIsTurnedAwayWhileItWaits_neverReachesTheServer() {
        failures(LOGINS.free());
        var engine = named(Level.ENFORCE);
        assertThat(says(engine, "PASS guess")).contains(held(LOGINS.delay())).noneMatch(TurnsTest::forwards);
        failures(LOGINS.refuseAfter() - LOGINS.free());
        assertThat(due(engine, LOGINS.delay()))
                .contains(new Effect.ReplyToClient(FtpLine.of("421 " + Fault.LOGIN_FLOOD.text())), new Effect.Close(false))
                .noneMatch(TurnsTest::forwards);
    }

    @Test
    void password_whoseTurnComesWhileTooManyAreUnderWay_waitsOnAndTakesItsTurnAnew() {
        failures(LOGINS.free());
        var engine = named(Level.ENFORCE);
        says(engine, "PASS guess");
        underWay(LOGINS.refuseAfter() - LOGINS.free());
        assertThat(due(engine, LOGINS.delay())).containsExactly(new Effect.SetDeadline(SOON));
        assertThat(due(engine, LOGINS.delay().plus(SOON))).containsExactly(new Effect.SetDeadline(SOON));
        limits.loginOver(client.address());
        assertThat(due(engine, LOGINS.delay().multipliedBy(2))).anyMatch(TurnsTest::forwards);
        assertThat(limits.beginLogin(client.address(), LOGINS, 0)).as("it is under way").isEqualTo(Limits.BUSY);
    }

    @Test
    void password_whileTooManyAreUnderWay_asksAgainSoon() {
        underWay(LOGINS.refuseAfter());
        var engine = named(Level.ENFORCE);
        assertThat(says(engine, "PASS guess")).contains(held(SOON)).noneMatch(TurnsTest::forwards);
        limits.loginOver(client.address());
        assertThat(due(engine, SOON)).anyMatch(TurnsTest::forwards);
    }

    @Test
    void password_whileManyAreUnderWayAndNobodyHasFailed_isNoFaultToTell() {
        underWay(LOGINS.refuseAfter());
        assertThat(says(named(Level.LOG), "PASS guess"))
                .anyMatch(TurnsTest::forwards)
                .noneMatch(Effect.Publish.class::isInstance);
    }

    @ParameterizedTest
    @CsvSource({"530 Wrong,1", "230 Welcome,2"})
    void password_thatIsAnswered_isUnderWayNoMore(String answer, int left) {
        underWay(LOGINS.refuseAfter() - 2);
        var engine = named(Level.ENFORCE);
        says(engine, "PASS guess");
        engine.handle(new Input.ServerLine(FtpLine.of(answer)), 0);
        underWay(left);
        assertThat(turn()).isEqualTo(Limits.BUSY);
        engine.handle(new Input.KillRequested(EndReason.KILLED), 0);
        assertThat(turn()).as("it is over once").isEqualTo(Limits.BUSY);
    }

    @Test
    void password_whoseSessionEnds_isUnderWayNoMore() {
        underWay(LOGINS.refuseAfter() - 1);
        var engine = named(Level.ENFORCE);
        says(engine, "PASS guess");
        assertThat(turn()).isEqualTo(Limits.BUSY);
        engine.handle(new Input.KillRequested(EndReason.KILLED), 0);
        assertThat(turn()).isZero();
    }

    private long turn() {
        return limits.turn(client.address(), LOGINS, 0);
    }

    private void failures(int count) {
        for (var i = 0; i < count; i++) {
            limits.loginFailed(client.address(), LOGINS, 0);
        }
    }

    /** Passwords of other sessions of the client. */
    private void underWay(int count) {
        for (var i = 0; i < count; i++) {
            assertThat(limits.beginLogin(client.address(), LOGINS, 0)).isZero();
        }
    }

    /** A session whose client has said its name. */
    private SessionEngine named(Level level) {
        var armed = Armed.of(RuleSet.ALLOW_ALL, Checks.DEFAULT.with(Check.LOGIN_FLOOD, level));
        var engine = new SessionEngine(
                new SessionContext(new SessionId(1), client, endpoint("203.0.113.1", 21)), SessionPolicy.DEFAULT.withRules(armed),
                new SessionHost(limits, (_, _) -> 0, OwnAddresses.NONE), Tally.NONE, 0);
        engine.handle(new Input.ServerConnected(endpoint("198.51.100.1", 45_000), endpoint("198.51.100.20", 21)), 0);
        engine.handle(new Input.ServerLine(FtpLine.of("220 Ready")), 0);
        says(engine, "USER root");
        engine.handle(new Input.ServerLine(FtpLine.of("331 Password?")), 0);
        return engine;
    }

    private static List<Effect> says(SessionEngine engine, String line) {
        return List.copyOf(engine.handle(new Input.ClientLine(FtpLine.of(line)), 0));
    }

    private static List<Effect> due(SessionEngine engine, Duration at) {
        return List.copyOf(engine.handle(new Input.DeadlineReached(), at.toNanos()));
    }

    private static Effect held(Duration time) {
        return new Effect.Publish(new SessionEvent.LoginHeld(time));
    }

    private static boolean forwards(Effect effect) {
        return effect instanceof Effect.ForwardToServer;
    }

    private static Endpoint endpoint(String address, int port) {
        return new Endpoint(requireNonNull(Addresses.parse(address)), new Port(port));
    }
}
