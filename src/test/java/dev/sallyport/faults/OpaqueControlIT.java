package dev.sallyport.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.datapath.Transport;
import dev.sallyport.rules.OwnAddresses;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.TlsPolicy;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Protocol 32, 33, 37: a control connection that is opaque, both ends of which may do as they like. Records hold no newline. */
@Tag("system")
@ParameterizedClass
@EnumSource(Transport.class)
class OpaqueControlIT {

    private static final String HELLO = "\u0016\u0003\u0001\u0000\u0001h";
    private static final String DATA = "\u0017\u0003\u0003\u0000\u0001d";
    private static final String ALERT = "\u0015\u0003\u0003\u0000\u0002\u0001\u0000";

    /** What must not come is waited for so long. */
    private static final int SILENCE_MILLIS = 300;

    private final GuardedServer guarded;
    private final LinkedBlockingQueue<Dialogue> visitors = new LinkedBlockingQueue<>();
    private final CountDownLatch over = new CountDownLatch(1);

    @SuppressWarnings("NullAway.Init")
    private Caller caller;
    /** The client's end, and the server's. */
    @SuppressWarnings("NullAway.Init")
    private Dialogue near;
    @SuppressWarnings("NullAway.Init")
    private Dialogue far;

    OpaqueControlIT(Transport transport) throws IOException {
        var usual = GuardedServer.POLICY;
        guarded = new GuardedServer(transport, new SessionPolicy(
                null, null, usual.clientSourcePort(), TlsPolicy.PASSTHROUGH, List.of(), usual.rules(), usual.limits(),
                usual.timeouts()), OwnAddresses.NONE);
    }

    @BeforeEach
    void becomeOpaque() throws Exception {
        guarded.server.on("AUTH", (mechanism, visitor) -> {
            visitor.control.send("234 Go ahead.");
            visitors.add(visitor.control);
            over.await();
        });
        caller = new Caller(guarded.endpoint(), "127.0.0.1");
        near = caller.control;
        near.expect("220 ");
        caller.ask("AUTH TLS", "234 ");
        far = visitors.take();
        far.socket().setSoTimeout((int) TimeUnit.SECONDS.toMillis(15));
    }

    @AfterEach
    void end() throws IOException {
        caller.close();
        over.countDown();
        guarded.close();
    }

    @Test
    void commandInClear_insteadOfTls_reachesNobody_andEndsTheSession() throws Exception {
        near.send("USER evil");
        near.expectEnd();
        far.expectEnd();
        assertThat(guarded.faults()).containsExactly("CLIENT CLEAR_TEXT_IN_TLS");
    }

    @Test
    void replyInClear_insteadOfTls_reachesNobody_andEndsTheSession() throws Exception {
        near.sendBare(DATA);
        assertThat(far.bytes(DATA.length())).isEqualTo(DATA);
        far.send("227 Entering Passive Mode (127,0,0,1,195,80)");
        near.expectEnd();
        far.expectEnd();
        assertThat(guarded.faults()).containsExactly("SERVER CLEAR_TEXT_IN_TLS");
    }

    @Test
    void recordsAndWhatIsNone_inOneSegment_areParted() throws Exception {
        near.sendBare(HELLO + HELLO + "\u0019\u0003\u0003\u0000\u0001x");
        assertThat(far.line()).isEqualTo(HELLO + HELLO);
        near.expectEnd();
        assertThat(guarded.faults()).containsExactly("CLIENT CLEAR_TEXT_IN_TLS");
    }

    @Test
    void clearTextOfOne_reachesNobody_untilTheOtherHasLeftTls() throws Exception {
        speakTls();
        near.sendBare(ALERT + "NOOP\r\n");
        assertThat(far.bytes(ALERT.length())).isEqualTo(ALERT);
        assertSilent(far);
        far.sendBare(ALERT);
        assertThat(near.bytes(ALERT.length())).isEqualTo(ALERT);
        far.expectExactly("NOOP");
        far.send("200 Zzz.");
        near.expectExactly("200 Zzz.");
    }

    @Test
    void clearTextOfOne_isDropped_whenItEndsWithoutHavingLeftTls() throws Exception {
        speakTls();
        near.send("PORT 127,0,0,1,195,80");
        near.socket().shutdownOutput();
        far.expectEnd();
        assertThat(guarded.told(SessionEvent.PinholeOpened.class)).isEmpty();
    }

    @Test
    void clearText_andTheEndRightBehindIt_waitForTheServerToLeaveTls() throws Exception {
        speakTls();
        near.sendBare(ALERT + "NOOP\r\nQUIT\r\n");
        near.socket().shutdownOutput();
        assertThat(far.bytes(ALERT.length())).isEqualTo(ALERT);
        assertSilent(far);
        far.sendBare(ALERT);
        far.expectExactly("NOOP", "QUIT");
        far.expectEnd();
        far.send("200 Zzz.");
        far.send("221 Bye.");
        far.close();
        assertThat(near.bytes(ALERT.length())).isEqualTo(ALERT);
        near.expectExactly("200 Zzz.", "221 Bye.");
        near.expectEnd();
    }

    @Test
    void lastWordsOfTheServerInClear_waitForTheClientToLeaveTls() throws Exception {
        speakTls();
        far.sendBare(ALERT + "421 That was all.\r\n");
        far.socket().shutdownOutput();
        assertThat(near.bytes(ALERT.length())).isEqualTo(ALERT);
        assertSilent(near);
        near.sendBare(ALERT);
        near.expectExactly("421 That was all.");
        near.expectEnd();
    }

    /** A warning looks like close_notify, and a client may claim that it was: nobody has logged in. */
    @Test
    void portOfALyingClient_opensNothing_beforeTheServerHasShownThatItIsLoggedIn() throws Exception {
        speakTls();
        far.sendBare(ALERT);
        near.send("PORT 127,0,0,1,195,80");
        far.expectExactly("PWD");
        // TLS stands as far as this server knows: to it that is no record.
        far.sendBare(ALERT);
        far.close();
        assertThat(near.bytes(ALERT.length())).isEqualTo(ALERT);
        await().until(() -> guarded.gateway.sessions() == 0);
        assertThat(guarded.told(SessionEvent.Cleared.class)).hasSize(1);
        assertThat(guarded.told(SessionEvent.PinholeOpened.class)).isEmpty();
    }

    /** Both sides have sent what only TLS that stands sends. */
    private void speakTls() throws IOException {
        near.sendBare(DATA);
        assertThat(far.bytes(DATA.length())).isEqualTo(DATA);
        far.sendBare(DATA);
        assertThat(near.bytes(DATA.length())).isEqualTo(DATA);
    }

    private static void assertSilent(Dialogue end) throws IOException {
        var patience = end.socket().getSoTimeout();
        end.socket().setSoTimeout(SILENCE_MILLIS);
        assertThatThrownBy(end::line).isInstanceOf(SocketTimeoutException.class);
        end.socket().setSoTimeout(patience);
    }
}
