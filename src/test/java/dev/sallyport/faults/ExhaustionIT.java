package dev.sallyport.faults;

import static dev.sallyport.faults.Caller.HONEST;
import static dev.sallyport.faults.Caller.HOSTILE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.datapath.Transport;
import dev.sallyport.faults.ScriptedServer.Visitor;
import dev.sallyport.proxy.GatewaySettings;
import dev.sallyport.rules.OwnAddresses;
import dev.sallyport.session.EndReason;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionPolicy.Timeouts;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Peers that ask for all the time or memory there is: they get a bounded part, and the others what they need. {@link FloodIT}
 * has those that ask for the processor.
 */
@Timeout(60)
class ExhaustionIT extends ThroughEachTransport {

    private static final long GIGABYTE = 1L << 30;

    /** What the sockets between two ends swallow, generously. */
    private static final long SOCKETS = 32L << 20;

    ExhaustionIT(Transport transport) throws IOException {
        super(transport);
    }

    // ---- Time ----

    /** As many as an address may have, each of which sends a byte now and then and never a line. */
    @Test
    void slowLoris_withAllItsSessions_isEndedInTimeAndKeepsNobodyOut() throws Exception {
        var sessions = GatewaySettings.Limits.DEFAULT.sessionsPerClient();
        var login = Duration.ofSeconds(3);
        var usual = GuardedServer.POLICY.timeouts();
        var hasty = GuardedServer.POLICY.withTimeouts(
                new Timeouts(usual.greeting(), login, usual.idle(), usual.reply(), usual.pinhole()));
        try (var short3 = new GuardedServer(transport, hasty, OwnAddresses.NONE)) {
            var slow = new ArrayList<Caller>();
            try {
                for (var i = 0; i < sessions; i++) {
                    slow.add(new Caller(short3.endpoint(), HOSTILE));
                }
                for (var caller : slow) {
                    caller.control.expect("220 ");
                }
                try (var oneMore = new Caller(short3.endpoint(), HOSTILE)) {
                    oneMore.control.expectExactly("421 Too many sessions from your address, try again later.");
                    oneMore.control.expectEnd();
                }
                try (var honest = Caller.loggedIn(short3.endpoint(), HONEST)) {
                    for (var letter : "USER".split("")) {
                        for (var caller : slow) {
                            caller.control.sendBare(letter);
                        }
                        honest.exactly("NOOP", "200 Zzz.");
                        TimeUnit.MILLISECONDS.sleep(500);
                    }
                    for (var caller : slow) {
                        caller.control.expectExactly("421 No login in time.");
                        caller.control.expectEnd();
                    }
                    honest.exactly("NOOP", "200 Zzz.");
                }
            } finally {
                for (var caller : slow) {
                    caller.close();
                }
            }
            // The client hears of its end just before the observer does.
            await().untilAsserted(() -> assertThat(
                            short3.told(SessionEvent.Ended.class).filter(ended -> ended.reason() == EndReason.LOGIN_TIMEOUT))
                    .hasSize(sessions)
                    .allSatisfy(ended -> assertThat(ended.duration()).isBetween(login, login.plusSeconds(1))));
            short3.servesTheNext();
        }
    }

    @Test
    void greeting_thatNeverEnds_endsTheSession() throws Exception {
        var lines = new ConcurrentLinkedQueue<>(List.of("120 Wait.", "220-Wait."));
        guarded.server.greet((none, visitor) -> repeat(lines.remove(), visitor));
        try (var one = new Caller(guarded.endpoint(), HOSTILE)) {
            one.control.expectExactly("120 Wait.");
            try (var other = new Caller(guarded.endpoint(), HOSTILE)) {
                one.control.expectMany("120 Wait.", "421 The server sent no greeting in time.");
                other.control.expectMany("220-Wait.", "421 The server sent no greeting in time.");
            }
        }
    }

    @Test
    void reply_thatNeverEnds_endsTheSession() throws Exception {
        guarded.server.on("HELP", (line, visitor) -> repeat(line, visitor));
        try (var one = Caller.loggedIn(guarded.endpoint()); var other = Caller.loggedIn(guarded.endpoint())) {
            one.control.send("HELP 150 Any time now.");
            other.control.send("HELP 214-Help.");
            one.control.expectMany("150 Any time now.", "421 The server left a command unanswered for too long.");
            other.control.expectMany("214-Help.", "421 The server left a command unanswered for too long.");
        }
    }

    // ---- Memory ----

    @Test
    void line_ofAGigabyte_fromAClient_endsTheSessionAndIsNotKept() throws Exception {
        var sent = new AtomicLong();
        var kept = Memory.mostKeptWhile(() -> {
            try (var caller = Caller.loggedIn(guarded.endpoint())) {
                var flood = flood(caller.control.socket(), 'x', sent);
                caller.control.expectExactly("500 Line too long.");
                flood.join();
            }
        });
        assertThat(guarded.faults()).containsExactly("CLIENT LINE_TOO_LONG");
        assertThat(sent).as("otherwise no attack").hasValueGreaterThan(SOCKETS);
        assertThat(kept).isLessThan(Memory.OF_AN_ATTACK);
    }

    @Test
    void line_ofAGigabyte_fromAServer_endsTheSessionAndIsNotKept() throws Exception {
        var sent = new AtomicLong();
        guarded.server.on("HELP", (none, visitor) -> flood(visitor.control.socket(), 'x', sent).join());
        var kept = Memory.mostKeptWhile(() -> {
            try (var caller = Caller.loggedIn(guarded.endpoint())) {
                caller.exactly("HELP", "421 Line too long.");
                caller.control.expectEnd();
            }
        });
        assertThat(guarded.faults()).containsExactly("SERVER LINE_TOO_LONG");
        assertThat(sent).hasPositiveValue();
        assertThat(kept).isLessThan(Memory.OF_AN_ATTACK);
    }

    /** While the server has not greeted, nothing of the client is read that could not be handled. */
    @Test
    void gigabyte_beforeTheGreeting_isNotRead() throws Exception {
        var sent = new AtomicLong();
        guarded.server.greet((none, visitor) -> {});
        var kept = Memory.mostKeptWhile(() -> {
            try (var caller = new Caller(guarded.endpoint(), HOSTILE)) {
                var flood = flood(caller.control.socket(), '\n', sent);
                TimeUnit.SECONDS.sleep(1);
                assertThat(sent).as("what the sockets swallow").hasValueLessThan(SOCKETS);
                caller.control.expectExactly("421 The server sent no greeting in time.");
                caller.close();
                flood.join();
            }
        });
        assertThat(kept).isLessThan(Memory.OF_AN_ATTACK);
    }

    @Test
    void multiLineReply_thatNeverEnds_endsTheSessionAndIsNotKept() throws Exception {
        var block = ("214-Help.\r\n" + " Help.\r\n".repeat(10_000)).getBytes(ISO_8859_1);
        guarded.server.on("HELP", (none, visitor) -> {
            while (true) {
                visitor.control.socket().getOutputStream().write(block);
            }
        });
        var kept = Memory.mostKeptWhile(() -> {
            try (var caller = Caller.loggedIn(guarded.endpoint())) {
                caller.exactly("HELP", "214-Help.");
                caller.control.expectMany(" Help.", "421 The server's reply has too many lines.");
            }
        });
        assertThat(guarded.faults()).containsExactly("SERVER REPLY_TOO_LONG");
        assertThat(kept).isLessThan(Memory.OF_AN_ATTACK);
    }

    // ---- What several do ----

    /** Sends a gigabyte of one byte, or what the other side takes of it. */
    private static CompletableFuture<Void> flood(Socket socket, int octet, AtomicLong sent) {
        var block = new byte[1 << 16];
        Arrays.fill(block, (byte) octet);
        return Aside.untilCut(() -> {
            while (sent.get() < GIGABYTE) {
                socket.getOutputStream().write(block);
                sent.addAndGet(block.length);
            }
        });
    }

    /** A server that says the same again and again. */
    private static void repeat(String line, Visitor visitor) throws IOException, InterruptedException {
        while (true) {
            visitor.control.send(line);
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }
}
