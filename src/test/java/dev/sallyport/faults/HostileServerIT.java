package dev.sallyport.faults;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.datapath.Transport;
import dev.sallyport.faults.ScriptedServer.Visitor;
import dev.sallyport.ftp.DataAddress;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.rules.Check;
import dev.sallyport.rules.Level;
import dev.sallyport.session.SessionEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Servers that attack: their clients, and third parties by way of clients (CVE-2020-8284), with addresses where they belong
 * and where they do not (CVE-2002-1978). {@link ServerFaultsIT} has those that merely fail, {@link ExhaustionIT} those that
 * never come to an end.
 */
class HostileServerIT extends SparingAVictim {

    HostileServerIT(Transport transport) throws IOException {
        super(transport);
    }

    // ---- Passive replies that lead elsewhere ----

    /** The victim's port on the server itself: there the client's connection goes, if anywhere. */
    @Test
    void passiveReply_namingAThirdParty_leadsToTheServerItself() throws Exception {
        var to = victim.endpoint();
        guarded.server.on("PASV", (none, visitor) -> visitor.control.send(passiveReply(to)));
        try (var caller = Caller.loggedIn(guarded.endpoint());
                var samePort = new ServerSocket(to.port().number(), 1, InetAddress.getByName("127.0.0.1"))) {
            var told = caller.passive();
            assertThat(told.address()).isEqualTo(guarded.endpoint().address());
            try (var data = caller.connect(told); var atTheServer = samePort.accept()) {
                atTheServer.getOutputStream().write('x');
                assertThat(data.getInputStream().read()).isEqualTo('x');
            }
            caller.exactly("NOOP", "200 Zzz.");
        }
        assertThat(guarded.faults()).containsExactly("SERVER PASSIVE_ADDRESS_REPLACED (logged)");
    }

    @Test
    void passiveReply_namingAThirdParty_whereThatIsEnforced_isRefused() throws Exception {
        try (var strict = new GuardedServer(transport, RulesInTest.check(Check.PASSIVE_ADDRESS, Level.ENFORCE))) {
            strict.server.on("PASV", (none, visitor) -> visitor.control.send(passiveReply(victim.endpoint())));
            isRefused(strict, "PASV", "425 The server's passive reply names another host.", "PASSIVE_ADDRESS_NOT_PEER");
            strict.servesTheNext();
        }
    }

    @Test
    void extendedPassiveReply_namingAThirdParty_isRefused() throws Exception {
        var to = victim.endpoint();
        guarded.server.on("EPSV", (none, visitor) -> visitor.control.send(
                "229 Entering Extended Passive Mode (|1|%s|%s|)".formatted(to.address().getHostAddress(), to.port())));
        isRefused(guarded, "EPSV", "425 The server's extended passive reply names another host.", "EXTENDED_ADDRESS_NOT_PEER");
    }

    @Test
    void passiveReply_toALowPort_isRefused() throws Exception {
        guarded.server.on("PASV", (none, visitor) -> visitor.say(22));
        isRefused(guarded, "PASV", "425 The server's passive reply names a port below 1024.", "PASSIVE_PORT_BELOW_1024");
    }

    @ParameterizedTest
    @ValueSource(strings = {"169.254.169.254", "224.0.0.1", "127.0.0.66"})
    void passiveReply_namingWhatNobodyMayHave_isRefusedThoughARuleNamesIt(String address) throws Exception {
        var rules = RulesInTest.of("""
                rules:
                  - { name: fxp, from: 127.0.0.1, to: 127.0.0.1, commands: passive, dataTo: %s, action: allow }
                defaults: { action: allow }
                """.formatted(address));
        try (var permitted = new GuardedServer(transport, rules)) {
            permitted.server.on("PASV", (none, visitor) -> visitor.control.send(
                    passiveReply(new Endpoint(InetAddress.getByName(address), victim.endpoint().port()))));
            isRefused(permitted, "PASV", "425 No data connection leads to or from this address.", "ADDRESS_FORBIDDEN");
            permitted.servesTheNext();
        }
    }

    /** The server's reply to a client's command, which hears another, and may go on. */
    private static void isRefused(GuardedServer by, String command, String told, String fault) throws IOException {
        try (var caller = Caller.loggedIn(by.endpoint())) {
            caller.exactly(command, told);
            caller.exactly("NOOP", "200 Zzz.");
        }
        assertThat(by.faults()).containsExactly("SERVER " + fault);
        nothingOpened(by);
    }

    // ---- Passive replies where none belongs ----

    /** What a server may say of itself, or of a file whose name a client has chosen: it is text, and goes on as that. */
    @Test
    void passiveReply_withinAnotherReply_opensNothing() throws Exception {
        var forged = passiveReply(victim.endpoint());
        var inOne = "200 " + forged;
        var inMany = List.of("214-Help.", forged, "227-" + forged.substring(4), " " + forged, "214 " + forged);
        guarded.server.on("SITE", (none, visitor) -> visitor.control.send(inOne));
        guarded.server.on("HELP", (none, visitor) -> visitor.control.send(String.join("\r\n", inMany)));
        try (var caller = Caller.loggedIn(guarded.endpoint())) {
            caller.exactly("SITE CHMOD 644 a", inOne);
            caller.exactly("HELP", inMany.toArray(String[]::new));
            caller.exactly("NOOP", "200 Zzz.");
        }
        assertThat(guarded.faults()).isEmpty();
        nothingOpened(guarded);
    }

    @Test
    void passiveReply_withinAListing_opensNothing() throws Exception {
        var listing = passiveReply(victim.endpoint()) + "\r\n229 Here (|||50101|)\r\nPORT 127,0,0,66,195,181\r\n";
        guarded.server.on("LIST", (none, visitor) -> {
            visitor.control.send("150 Here it comes.");
            try (var data = visitor.data()) {
                data.getOutputStream().write(listing.getBytes(ISO_8859_1));
            }
            visitor.control.send("226 Sent.");
        });
        try (var caller = Caller.loggedIn(guarded.endpoint())) {
            try (var data = caller.connect(caller.passive())) {
                caller.exactly("LIST", "150 Here it comes.");
                assertThat(new String(data.getInputStream().readAllBytes(), ISO_8859_1)).isEqualTo(listing);
            }
            caller.control.expectExactly("226 Sent.");
            assertThat(guarded.told(SessionEvent.PinholeOpened.class)).as("the one for the listing").hasSize(1);
            await().untilAsserted(() -> assertThat(guarded.gateway.dataPath().open()).isZero());
        }
        assertThat(guarded.faults()).isEmpty();
    }

    static List<String> unasked() {
        return List.of(
                "227 Entering Passive Mode (127,0,0,66,%d,%d)", "229 Entering Extended Passive Mode (|||%3$d|)",
                "228 Entering Long Passive Mode (4,4,127,0,0,66,2,%d,%d)");
    }

    @ParameterizedTest
    @MethodSource("unasked")
    void passiveReply_toNothing_orToAnotherCommand_opensNothingAndIsNotShown(String form) throws Exception {
        var port = victim.endpoint().port().number();
        var forged = form.formatted(port >> 8, port & 0xff, port);
        guarded.server.on("NOOP", (none, visitor) -> {
            visitor.control.send(forged);
            visitor.control.send("200 Zzz.");
            visitor.control.send(forged);
        });
        try (var caller = Caller.loggedIn(guarded.endpoint())) {
            caller.exactly("NOOP", "200 Zzz.");
            caller.exactly("NOOP", "200 Zzz.");
        }
        assertThat(guarded.faults()).hasSizeGreaterThanOrEqualTo(3).containsOnly("SERVER PASSIVE_REPLY_WITHOUT_COMMAND");
        nothingOpened(guarded);
    }

    // ---- What a server does not say ----

    record Foreign(String line, String reply, String fault) {}

    static List<Foreign> foreign() {
        return List.of(
                new Foreign("PORT 127,0,0,66,80,80", "421 A server sends replies, not commands.", "COMMAND_FROM_SERVER"),
                new Foreign("EPRT |1|127.0.0.66|8080|", "421 A server sends replies, not commands.", "COMMAND_FROM_SERVER"),
                new Foreign("PASV", "421 A server sends replies, not commands.", "COMMAND_FROM_SERVER"),
                new Foreign("HTTP/1.1 200 OK", "421 This is FTP, not HTTP.", "HTTP_ON_CONTROL_PORT"),
                new Foreign("SSH-2.0-OpenSSH_9.9", "421 This is FTP; SFTP and SSH are other protocols, on port 22.",
                        "SSH_ON_CONTROL_PORT"),
                new Foreign("Hello?", "421 The server's answer is not an FTP reply.", "REPLY_MALFORMED"));
    }

    @ParameterizedTest
    @MethodSource("foreign")
    void server_thatSaysWhatNoServerDoes_isLeft(Foreign foreign) throws Exception {
        guarded.server.on("NOOP", (none, visitor) -> visitor.control.send(foreign.line));
        try (var caller = Caller.loggedIn(guarded.endpoint())) {
            caller.exactly("NOOP", foreign.reply);
            caller.control.expectEnd();
        }
        assertThat(guarded.faults()).containsExactly("SERVER " + foreign.fault);
        nothingOpened(guarded);
    }

    @ParameterizedTest
    @MethodSource("foreign")
    void server_thatGreetsWithWhatNoServerSays_isLeft(Foreign foreign) throws Exception {
        guarded.server.greet((none, visitor) -> visitor.control.send(foreign.line));
        try (var caller = new Caller(guarded.endpoint(), "127.0.0.1")) {
            caller.control.expectExactly(foreign.reply);
            caller.control.expectEnd();
        }
        assertThat(guarded.faults()).containsExactly("SERVER " + foreign.fault);
    }

    @Test
    void reply_toNothing_isToldAndGoesOn() throws Exception {
        guarded.server.on("NOOP", HostileServerIT::answerTwice);
        try (var caller = Caller.loggedIn(guarded.endpoint())) {
            caller.exactly("NOOP", "200 Zzz.", "250 Nobody asked.");
        }
        assertThat(guarded.faults()).containsExactly("SERVER REPLY_WITHOUT_COMMAND (logged)");
    }

    @Test
    void reply_toNothing_whereThatIsEnforced_endsTheSession() throws Exception {
        try (var strict = new GuardedServer(transport, RulesInTest.check(Check.UNASKED_REPLY, Level.ENFORCE))) {
            strict.server.on("NOOP", HostileServerIT::answerTwice);
            try (var caller = Caller.loggedIn(strict.endpoint())) {
                caller.exactly("NOOP", "200 Zzz.", "421 The server replied to nothing.");
                caller.control.expectEnd();
            }
            assertThat(strict.faults()).containsExactly("SERVER REPLY_WITHOUT_COMMAND");
            strict.servesTheNext();
        }
    }

    private static void answerTwice(String none, Visitor visitor) throws IOException {
        visitor.control.send("200 Zzz.");
        visitor.control.send("250 Nobody asked.");
    }

    private static String passiveReply(Endpoint to) {
        return DataAddress.passiveReply(to).text();
    }

    private static void nothingOpened(GuardedServer guarded) {
        assertThat(guarded.told(SessionEvent.PinholeOpened.class)).isEmpty();
    }
}
