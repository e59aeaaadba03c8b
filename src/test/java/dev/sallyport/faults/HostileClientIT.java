package dev.sallyport.faults;

import static dev.sallyport.faults.ActiveCommand.numbers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.datapath.Transport;
import dev.sallyport.rules.OwnAddresses;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.TlsPolicy;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Clients that attack the network behind their own firewall (NAT slipstreaming), or whoever looks into their connection.
 * {@link BounceIT} has those that attack a third party, {@link DataConnectionsIT} those who are after others' data,
 * {@link LoginFloodIT} those who guess passwords, {@link ExhaustionIT} and {@link FloodIT} those who ask for too much.
 */
class HostileClientIT extends SparingAVictim {

    /** Records of TLS, as far as a gateway can see; the end of a line is the end of their content. */
    private static final String HELLO = "\u0016\u0003\u0001\0\7hello";
    private static final String HELLO_TO_YOU = "\u0016\u0003\u0003\0\7howdy";

    /** Where a browser sends what it posts in one go ends here: the next byte begins a segment. */
    private static final int SEGMENT = 1460;

    HostileClientIT(Transport transport) throws IOException {
        super(transport);
    }

    // ---- Slipstreaming ----

    /**
     * A page has the browser post to the attacker's server, through the firewall of the browser's network. The body is laid
     * out so that a segment begins with PORT: a packet filter that looks at segments opens the port to its own network.
     */
    @ParameterizedTest
    @EnumSource
    void slipstream_postWhoseSegmentBeginsWithACommand_opensNothing(ActiveCommand command) throws Exception {
        try (var ownService = new Victim("127.0.0.1"); var caller = new Caller(guarded.endpoint(), "127.0.0.1")) {
            caller.control.expect("220 ");
            var head = "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\n"
                    + "Content-Length: 100000\r\n\r\n--b\r\nUSER demo\r\nPASS demo\r\n";
            sendSegments(caller, head + "x".repeat(2 * SEGMENT - head.length() - 2) + "\r\n",
                    command.to(ownService.endpoint()) + "\r\nRETR 1000\r\n");
            caller.control.expectExactly("500 This is FTP, not HTTP.");
            caller.control.expectEnd();
            ownService.sawNobody();
        }
        assertThat(guarded.faults()).containsExactly("CLIENT HTTP_ON_CONTROL_PORT");
        assertThat(guarded.told(SessionEvent.PinholeOpened.class)).isEmpty();
        assertThat(guarded.server.heard).isEmpty();
    }

    /** Without a first line that gives it away: the command is the tail of one line that fills segments. */
    @ParameterizedTest
    @EnumSource
    void slipstream_commandInAnOversizedLine_opensNothing(ActiveCommand command) throws Exception {
        try (var ownService = new Victim("127.0.0.1"); var caller = Caller.loggedIn(guarded.endpoint())) {
            sendSegments(caller, "x".repeat(3 * SEGMENT), command.to(ownService.endpoint()) + "\r\nRETR 1000\r\n");
            caller.control.expectExactly("500 Line too long.");
            caller.control.expectEnd();
            ownService.sawNobody();
        }
        assertThat(guarded.faults()).containsExactly("CLIENT LINE_TOO_LONG");
        assertThat(guarded.told(SessionEvent.PinholeOpened.class)).isEmpty();
        assertThat(guarded.server.heard).containsExactlyInAnyOrder("USER demo", "PASS demo");
    }

    @ParameterizedTest
    @EnumSource
    void slipstream_beforeGreetingAndLogin_opensNothing(ActiveCommand command) throws Exception {
        guarded.server.greet((none, visitor) -> {
            TimeUnit.MILLISECONDS.sleep(200);
            visitor.control.send("220 Ready.");
        });
        try (var ownService = new Victim("127.0.0.1"); var caller = new Caller(guarded.endpoint(), "127.0.0.1")) {
            caller.control.send(command.to(ownService.endpoint()));
            caller.control.expectExactly("220 Ready.", "530 Log in first.");
            caller.exactly("RETR 1000", "530 Log in first.");
            ownService.sawNobody();
        }
        assertThat(guarded.faults()).containsExactly("CLIENT COMMAND_BEFORE_LOGIN", "CLIENT COMMAND_BEFORE_LOGIN");
        assertThat(guarded.server.heard).isEmpty();
    }

    private static void sendSegments(Caller caller, String... segments) throws Exception {
        for (var segment : segments) {
            caller.control.sendBare(segment);
            // Delivered by itself, and read as such.
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    // ---- What is not FTP ----

    record Foreign(String bytes, String reply, String fault) {}

    static List<Foreign> foreign() {
        return List.of(
                new Foreign("227 Entering Passive Mode (127,0,0,66,80,80)\r\n", "500 A client sends commands, not replies.",
                        "REPLY_FROM_CLIENT"),
                new Foreign("SSH-2.0-OpenSSH_9.9\r\n", "500 This is FTP; SFTP and SSH are other protocols, on port 22.",
                        "SSH_ON_CONTROL_PORT"),
                new Foreign("\u0016\u0003\u0001\u0000\u00f8\u0001\u0000\u0000\u00f4\u0003\u0003",
                        "500 This port speaks plain FTP first; TLS from the first byte is not FTP.", "TLS_ON_PLAIN_PORT"),
                new Foreign("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "500 This is FTP, not HTTP.", "HTTP_ON_CONTROL_PORT"));
    }

    @ParameterizedTest
    @MethodSource("foreign")
    void client_thatSpeaksSomethingElse_isToldAndTheServerHearsNothing(Foreign foreign) throws Exception {
        try (var caller = new Caller(guarded.endpoint(), "127.0.0.1")) {
            caller.control.expect("220 ");
            caller.control.sendBare(foreign.bytes);
            caller.control.expectExactly(foreign.reply);
            caller.control.expectEnd();
        }
        assertThat(guarded.faults()).containsExactly("CLIENT " + foreign.fault);
        assertThat(guarded.server.heard).isEmpty();
    }

    // ---- AUTH ----

    /** CVE-2011-1575: what stands in clear behind AUTH would be carried out as if it had come encrypted. */
    @Test
    void auth_withBytesBehindIt_inBothDirections_dropsThem() throws Exception {
        var to = victim.endpoint();
        var policy = GuardedServer.POLICY;
        var passing = new SessionPolicy(
                policy.advertisedToClients(), policy.advertisedToServers(), policy.clientSourcePort(), TlsPolicy.PASSTHROUGH,
                policy.rules(), policy.limits(), policy.timeouts());
        try (var opaque = new GuardedServer(transport, passing, OwnAddresses.NONE)) {
            opaque.server.on("AUTH", (mechanism, visitor) -> {
                // What came with it is here by now.
                TimeUnit.MILLISECONDS.sleep(50);
                visitor.control.sendBare("234 Go ahead.\r\n230 You are in.\r\n227 Entering Passive Mode (" + numbers(to) + ")\r\n");
            });
            opaque.server.on(HELLO.toUpperCase(Locale.ROOT), (none, visitor) -> visitor.control.send(HELLO_TO_YOU));
            try (var caller = new Caller(opaque.endpoint(), "127.0.0.1")) {
                caller.control.expect("220 ");
                caller.control.sendBare("AUTH TLS\r\nUSER evil\r\nPASS evil\r\n" + ActiveCommand.PORT.to(to) + "\r\nRETR 1000\r\n");
                caller.control.expectExactly("234 Go ahead.");
                caller.exactly(HELLO, HELLO_TO_YOU);
            }
            assertThat(opaque.faults()).containsExactlyInAnyOrder(
                    "CLIENT BYTES_BEHIND_AUTH (logged)", "SERVER BYTES_BEHIND_AUTH (logged)");
            assertThat(opaque.server.heard).containsExactlyInAnyOrder("AUTH TLS", HELLO);
            opaque.servesTheNext();
        }
    }

    @Test
    void auth_refused_whatStandsBehindItIsInspectedAsBefore() throws Exception {
        try (var caller = new Caller(guarded.endpoint(), "127.0.0.1")) {
            caller.control.expect("220 ");
            caller.control.sendBare("AUTH TLS\r\nUSER demo\r\nPASS demo\r\n" + ActiveCommand.PORT.to(victim.endpoint()) + "\r\n");
            caller.control.expectExactly("534 TLS is refused by policy.", "331 Password?", "230 Welcome.", NOT_YOURS);
        }
        assertThat(guarded.faults()).containsExactly("CLIENT AUTH_REFUSED", "CLIENT ADDRESS_NOT_PEER");
        assertThat(guarded.server.heard).containsExactlyInAnyOrder("USER demo", "PASS demo");
    }
}
