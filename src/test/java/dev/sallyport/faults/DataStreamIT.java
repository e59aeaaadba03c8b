package dev.sallyport.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.datapath.Transport;
import dev.sallyport.session.Moved;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;

/** Half-close, reset and the last bytes: what one side does to a data connection is what the other side sees. */
class DataStreamIT extends ThroughEachTransport {

    /** More than all socket buffers on the way. */
    private static final long BIG = 32L << 20;

    private static final long TAIL = 8L << 20;
    private static final int SMALL_BUFFER = 16_384;

    DataStreamIT(Transport transport) throws IOException {
        super(transport);
    }

    /** A half-closed connection has no interest left until its output fills up: RenewingEpollHandler says what went wrong. */
    @Test
    void clientThatHasClosedItsSendingSide_readsSlowly_getsAll() throws Exception {
        try (var caller = Caller.loggedIn(guarded.endpoint()); var data = caller.connect(caller.passive(), SMALL_BUFFER)) {
            caller.ask("RETR " + BIG, "150 ");
            data.shutdownOutput();
            awaitStandstill(guarded.server.sent);
            assertThat(Sequence.read(data.getInputStream())).isEqualTo(BIG);
            caller.control.expect("226 ");
        }
    }

    @Test
    void clientThatClosesItsSendingSide_afterAllWasSentButNotRead_getsAll() throws Exception {
        // As much as the buffers on the way hold, the gateway's own among them: its sender has gone when the client half-closes.
        var size = 3_000_000L;
        try (var caller = Caller.loggedIn(guarded.endpoint()); var data = caller.connect(caller.passive(), SMALL_BUFFER)) {
            var before = guarded.server.sent.get();
            caller.ask("RETR " + size, "150 ");
            await().until(() -> guarded.server.sent.get() - before == size || guarded.server.sent.get() == size);
            data.shutdownOutput();
            assertThat(Sequence.read(data.getInputStream())).isEqualTo(size);
            caller.control.expect("226 ");
        }
    }

    @Test
    void serverThatHasClosedItsSendingSide_readsSlowly_getsAll() throws Exception {
        var sent = new AtomicLong();
        guarded.server.on("STOR", (name, visitor) -> {
            visitor.control.send("150 Let it come.");
            try (var data = visitor.data()) {
                data.shutdownOutput();
                awaitStandstill(sent);
                guarded.server.received.set(Sequence.read(data.getInputStream()));
            }
            visitor.control.send("226 Stored.");
        });
        try (var caller = Caller.loggedIn(guarded.endpoint()); var data = caller.connect(caller.passive())) {
            caller.ask("STOR file", "150 ");
            Sequence.write(data.getOutputStream(), BIG, sent);
            data.shutdownOutput();
            caller.control.expect("226 ");
            assertThat(guarded.server.received).hasValue(BIG);
        }
    }

    @Test
    void server_sendsAndCloses_slowClientGetsTheTail() throws Exception {
        try (var caller = Caller.loggedIn(guarded.endpoint()); var data = caller.connect(caller.passive(), SMALL_BUFFER)) {
            caller.ask("RETR " + TAIL, "150 ");
            awaitStandstill(guarded.server.sent);
            assertThat(Sequence.read(data.getInputStream())).isEqualTo(TAIL);
            caller.control.expect("226 ");
        }
    }

    @Test
    void server_sendsAndClosesEverything_slowClientGetsTheTail() throws Exception {
        guarded.server.on("RETR", (bytes, visitor) -> {
            visitor.send(Long.parseLong(bytes));
            visitor.control.close();
        });
        try (var caller = Caller.loggedIn(guarded.endpoint()); var data = caller.connect(caller.passive(), SMALL_BUFFER)) {
            caller.ask("RETR " + TAIL, "150 ");
            awaitStandstill(guarded.server.sent);
            assertThat(Sequence.read(data.getInputStream())).isEqualTo(TAIL);
            caller.control.expect("226 ");
            caller.control.expect("421 ");
            caller.control.expectEnd();
        }
    }

    @Test
    void client_sendsAndCloses_slowServerGetsTheTail() throws Exception {
        var sent = new AtomicLong();
        guarded.server.on("STOR", (name, visitor) -> {
            awaitStandstill(sent);
            visitor.receive();
        });
        try (var caller = Caller.loggedIn(guarded.endpoint())) {
            try (var data = caller.connect(caller.passive())) {
                caller.control.send("STOR file");
                Sequence.write(data.getOutputStream(), TAIL, sent);
            }
            caller.control.expect("150 ");
            caller.control.expect("226 ");
            assertThat(guarded.server.received).hasValue(TAIL);
        }
    }

    /** Both sides have said their end, the client has left, and some of its bytes wait for a server that reads nothing. */
    @Test
    void serverThatTakesNothing_fromAClientThatHasLeft_isLeftInTime() throws Exception {
        var over = new CountDownLatch(1);
        guarded.server.on("STOR", (name, visitor) -> {
            visitor.control.send("150 Let it come.");
            try (var data = visitor.data()) {
                data.shutdownOutput();
                over.await();
            }
            visitor.control.send("426 Nothing came.");
        });
        try (var caller = Caller.loggedIn(guarded.endpoint())) {
            try (var data = caller.connect(caller.passive())) {
                caller.ask("STOR file", "150 ");
                assertThat(data.getInputStream().read()).as("the server's end").isNegative();
                sendUntilSomeWaits(data);
            }
            await().atMost(Duration.ofSeconds(12)).untilAsserted(() -> assertThat(guarded.relay().open()).isZero());
            over.countDown();
            caller.control.expect("426 ");
        } finally {
            over.countDown();
        }
    }

    /** Less than what makes the gateway stop reading. */
    private void sendUntilSomeWaits(Socket data) throws IOException {
        var block = new byte[64 << 10];
        var sent = 0L;
        do {
            data.getOutputStream().write(block);
            sent += block.length;
        } while (allIsTaken(sent));
    }

    private boolean allIsTaken(long sent) {
        try {
            await().pollInterval(Duration.ofMillis(1)).atMost(Duration.ofMillis(300)).until(() -> guarded.relay().moving().values().stream()
                    .mapToLong(Moved::bytesToServer).sum() == sent);
            return true;
        } catch (ConditionTimeoutException someWaits) {
            return false;
        }
    }

    @Test
    void server_resetsADownload_clientSeesAResetAndNotTheEnd() throws Exception {
        guarded.server.on("RETR", (bytes, visitor) -> {
            visitor.control.send("150 Here it comes.");
            try (Socket data = visitor.data()) {
                Sequence.write(data.getOutputStream(), 10_000, guarded.server.sent);
                Dialogue.reset(data);
            }
            visitor.control.send("451 The disk is gone.");
        });
        try (var caller = Caller.loggedIn(guarded.endpoint()); var data = caller.connect(caller.passive())) {
            caller.ask("RETR 20000", "150 ");
            caller.control.expect("451 ");
            assertThatThrownBy(() -> Sequence.read(data.getInputStream())).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void client_resetsAnUpload_serverSeesAResetAndNotTheEnd() throws Exception {
        try (var caller = Caller.loggedIn(guarded.endpoint())) {
            var data = caller.connect(caller.passive());
            caller.ask("STOR file", "150 ");
            Sequence.write(data.getOutputStream(), 10_000, new AtomicLong());
            Dialogue.reset(data);
            caller.control.expect("426 ");
            assertThat(guarded.server.received).hasNegativeValue();
        }
    }

    /** Waits until everything on the way is full: the reader is slow, and the writer has been stopped. */
    private static void awaitStandstill(AtomicLong sent) {
        var before = new AtomicLong(-1);
        await().atMost(Duration.ofSeconds(5))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> before.getAndSet(sent.get()) == sent.get() && sent.get() > 0);
    }
}
