package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Side;
import dev.sallyport.proxy.GatewaySettings;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.TlsPolicy.Ended;
import dev.sallyport.session.TlsPolicy.Ended.Client;
import dev.sallyport.session.TlsPolicy.Ended.ClientData;
import dev.sallyport.session.TlsPolicy.Ended.Server;
import dev.sallyport.session.TlsPolicy.Ended.ServerData;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that begin TLS and never finish it, and clients that come to a TLS port where there is no room. */
@Tag("system")
@Timeout(60)
class SilentTlsIT {

    private static final Duration SHORT = Duration.ofMillis(1_500);
    private static final int SILENCE_MILLIS = 20_000;
    /** The head of a record that promises 512 bytes of a handshake, and what is sent of them. */
    private static final byte[] RECORD = {22, 3, 1, 2, 0, 1};
    /** A fatal alert: access_denied. */
    private static final byte[] DENIED = {21, 3, 3, 0, 2, 2, 49};

    @TempDir
    private Path base;

    private Path files = Path.of("");

    @BeforeEach
    void makeFiles() throws IOException {
        Files.createDirectories(base.resolve("work"));
        files = Files.createDirectories(base.resolve("root"));
        Files.write(files.resolve("down.bin"), SampleFiles.bytes("down", 1_000));
    }

    private RunningServer pyftpdlib() throws Exception {
        return new Pyftpdlib().start(Family.IPV4, "127.0.0.2", FreePorts.pair(Family.IPV4), files, base.resolve("work"));
    }

    private SecuredGateway gateway(Ended policy, ControlEndpoint server, int sessions) throws Exception {
        return gateway(policy, server, TlsSetup.make(base, FreePorts.range(1, Family.IPV4)), sessions);
    }

    private static SecuredGateway gateway(Ended policy, ControlEndpoint server, TlsSetup setup, int sessions) throws Exception {
        return new SecuredGateway(
                policy, server, setup, false, null, settings -> {
                    var usual = SessionPolicy.Timeouts.DEFAULT;
                    var times = GatewaySettings.Timeouts.DEFAULT;
                    return settings.with(settings.policy().withTimeouts(new SessionPolicy.Timeouts(
                                    SHORT, usual.login(), usual.idle(), usual.reply(), usual.pinhole())))
                            .with(new GatewaySettings.Limits(sessions, sessions), new GatewaySettings.Timeouts(
                                    times.connect(), times.portWait(), Duration.ofMillis(200), SHORT));
                });
    }

    private static Ended withClients(Client client) {
        return new Ended(client, Server.NONE, ClientData.ALLOW, ServerData.CLEAR);
    }

    private static Socket connect(int port) throws IOException {
        var socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(SILENCE_MILLIS);
        return socket;
    }

    private static void awaitTimedOut(SecuredGateway gateway, Side side) {
        await().untilAsserted(() -> assertThat(gateway.events).filteredOn(SessionEvent.FaultSeen.class::isInstance)
                .containsExactly(new SessionEvent.FaultSeen(side, Fault.TLS_HANDSHAKE_FAILED, "no handshake in time", true)));
        gateway.awaitNothingLeft();
    }

    /** It goes on sending, a byte at a time: what counts is when it began. */
    @ParameterizedTest
    @CsvSource({"OFFERED", "IMPLICIT"})
    void clientThatNeverFinishesItsHandshake_isLeftInTime(Client client) throws Exception {
        try (var server = pyftpdlib(); var gateway = gateway(withClients(client), server.endpoint(), 9);
                var socket = connect(gateway.port())) {
            if (client == Client.OFFERED) {
                assertThat(line(socket)).startsWith("220");
                socket.getOutputStream().write("AUTH TLS\r\n".getBytes());
                assertThat(line(socket)).startsWith("234");
            }
            socket.getOutputStream().write(RECORD);
            var over = new AtomicBoolean();
            var more = Thread.ofVirtual().start(() -> {
                try {
                    while (!over.get()) {
                        socket.getOutputStream().write(0);
                        Thread.sleep(100);
                    }
                } catch (IOException | InterruptedException left) {
                    // As it is to be.
                }
            });
            try {
                awaitTimedOut(gateway, Side.CLIENT);
            } finally {
                over.set(true);
                more.join();
            }
        }
    }

    private static String line(Socket socket) throws IOException {
        var line = new StringBuilder();
        for (var next = socket.getInputStream().read(); next >= 0 && next != '\n'; next = socket.getInputStream().read()) {
            line.append((char) next);
        }
        return line.toString();
    }

    @ParameterizedTest
    @CsvSource({"EXPLICIT", "IMPLICIT"})
    void serverThatNeverFinishesItsHandshake_isLeftInTime(Server asked) throws Exception {
        try (var server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.2"));
                var gateway = gateway(
                        new Ended(Client.NONE, asked, ClientData.ALLOW, ServerData.PRIVATE),
                        new ControlEndpoint("127.0.0.2", server.getLocalPort()), 9);
                var caller = connect(gateway.port()); var served = server.accept()) {
            served.setSoTimeout(SILENCE_MILLIS);
            if (asked == Server.EXPLICIT) {
                served.getOutputStream().write("220 Welcome\r\n".getBytes());
                assertThat(line(served)).startsWith("AUTH TLS");
                served.getOutputStream().write("234 Go ahead\r\n".getBytes());
                assertThat(line(caller)).startsWith("220");
            }
            served.getOutputStream().write(RECORD);
            assertThat(line(caller)).startsWith("421");
            awaitTimedOut(gateway, Side.SERVER);
        }
    }

    /** Its time is that of silence, since servers begin theirs late: bytes of a handshake are none of the data's. */
    @ParameterizedTest
    @ValueSource(strings = {"RETR down.bin", "STOR up.bin"})
    void dataConnectionThatNeverFinishesItsHandshake_isCutInTime(String command) throws Exception {
        try (var server = pyftpdlib(); var gateway = gateway(withClients(Client.REQUIRED), server.endpoint(), 9);
                var caller = new FtpsCaller(gateway.port(), FtpsCaller.context("TLS"), "one").secured()) {
            var data = caller.passive();
            caller.say(command, "1");
            data.getOutputStream().write(RECORD);
            caller.expect("522");
            assertMovedNothing(gateway, DataEnd.CLIENT_TLS_FAILED);
            assertThat(gateway.events).filteredOn(SessionEvent.FaultSeen.class::isInstance).singleElement()
                    .satisfies(event -> assertThat(((SessionEvent.FaultSeen) event).fault()).isEqualTo(Fault.DATA_TLS_FAILED));
            caller.say("NOOP", "200");
        }
    }

    /** Nothing was said there: nobody's fault, and no download. */
    @Test
    void dataConnectionWithoutAHandshake_isCutInTime_andNoDownload() throws Exception {
        try (var server = pyftpdlib(); var gateway = gateway(withClients(Client.REQUIRED), server.endpoint(), 9);
                var caller = new FtpsCaller(gateway.port(), FtpsCaller.context("TLS"), "one").secured();
                var _ = caller.passive()) {
            caller.say("RETR down.bin", "1");
            caller.expect("426");
            assertMovedNothing(gateway, DataEnd.IDLE);
            caller.say("NOOP", "200");
        }
    }

    @Test
    void serverThatNeverFinishesItsDataHandshake_isCutInTime() throws Exception {
        var faithless = Faithless.start(base, "127.0.0.2", files, "stalls", false);
        try (var server = faithless.server();
                var gateway = gateway(
                        new Ended(Client.NONE, Server.EXPLICIT, ClientData.ALLOW, ServerData.PRIVATE), server.endpoint(),
                        faithless.setup(), 9);
                var caller = new FtpsCaller(gateway.port(), FtpsCaller.context("TLS"), "one")) {
            caller.say("USER demo", "331");
            caller.say("PASS secret", "230");
            caller.passive();
            caller.say("RETR down.bin", "150");
            caller.expect("522");
            assertMovedNothing(gateway, DataEnd.SERVER_TLS_FAILED);
        }
    }

    private static void assertMovedNothing(SecuredGateway gateway, DataEnd end) {
        await().untilAsserted(() -> assertThat(gateway.events).filteredOn(SessionEvent.TransferEnded.class::isInstance)
                .singleElement().satisfies(event -> {
                    var transfer = ((SessionEvent.TransferEnded) event).transfer();
                    assertThat(transfer.dataEnd()).isEqualTo(end);
                    assertThat(transfer.bytesToClient() + transfer.bytesToServer()).isZero();
                }));
    }

    /** A client with TLS from the first byte takes a line of text for a broken peer. */
    @Test
    void clientWithoutRoom_atAnImplicitPort_isToldInTls() throws Exception {
        try (var server = pyftpdlib(); var gateway = gateway(withClients(Client.IMPLICIT), server.endpoint(), 1);
                var _ = connect(gateway.port())) {
            await().until(() -> gateway.counts(SessionEvent.Arrived.class::isInstance) == 1);
            try (var refused = connect(gateway.port())) {
                assertThat(refused.getInputStream().readAllBytes()).isEqualTo(DENIED);
            }
            Files.createDirectory(base.resolve("files"));
            var curl = gateway.curl(base, "ftps", "");
            assertThat(curl.exit()).as(curl.printed()).isEqualTo(35);
            assertThat(curl.printed()).contains("alert access denied").doesNotContain("wrong version");
        }
    }
}
