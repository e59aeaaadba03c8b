package dev.sallyport.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.Verb;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.Effect;
import dev.sallyport.session.EndReason;
import dev.sallyport.session.Input;
import dev.sallyport.session.Moved;
import dev.sallyport.session.PinholeId;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEngine;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionId;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.telemetry.LiveSession.State;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is told to be open, with the engine's own events. */
class LiveSessionsTest {

    private static final Endpoint CLIENT = endpoint("192.0.2.10", 40_000);
    private static final Endpoint GATEWAY = endpoint("203.0.113.1", 21);
    private static final Endpoint SERVER = endpoint("198.51.100.20", 21);
    private static final SessionContext CONTEXT = new SessionContext(new SessionId(46), CLIENT, GATEWAY);
    private static final PinholeId FIRST = new PinholeId(CONTEXT.id(), 1);

    private final AtomicLong nowNanos = new AtomicLong(7_000_000_000L);
    private final LiveSessions live = new LiveSessions(nowNanos::get);
    private final SessionEngine engine = new SessionEngine(CONTEXT, SessionPolicy.DEFAULT, nowNanos.get());

    @Test
    void session_from_arrival_to_end() {
        assertThat(live.sessions()).isEmpty();
        arrive();
        assertThat(session()).isEqualTo(new LiveSession(
                CONTEXT.id(), "main", CLIENT, GATEWAY, null, "", State.CONNECTING, null, Duration.ZERO, 0, 0, 0, 0));
        connect();
        assertThat(session().state()).isEqualTo(State.LOGIN);
        login();
        pass(Duration.ofSeconds(5));
        assertThat(session()).isEqualTo(new LiveSession(
                CONTEXT.id(), "main", CLIENT, GATEWAY, SERVER, "demo", State.READY, null, Duration.ofSeconds(5), 0, 0, 0, 0));
        feed(new Input.KillRequested(EndReason.KILLED));
        assertThat(live.sessions()).isEmpty();
        assertThat(live.count()).isZero();
    }

    @Test
    void pinhole_from_opening_to_the_end_of_its_data() {
        arrive();
        connect();
        login();
        client("PASV");
        server("227 Entering Passive Mode (198,51,100,20,195,80)");
        assertThat(live.pinholes()).as("before the data path has opened it").isEmpty();
        feed(new Input.PinholeOpened(FIRST, new Port(2122)));
        pass(Duration.ofSeconds(10));
        assertThat(live.pinholes()).containsExactly(new LivePinhole(
                FIRST, "main", Side.CLIENT, CLIENT.address(), null, endpoint("203.0.113.1", 2122),
                endpoint("198.51.100.20", 50_000), Duration.ofSeconds(10), Duration.ofSeconds(20)));

        client("RETR a b");
        feed(new Input.DataOpened(FIRST, CLIENT));
        server("150 here");
        assertThat(live.pinholes()).singleElement().matches(LivePinhole::used);
        assertThat(session().state()).isEqualTo(State.TRANSFER);
        assertThat(session().pinholes()).isOne();
        assertThat(session().transfer()).isEqualTo(new LiveSession.Command(Verb.RETR, "a b"));

        feed(new Input.DataClosed(FIRST, new Moved(900, 3), DataEnd.CLOSED));
        assertThat(live.pinholes()).isEmpty();
        server("226 done");
        assertThat(session().state()).isEqualTo(State.READY);
        assertThat(session().transfers()).isOne();
        assertThat(session().bytesToClient()).isEqualTo(900);
        assertThat(session().bytesToServer()).isEqualTo(3);
        assertThat(session().transfer()).as("the last one").isEqualTo(new LiveSession.Command(Verb.RETR, "a b"));
    }

    /** A client that opens data connections and never asks for a transfer must leave nothing behind. */
    @Test
    void pinholes_used_without_a_transfer_are_gone_with_their_data() {
        arrive();
        connect();
        login();
        for (var number = 1; number <= 100; number++) {
            var pinhole = new PinholeId(CONTEXT.id(), number);
            client("PASV");
            server("227 Entering Passive Mode (198,51,100,20,195,80)");
            feed(new Input.PinholeOpened(pinhole, new Port(2122)));
            feed(new Input.DataOpened(pinhole, CLIENT));
            feed(new Input.DataClosed(pinhole, new Moved(1, 0), DataEnd.RESET));
        }
        assertThat(live.pinholes()).isEmpty();
        assertThat(session().bytesToClient()).isEqualTo(100);
        assertThat(session().transfers()).isZero();
    }

    @Test
    void pinhole_that_nobody_uses_is_gone_when_it_expires() {
        arrive();
        connect();
        login();
        client("PASV");
        server("227 Entering Passive Mode (198,51,100,20,195,80)");
        feed(new Input.PinholeOpened(FIRST, new Port(2122)));
        pass(Duration.ofSeconds(31));
        assertThat(live.pinholes()).singleElement().extracting(LivePinhole::remaining).isEqualTo(Duration.ZERO);
        feed(new Input.DeadlineReached());
        assertThat(live.pinholes()).isEmpty();
    }

    @Test
    void sessions_stand_in_the_order_of_their_ids() {
        for (var number : List.of(-1L, 3L, 1L, Long.MAX_VALUE)) {
            live.of("main").observe(
                    new SessionContext(new SessionId(number), CLIENT, GATEWAY), new SessionEvent.Arrived());
        }
        assertThat(live.sessions()).extracting(session -> session.id().number()).containsExactly(1L, 3L, Long.MAX_VALUE, -1L);
    }

    private LiveSession session() {
        return live.sessions().getFirst();
    }

    private void arrive() {
        live.of("main").observe(CONTEXT, new SessionEvent.Arrived());
    }

    private void connect() {
        feed(new Input.ServerConnected(endpoint("198.51.100.1", 50_000), SERVER));
        server("220 ready");
    }

    private void login() {
        client("USER demo");
        server("331 password");
        client("PASS x");
        server("230 in");
    }

    private void client(String line) {
        feed(new Input.ClientLine(FtpLine.of(line)));
    }

    private void server(String line) {
        feed(new Input.ServerLine(FtpLine.of(line)));
    }

    private void pass(Duration time) {
        nowNanos.addAndGet(time.toNanos());
    }

    private void feed(Input input) {
        for (var effect : engine.handle(input, nowNanos.get())) {
            if (effect instanceof Effect.Publish(var event)) {
                live.of("main").observe(CONTEXT, event);
            }
        }
    }

    private static Endpoint endpoint(String address, int port) {
        return new Endpoint(Objects.requireNonNull(Addresses.parse(address)), new Port(port));
    }
}
