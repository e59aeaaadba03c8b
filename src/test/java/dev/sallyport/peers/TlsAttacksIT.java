package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Side;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.TlsPolicy.Ended;
import dev.sallyport.session.TlsPolicy.Ended.Client;
import dev.sallyport.session.TlsPolicy.Ended.ClientData;
import dev.sallyport.session.TlsPolicy.Ended.Server;
import dev.sallyport.session.TlsPolicy.Ended.ServerData;
import dev.sallyport.tls.ClientTrust;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.jspecify.annotations.Nullable;

/** Peers that break TLS where a relay ends it: each is refused and named. */
@Tag("system")
@Timeout(60)
class TlsAttacksIT {

    private static final String SERVER = "127.0.0.2";

    @TempDir
    private Path base;

    private Path files = Path.of("");
    private @Nullable RunningServer server;

    @BeforeEach
    void makeFolders() throws IOException {
        Files.createDirectories(base.resolve("work"));
        files = Files.createDirectories(base.resolve("root"));
        Files.write(files.resolve("down.bin"), SampleFiles.bytes("down", 100_000));
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    /** TLS with clients alone, whose data connections must resume. */
    private SecuredGateway terminating() throws Exception {
        server = new Pyftpdlib().start(Family.IPV4, SERVER, FreePorts.pair(Family.IPV4), files, base.resolve("work"));
        return new SecuredGateway(
                new Ended(Client.OFFERED, Server.NONE, ClientData.ALLOW, ServerData.CLEAR), server.endpoint(),
                TlsSetup.make(base, FreePorts.range(1, Family.IPV4)), true);
    }

    /** TLS with a server alone, which does this. */
    private SecuredGateway originating(String misdeed) throws Exception {
        return originating(misdeed, false);
    }

    private SecuredGateway originating(String misdeed, boolean another) throws Exception {
        var faithless = Faithless.start(base, SERVER, files, misdeed, another);
        server = faithless.server();
        return new SecuredGateway(
                new Ended(Client.NONE, Server.EXPLICIT, ClientData.ALLOW, ServerData.PRIVATE), server.endpoint(), faithless.setup(), false);
    }

    private static void awaitFault(SecuredGateway gateway, Side side, Fault fault) {
        await().untilAsserted(() -> assertThat(gateway.events)
                .filteredOn(SessionEvent.FaultSeen.class::isInstance).singleElement()
                .satisfies(event -> {
                    var seen = (SessionEvent.FaultSeen) event;
                    assertThat(seen.side()).isEqualTo(side);
                    assertThat(seen.fault()).isEqualTo(fault);
                }));
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2,60000", "TLSv1.3,60000", "TLSv1.3,0"})
    void uploadThatEndsWithoutCloseNotify_isNoUpload(String version, int bytes) throws Exception {
        try (var gateway = terminating(); var caller = new FtpsCaller(gateway.port(), FtpsCaller.context(version), "one").secured()) {
            var data = caller.passive(gateway);
            caller.say("STOR up.bin", "125");
            caller.resumed(data).getOutputStream().write(new byte[bytes]);
            data.shutdownOutput();
            caller.expect("426");
            assertReset(data);
            awaitFault(gateway, Side.CLIENT, Fault.DATA_TRUNCATED);
            caller.say("NOOP", "200");
        }
    }

    private static void assertReset(Socket data) {
        assertThatThrownBy(() -> {
            while (data.getInputStream().read() >= 0) {
                // What is left of the handshake.
            }
        }).isInstanceOf(IOException.class);
    }

    /** It is closed in order otherwise: the same upload with close_notify is one. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void uploadThatEndsWithCloseNotify_isWhole(String version) throws Exception {
        try (var gateway = terminating(); var caller = new FtpsCaller(gateway.port(), FtpsCaller.context(version), "one").secured()) {
            for (var i = 0; i < 5; i++) {
                var data = caller.passive();
                caller.send("STOR up.bin\r\n");
                assertThat(caller.line()).startsWith("1");
                try (var secured = caller.resumed(data)) {
                    secured.getOutputStream().write(SampleFiles.bytes("up", 60_000));
                    secured.shutdownOutput();
                    // The JDK uses a ticket of TLS 1.3 once. The next ones come with our close_notify.
                    assertThat(secured.getInputStream().read()).isNegative();
                }
                caller.expect("226");
                assertThat(files.resolve("up.bin")).hasBinaryContent(SampleFiles.bytes("up", 60_000));
            }
            assertThat(gateway.events).noneMatch(SessionEvent.FaultSeen.class::isInstance);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void ticketOfAnotherSession_isNone(String version) throws Exception {
        var context = FtpsCaller.context(version);
        try (var gateway = terminating();
                var another = new FtpsCaller(gateway.port(), context, "another").secured();
                var caller = new FtpsCaller(gateway.port(), context, "one").secured()) {
            var data = caller.passive(gateway);
            caller.send("RETR down.bin\r\n");
            assertThat(caller.line()).startsWith("1");
            assertThatThrownBy(() -> {
                try (SSLSocket stolen = another.resumed(data)) {
                    assertThat(stolen.getInputStream().read()).as("nothing of the file").isNegative();
                }
            }).isInstanceOf(IOException.class);
            caller.expect("522");
            awaitFault(gateway, Side.CLIENT, Fault.DATA_NOT_RESUMED);
        }
    }

    @Test
    void clearBytesBehindAuth_areNoCommands() throws Exception {
        try (var gateway = terminating()) {
            try (var caller = new FtpsCaller(gateway.port(), FtpsCaller.context("TLS"), "one")) {
                caller.send("AUTH TLS\r\nUSER demo\r\n");
                caller.expect("234");
                awaitFault(gateway, Side.CLIENT, Fault.BYTES_BEHIND_AUTH);
                caller.begin();
                caller.say("PASS " + ServerProgram.PASSWORD, "503");
            }
            gateway.awaitNothingLeft();
            gateway.events.clear();
            try (var caller = new FtpsCaller(gateway.port(), FtpsCaller.context("TLS"), "one")) {
                caller.say("AUTH TLS", "234");
                caller.send("USER demo\r\n");
                awaitFault(gateway, Side.CLIENT, Fault.TLS_MISSING);
                gateway.awaitNothingLeft();
            }
        }
    }

    @Test
    void bytesBehindCcc_areNoCommands() throws Exception {
        try (var gateway = terminating()) {
            try (var caller = new FtpsCaller(gateway.port(), FtpsCaller.context("TLS"), "one").secured()) {
                caller.send("CCC\r\nDELE down.bin\r\n");
                caller.expect("200");
                awaitFault(gateway, Side.CLIENT, Fault.BYTES_BEHIND_CCC);
            }
            gateway.awaitNothingLeft();
            assertThat(files.resolve("down.bin")).exists();
        }
    }

    /** Clear text where close_notify is awaited. */
    @Test
    void clearBytesWithinTls_endTheSession() throws Exception {
        try (var gateway = terminating();
                var caller = new FtpsCaller(gateway.port(), FtpsCaller.context("TLS"), "one").secured()) {
            caller.say("CCC", "200");
            caller.sendInClear("DELE down.bin\r\n");
            awaitFault(gateway, Side.CLIENT, Fault.TLS_MISSING);
            gateway.awaitNothingLeft();
            assertThat(files.resolve("down.bin")).exists();
        }
    }

    @Test
    void renegotiation_endsTheSession() throws Exception {
        try (var gateway = terminating();
                var caller = new FtpsCaller(gateway.port(), FtpsCaller.context("TLSv1.2"), "one").secured()) {
            assertThatThrownBy(() -> {
                caller.renegotiate();
                caller.say("NOOP", "200");
            }).isInstanceOf(IOException.class);
            awaitFault(gateway, Side.CLIENT, Fault.TLS_HANDSHAKE_FAILED);
            gateway.awaitNothingLeft();
        }
    }

    /** What a client sends behind its close_notify is nobody's, and is kept by nobody. */
    @Test
    void whatComesBehindCloseNotify_isNotRead() throws Exception {
        try (var gateway = terminating();
                var caller = new FtpsCaller(gateway.port(), FtpsCaller.context("TLSv1.2"), "one").secured()) {
            caller.end();
            assertThatThrownBy(() -> {
                for (var i = 0; i < 1000; i++) {
                    caller.sendInClear("DELE down.bin\r\n".repeat(10_000));
                }
            }).isInstanceOf(IOException.class);
            gateway.awaitNothingLeft();
            assertThat(gateway.events).noneMatch(SessionEvent.FaultSeen.class::isInstance);
            assertThat(files.resolve("down.bin")).exists();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.2", "1.3"})
    void clientWithoutACertificate_whereOneIsDemanded_isLeft(String version) throws Exception {
        var known = Certificate.make(base, "known", "rsa:2048", "-subj", "/CN=Ann/O=Partners");
        server = new Pyftpdlib().start(Family.IPV4, SERVER, FreePorts.pair(Family.IPV4), base, base.resolve("work"));
        try (var gateway = new SecuredGateway(
                new Ended(Client.REQUIRED, Server.NONE, ClientData.REQUIRE, ServerData.CLEAR), server.endpoint(),
                TlsSetup.make(base, FreePorts.range(1, Family.IPV4)), false, ClientTrust.authorities(known.file(), true))) {
            Files.createDirectory(base.resolve("files"));
            var options = List.of("--ssl-reqd", "--tlsv" + version, "--tls-max", version);
            var unknown = gateway.curl(base, "ftp", "", options.toArray(String[]::new));
            assertThat(unknown.exit()).as(unknown.printed()).isPositive();
            awaitFault(gateway, Side.CLIENT, Fault.TLS_CERTIFICATE_REFUSED);
            gateway.awaitNothingLeft();

            var shown = Stream.concat(options.stream(), Stream.of("--cert", known.file().toString(), "--key", known.key().toString()));
            var welcome = gateway.curl(base, "ftp", "", shown.toArray(String[]::new));
            assertThat(welcome.exit()).as(welcome.printed()).isZero();
            assertThat(gateway.events).filteredOn(SessionEvent.Secured.class::isInstance).singleElement()
                    .satisfies(event -> assertThat(((SessionEvent.Secured) event).peer().subject()).isEqualTo("O=Partners,CN=Ann"));
        }
    }

    @Test
    void download_thatAServerCutsShort_isNone() throws Exception {
        try (var gateway = originating("truncates");
                var caller = new FtpsCaller(gateway.port(), FtpsCaller.context("TLS"), "one")) {
            logIn(caller);
            var data = caller.passive();
            caller.say("RETR down.bin", "150");
            assertReset(data);
            caller.expect("426");
            awaitFault(gateway, Side.SERVER, Fault.DATA_TRUNCATED);
        }
    }

    @Test
    void dataConnectionWithAnotherCertificate_isNotTheServers() throws Exception {
        try (var gateway = originating("changes");
                var caller = new FtpsCaller(gateway.port(), FtpsCaller.context("TLS"), "one")) {
            logIn(caller);
            var data = caller.passive();
            caller.say("RETR down.bin", "150");
            assertReset(data);
            caller.expect("522");
            awaitFault(gateway, Side.SERVER, Fault.DATA_TLS_FAILED);
        }
    }

    private static void logIn(FtpsCaller caller) throws IOException {
        caller.say("USER demo", "331");
        caller.say("PASS secret", "230");
    }

    @Test
    void serverThatKnowsNoAuth_isLeft() throws Exception {
        try (var gateway = originating("strips");
                var caller = new FtpsCaller(gateway.port(), FtpsCaller.context("TLS"), "one")) {
            caller.send("USER demo\r\n");
            caller.expect("421");
            awaitFault(gateway, Side.SERVER, Fault.TLS_REFUSED_BY_SERVER);
        }
    }

    /** What stands in clear behind a server's 234 answers nothing. */
    @Test
    void clearBytesBehindTheServersAnswer_areNoReply() throws Exception {
        try (var gateway = originating("sends");
                var caller = new FtpsCaller(gateway.port(), FtpsCaller.context("TLS"), "one")) {
            logIn(caller);
            awaitFault(gateway, Side.SERVER, Fault.BYTES_BEHIND_AUTH);
        }
    }

    @Test
    void serverWithACertificateThatNobodyKnows_isLeft() throws Exception {
        try (var gateway = originating("none", true);
                var caller = new FtpsCaller(gateway.port(), FtpsCaller.context("TLS"), "one")) {
            caller.send("USER demo\r\n");
            caller.expect("421");
            awaitFault(gateway, Side.SERVER, Fault.TLS_CERTIFICATE_REFUSED);
        }
    }
}
