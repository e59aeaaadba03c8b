package dev.sallyport.telemetry;

import static dev.sallyport.telemetry.ObservedSession.CLIENT;
import static dev.sallyport.telemetry.ObservedSession.GATEWAY;
import static dev.sallyport.telemetry.ObservedSession.PASSIVE;
import static dev.sallyport.telemetry.ObservedSession.SERVER;
import static dev.sallyport.telemetry.ObservedSession.endpoint;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.Verb;
import dev.sallyport.session.DataProtection;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.EndReason;
import dev.sallyport.session.Input;
import dev.sallyport.session.Moved;
import dev.sallyport.session.PinholeId;
import dev.sallyport.session.SessionId;
import dev.sallyport.telemetry.LiveSession.State;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is told to be open, with the engine's own events. */
class LiveSessionsTest {

    private final AtomicLong nowNanos = new AtomicLong(7_000_000_000L);
    private final LiveSessions live = new LiveSessions(nowNanos::get);

    @Test
    void session_from_arrival_to_end() {
        assertThat(live.sessions()).isEmpty();
        var session = arrive(46);
        assertThat(only()).isEqualTo(new LiveSession(
                session.context.id(), "main", CLIENT, GATEWAY, null, "", Map.of(), State.CONNECTING, null, null, Duration.ZERO, Duration.ZERO,
                0, 0, 0, 0, Moved.NOTHING));
        session.connect();
        assertThat(only().state()).isEqualTo(State.LOGIN);
        session.login().pass(Duration.ofSeconds(5));
        assertThat(only()).isEqualTo(new LiveSession(
                session.context.id(), "main", CLIENT, GATEWAY, SERVER, "demo", Map.of(), State.READY, null, Verb.PASS, Duration.ofSeconds(5),
                Duration.ofSeconds(5), 0, 0, 0, 0, Moved.NOTHING));
        session.client("NOOP");
        assertThat(only().lastCommand()).isEqualTo(Verb.NOOP);
        assertThat(only().silence()).isZero();
        session.feed(new Input.KillRequested(EndReason.KILLED));
        assertThat(live.sessions()).isEmpty();
        assertThat(live.count()).isZero();
    }

    @Test
    void pinhole_from_opening_to_the_end_of_its_data() {
        var session = arrive(46).connect().login().client("PASV").server(PASSIVE);
        assertThat(live.pinholes()).as("before the data path has opened it").isEmpty();
        session.feed(new Input.PinholeOpened(session.pinhole(1), new Port(2122))).pass(Duration.ofSeconds(10));
        assertThat(live.pinholes()).containsExactly(new LivePinhole(
                session.pinhole(1), "main", Side.CLIENT, CLIENT.address(), null, endpoint("203.0.113.1", 2122),
                endpoint("198.51.100.20", 50_000), DataProtection.CLEAR, Duration.ofSeconds(10), Duration.ofSeconds(20)));

        session.client("RETR a b").feed(new Input.DataOpened(session.pinhole(1), CLIENT)).server("150 here");
        assertThat(live.pinholes()).singleElement().matches(LivePinhole::used);
        assertThat(only().state()).isEqualTo(State.TRANSFER);
        assertThat(only().pinholes()).isOne();
        assertThat(only().transfer()).isEqualTo(new LiveSession.Command(Verb.RETR, "a b"));

        session.dataClosed(1, new Moved(900, 3), DataEnd.CLOSED);
        assertThat(live.pinholes()).isEmpty();
        session.server("226 done");
        assertThat(only().state()).isEqualTo(State.READY);
        assertThat(only().transfers()).isOne();
        assertThat(only().bytesToClient()).isEqualTo(900);
        assertThat(only().bytesToServer()).isEqualTo(3);
        assertThat(only().transfer()).as("the last one").isEqualTo(new LiveSession.Command(Verb.RETR, "a b"));
    }

    @Test
    void dataConnection_thatStands_isKnownAsSomebodyLooks() {
        var session = arrive(46).connect().login();
        live.look(Map.of(session.pinhole(1), new Moved(1, 1)));
        session.dataConnection(1);
        live.look(Map.of(session.pinhole(1), new Moved(700, 3), new PinholeId(new SessionId(47), 1), new Moved(9, 9)));
        assertThat(only().running()).isEqualTo(new Moved(700, 3));
        live.look(Map.of(session.pinhole(1), new Moved(650, 4)));
        assertThat(only().running()).as("never less").isEqualTo(new Moved(700, 4));
        assertThat(only().bytesToClient()).isZero();
        session.dataClosed(1, new Moved(690, 5), DataEnd.CLOSED);
        assertThat(only().running()).isEqualTo(Moved.NOTHING);
        assertThat(only().bytesToClient()).isEqualTo(700);
        assertThat(only().bytesToServer()).isEqualTo(5);
    }

    @Test
    void dataOfAnOpaqueSession_isKnown_asItIsTold() {
        var session = arrive(46).connect().login().ranged(new Moved(100, 7), 2, 2);
        assertThat(only().bytesToClient()).isEqualTo(100);
        assertThat(only().bytesToServer()).isEqualTo(7);
        assertThat(only().pinholes()).isEqualTo(2);
        arrive(47).connect().login();
        assertThat(mostActive(1)).containsExactly(46L);
        session.ranged(new Moved(1, 0), 0, -2);
        assertThat(live.sessions().getFirst().pinholes()).isZero();
    }

    @Test
    void mostActive_knowsWhatIsUnderWay() {
        arrive(1).connect().login();
        var busy = arrive(2).connect().login().dataConnection(1);
        arrive(3).connect().login();
        live.look(Map.of(busy.pinhole(1), new Moved(0, 1)));
        assertThat(mostActive(1)).containsExactly(2L);
    }

    /** A client that opens data connections and never asks for a transfer must leave nothing behind. */
    @Test
    void pinholes_used_without_a_transfer_are_gone_with_their_data() {
        var session = arrive(46).connect().login();
        for (var number = 1; number <= 100; number++) {
            session.dataConnection(number).dataClosed(number, new Moved(1, 0), DataEnd.RESET);
        }
        assertThat(live.pinholes()).isEmpty();
        assertThat(only().bytesToClient()).isEqualTo(100);
        assertThat(only().transfers()).isZero();
    }

    @Test
    void pinhole_that_nobody_uses_is_gone_when_it_expires() {
        var session = arrive(46).connect().login().client("PASV").server(PASSIVE);
        session.feed(new Input.PinholeOpened(session.pinhole(1), new Port(2122))).pass(Duration.ofSeconds(31));
        assertThat(live.pinholes()).singleElement().extracting(LivePinhole::remaining).isEqualTo(Duration.ZERO);
        session.feed(new Input.DeadlineReached());
        assertThat(live.pinholes()).isEmpty();
    }

    @Test
    void sessions_stand_in_the_order_of_their_ids() {
        List.of(-1L, 3L, 1L, Long.MAX_VALUE).forEach(this::arrive);
        assertThat(live.sessions()).extracting(session -> session.id().number()).containsExactly(1L, 3L, Long.MAX_VALUE, -1L);
    }

    @Test
    void mostActive_areThoseThatMovedMostOfLate() {
        var sessions = List.of(arrive(1), arrive(2), arrive(3));
        sessions.forEach(session -> session.connect().login());
        move(sessions.get(0), 1, 5000);
        move(sessions.get(1), 1, 900);
        assertThat(mostActive(2)).containsExactly(1L, 2L);
        sessions.getFirst().pass(Duration.ofMinutes(5));
        move(sessions.get(2), 1, 10);
        move(sessions.get(1), 2, 20);
        assertThat(mostActive(1)).containsExactly(2L);
        sessions.getFirst().pass(Duration.ofHours(1));
        assertThat(mostActive(1)).as("nothing has moved: the most in all").containsExactly(1L);
        assertThat(mostActive(0)).isEmpty();
        assertThat(mostActive(10)).containsExactly(1L, 2L, 3L);
    }

    /** A session that is quick once, and one that is slow all the time: after three half-lives the second is the more active one. */
    @Test
    void mostActive_forgetByAndBy() {
        var once = arrive(1).connect().login();
        move(once, 1, 8_000);
        var always = arrive(2).connect().login().dataConnection(1);
        var overtaken = 0;
        for (var second = 1; second <= 120 && overtaken == 0; second++) {
            always.pass(Duration.ofSeconds(1));
            live.look(Map.of(always.pinhole(1), new Moved(50L * second, 0)));
            overtaken = mostActive(1).equals(List.of(2L)) ? second : 0;
        }
        // 8,000 / 2^(t/30) = 50 (1 - 2^(-t/30)) / (1 - 2^(-1/30)), at t = 67.
        assertThat(overtaken).isBetween(60, 70);
    }

    /** Another's scrape, however often, takes nothing away from mine. */
    @Test
    void mostActive_areTheSame_whoeverElseAsks() {
        var busy = arrive(1).connect().login();
        arrive(2).connect().login();
        move(arrive(3).connect().login(), 1, 1_000_000);
        busy.pass(Duration.ofMinutes(20));
        for (var i = 1; i <= 20; i++) {
            move(busy, i, 1_000);
            assertThat(mostActive(1)).as("one scraper").containsExactly(1L);
            assertThat(mostActive(1)).as("the other, at once").containsExactly(1L);
            busy.pass(Duration.ofSeconds(15));
            for (var other = 0; other < 5; other++) {
                assertThat(mostActive(1)).containsExactly(1L);
            }
        }
    }

    private List<Long> mostActive(int most) {
        return live.mostActive(most).stream().map(session -> session.id().number()).toList();
    }

    private static void move(ObservedSession session, int pinhole, long bytes) {
        session.dataConnection(pinhole).dataClosed(pinhole, new Moved(bytes, 0), DataEnd.CLOSED);
    }

    private LiveSession only() {
        assertThat(live.sessions()).hasSize(1);
        return live.sessions().getFirst();
    }

    private ObservedSession arrive(long id) {
        return new ObservedSession(id, live.of("main"), nowNanos);
    }
}
