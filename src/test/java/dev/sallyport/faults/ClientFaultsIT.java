package dev.sallyport.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.datapath.Transport;
import dev.sallyport.session.EndReason;
import dev.sallyport.session.SessionEvent;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Clients that do not read, or vanish: the server is neither kept waiting nor flooded, and nothing is left behind. */
class ClientFaultsIT extends ThroughEachTransport {

    /** More than the socket buffers of a server, a gateway and a client together swallow. */
    private static final long MORE_THAN_BUFFERS = 256L << 20;

    /** What those buffers may swallow, generously. */
    private static final long BUFFERS = 64L << 20;

    ClientFaultsIT(Transport transport) throws IOException {
        super(transport);
    }

    @Test
    void client_neverReadsItsData_transferIsResetAndTheSessionGoesOn() throws Exception {
        try (var caller = Caller.loggedIn(guarded.endpoint())) {
            try (var data = caller.connect(caller.passive())) {
                caller.ask("RETR " + MORE_THAN_BUFFERS, "150 ");
                caller.control.expect("426 ");
                assertThatThrownBy(() -> Sequence.read(data.getInputStream())).isInstanceOf(SocketException.class);
            }
            assertThat(guarded.server.sent).hasValueLessThan(BUFFERS);
            assertThat(caller.download(70_000)).isEqualTo(70_000);
        }
    }

    @Test
    void client_neverReadsItsReplies_sessionEndsAndTheServerIsNotReadOn() throws Exception {
        var answered = new AtomicInteger();
        guarded.server.on("HELP", (none, visitor) -> {
            visitor.control.send("214 " + "x".repeat(4000));
            answered.incrementAndGet();
        });
        try (var caller = Caller.loggedIn(guarded.endpoint())) {
            assertThatThrownBy(() -> {
                        while (true) {
                            caller.control.send("HELP");
                        }
                    })
                    .isInstanceOf(SocketException.class);
            assertThat(answered.get() * 4000L).isLessThan(BUFFERS);
        }
        awaitEnd(EndReason.REPLY_TIMEOUT);
    }

    @Test
    void client_resetsEverythingInADownload_serverSeesIt() throws Exception {
        var caller = Caller.loggedIn(guarded.endpoint());
        var data = caller.connect(caller.passive());
        caller.ask("RETR " + MORE_THAN_BUFFERS, "150 ");
        assertThat(data.getInputStream().readNBytes(100_000)).hasSize(100_000);
        Dialogue.reset(data);
        Dialogue.reset(caller.control.socket());
        awaitEnd(EndReason.CLIENT_RESET);
    }

    @Test
    void client_resetsEverythingInAnUpload_serverDoesNotTakeItForTheEnd() throws Exception {
        var caller = Caller.loggedIn(guarded.endpoint());
        var data = caller.connect(caller.passive());
        caller.ask("STOR file", "150 ");
        data.getOutputStream().write(new byte[Long.BYTES]);
        Dialogue.reset(data);
        Dialogue.reset(caller.control.socket());
        awaitEnd(EndReason.CLIENT_RESET);
        await().until(() -> guarded.server.visitors() == 0);
        assertThat(guarded.server.received).as("a whole file, as far as the server knows").hasNegativeValue();
    }

    @Test
    void client_closesItsControlConnectionInADownload_downloadGoesOn() throws Exception {
        try (var caller = Caller.loggedIn(guarded.endpoint()); var data = caller.connect(caller.passive(), 16_384)) {
            caller.ask("RETR " + (8 << 20), "150 ");
            caller.control.socket().shutdownOutput();
            assertThat(Sequence.read(data.getInputStream())).isEqualTo(8 << 20);
            caller.control.expect("226 ");
            caller.control.expectEnd();
        }
        awaitEnd(EndReason.CLIENT_CLOSED);
    }

    private void awaitEnd(EndReason reason) {
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(guarded.events)
                .anyMatch(event -> event instanceof SessionEvent.Ended ended && ended.reason() == reason));
    }
}
