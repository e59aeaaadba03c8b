package dev.sallyport.faults;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.datapath.Transport;
import dev.sallyport.faults.ScriptedServer.Visitor;
import dev.sallyport.peers.OpenSockets;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Servers that fall silent, stammer or die: the client is told why, and nothing is left behind. */
class ServerFaultsIT extends ThroughEachTransport {

    ServerFaultsIT(Transport transport) throws IOException {
        super(transport);
    }

    @Test
    void server_neverGreets_clientIsTold() throws Exception {
        guarded.server.greet((none, visitor) -> {});
        try (var caller = new Caller(guarded.endpoint(), "127.0.0.1")) {
            caller.control.expect("421 The server sent no greeting in time.");
            caller.control.expectEnd();
        }
    }

    @Test
    void server_greetsOneByteASecond_clientIsTold() throws Exception {
        guarded.server.greet((none, visitor) -> stammer("220 Ready.", visitor));
        try (var caller = new Caller(guarded.endpoint(), "127.0.0.1")) {
            caller.control.expect("421 The server sent no greeting in time.");
            caller.control.expectEnd();
        }
    }

    @Test
    void server_neverAnswers_clientIsTold() throws Exception {
        guarded.server.on("SYST", (none, visitor) -> {});
        try (var caller = Caller.loggedIn(guarded.endpoint())) {
            caller.ask("SYST", "421 The server left a command unanswered for too long.");
            caller.control.expectEnd();
        }
    }

    @Test
    void server_answersOneByteASecond_clientIsTold() throws Exception {
        guarded.server.on("SYST", (none, visitor) -> stammer("215 UNIX Type: L8", visitor));
        try (var caller = Caller.loggedIn(guarded.endpoint())) {
            caller.ask("SYST", "421 The server left a command unanswered for too long.");
            caller.control.expectEnd();
        }
    }

    @Test
    void server_neverSendsTheData_clientIsTold() throws Exception {
        guarded.server.on("RETR", (bytes, visitor) -> visitor.control.send("150 Any time now."));
        try (var caller = Caller.loggedIn(guarded.endpoint()); var data = caller.connect(caller.passive())) {
            caller.ask("RETR 10", "150 ");
            assertThatThrownBy(() -> data.getInputStream().read()).isInstanceOf(SocketException.class);
            caller.control.expect("421 The server left a command unanswered for too long.");
            caller.control.expectEnd();
        }
    }

    @Test
    void server_claimsATransferThatNeverWas_sessionEndsSoonAfterItsClient() throws Exception {
        guarded.server.on("STOR", (name, visitor) -> {
            visitor.control.send("150 Any time now.");
            visitor.control.send("226 Done.");
        });
        try (var caller = Caller.loggedIn(guarded.endpoint())) {
            caller.passive();
            caller.ask("STOR x", "150 ");
            caller.control.expect("226 ");
            caller.ask("QUIT", "221 ");
        }
        await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> assertThat(guarded.gateway.sessions()).isZero());
    }

    @Test
    void server_neverReadsItsCommands_bothItsConnectionsEnd() throws Exception {
        var before = OpenSockets.of(ProcessHandle.current()).size();
        var testOver = new CountDownLatch(1);
        guarded.server.on("SYST", (none, visitor) -> testOver.await());
        try (var caller = Caller.loggedIn(guarded.endpoint())) {
            caller.control.send("SYST");
            var flood = Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        caller.control.send("NOOP " + "x".repeat(4000));
                    }
                } catch (IOException ended) {
                    // The gateway has closed.
                }
            });
            caller.control.expect("421 The server left a command unanswered for too long.");
            flood.join();
            // What is left are this test's two ends: that of the server, which has not looked yet, and the caller's.
            await().atMost(Duration.ofSeconds(5)).untilAsserted(
                    () -> assertThat(OpenSockets.of(ProcessHandle.current())).hasSizeLessThanOrEqualTo(before + 2));
        } finally {
            testOver.countDown();
        }
    }

    @Test
    void server_resetsEverythingInATransfer_clientSeesAResetAndIsTold() throws Exception {
        guarded.server.on("RETR", (bytes, visitor) -> {
            visitor.control.send("150 Here it comes.");
            var data = visitor.data();
            Sequence.write(data.getOutputStream(), 100_000, guarded.server.sent);
            Dialogue.reset(data);
            Dialogue.reset(visitor.control.socket());
        });
        try (var caller = Caller.loggedIn(guarded.endpoint()); var data = caller.connect(caller.passive())) {
            caller.ask("RETR 200000", "150 ");
            assertThatThrownBy(() -> Sequence.read(data.getInputStream())).isInstanceOf(SocketException.class);
            caller.control.expect("421 The server closed the control connection.");
            caller.control.expectEnd();
        }
    }

    @Test
    void server_closesWithoutAWord_clientIsTold() throws Exception {
        guarded.server.on("SYST", (none, visitor) -> visitor.control.close());
        try (var caller = Caller.loggedIn(guarded.endpoint())) {
            caller.ask("SYST", "421 The server closed the control connection.");
            caller.control.expectEnd();
        }
        assertThat(guarded.events).isNotEmpty();
    }

    private static void stammer(String reply, Visitor visitor) throws IOException, InterruptedException {
        for (byte each : (reply + "\r\n").getBytes(ISO_8859_1)) {
            visitor.control.socket().getOutputStream().write(each);
            TimeUnit.SECONDS.sleep(1);
        }
    }
}
