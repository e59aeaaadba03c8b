package dev.sallyport.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.tls.SelfSigned;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(30)
class LoadTest {
    private static final int BASE = Ports.base(0);
    private static final Endpoint CONTROL = endpoint("127.0.0.2", BASE);
    private static final Duration SHORT = Duration.ofMillis(200);

    @TempDir
    private static Path folder;

    private static Identity identity;

    private final LoadServer server;
    private final LoadClient client = new LoadClient(Caller.inClear());

    @BeforeAll
    static void makeCertificate() throws IOException {
        identity = new Identity(folder.resolve("ftp.pem"), folder.resolve("ftp.key"));
        SelfSigned.make("localhost", null, Duration.ofDays(1), folder).write(identity.certificate(), identity.key());
    }

    LoadTest() throws IOException {
        server = new LoadServer(CONTROL, new PortRange(new Port(BASE + 2), new Port(BASE + 9)), identity);
        Thread.ofPlatform().daemon().start(() -> {
            try {
                server.serve();
            } catch (IOException | java.nio.channels.ClosedSelectorException e) {
                // The test is over.
            }
        });
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void download_ofManyChunks_comesWhole() {
        assertThat(client.run(new Job.Download(clear(CONTROL), 10_000_001)))
                .isInstanceOfSatisfying(Outcome.Downloaded.class, done -> assertThat(done.bytes()).isEqualTo(10_000_001));
    }

    /** Every data connection resumes what its session's control connection has agreed on, at both ends. */
    @ParameterizedTest
    @EnumSource(names = "CLEAR", mode = EnumSource.Mode.EXCLUDE)
    void withTls_allComesWhole_andEveryDataConnectionIsResumed(Security security) throws IOException {
        var caller = new LoadClient(Caller.trusting(identity.certificate()));
        var target = new Target(security == Security.IMPLICIT ? CONTROL.withPort(LoadServer.implicit(CONTROL.port())) : CONTROL, security);
        assertThat(caller.run(new Job.RoundTrips(target, 20))).isInstanceOf(Outcome.RoundTripped.class);
        assertThat(caller.run(new Job.Download(target, 10_000_001))).isInstanceOf(Outcome.Downloaded.class);
        assertThat(caller.run(new Job.SmallTransfers(target, 4, 1024, SHORT)))
                .isInstanceOfSatisfying(Outcome.Transferred.class, done -> {
                    assertThat(done.transfers()).isPositive();
                    assertThat(done.failed()).as(done.firstFault()).isZero();
                });
        assertThat(caller.run(new Job.TellHandshakes(target))).isInstanceOfSatisfying(Outcome.Shaken.class, told -> {
            assertThat(told.client()).isEqualTo(told.server());
            assertThat(told.client().all()).isGreaterThan(1);
            assertThat(told.client().percent()).isEqualTo(100);
            assertThat(told.client().kinds()).startsWith("TLSv1.3 TLS_");
        });
    }

    @Test
    void serverWithAnotherCertificate_isNotBelieved(@TempDir Path elsewhere) throws IOException {
        var other = elsewhere.resolve("other.pem");
        SelfSigned.make("localhost", null, Duration.ofDays(1), elsewhere).write(other, elsewhere.resolve("other.key"));
        var caller = new LoadClient(Caller.trusting(other));
        assertThat(caller.run(new Job.RoundTrips(new Target(CONTROL, Security.EXPLICIT), 1))).isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void smallTransfers_moreAtOnceThanOne_allComeWhole() {
        assertThat(client.run(new Job.SmallTransfers(clear(CONTROL), 8, 1024, SHORT)))
                .isInstanceOfSatisfying(Outcome.Transferred.class, done -> {
                    assertThat(done.transfers()).isPositive();
                    assertThat(done.failed()).as(done.firstFault()).isZero();
                });
    }

    @Test
    void smallTransfers_timeTooShortForAny_goOnToTheFirst() {
        assertThat(client.run(new Job.SmallTransfers(clear(CONTROL), 8, 1024, Duration.ofNanos(1))))
                .isInstanceOfSatisfying(Outcome.Transferred.class, done -> assertThat(done.transfers()).isPositive());
    }

    @Test
    void smallTransfers_moreSessionsThanPorts_refusalsAreCountedAndNamed() {
        assertThat(client.run(new Job.SmallTransfers(clear(CONTROL), 40, 1024, SHORT)))
                .isInstanceOfSatisfying(Outcome.Transferred.class, done -> {
                    assertThat(done.failed()).isPositive();
                    assertThat(done.firstFault()).contains("425");
                });
    }

    @Test
    void smallTransfers_fileThatMustBeReadBeforeTheReply_isRefused() {
        assertThatThrownBy(() -> new Job.SmallTransfers(clear(CONTROL), 1, 1_000_000, SHORT))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void roundTrips_manyNoops_percentilesInOrder() {
        assertThat(client.run(new Job.RoundTrips(clear(CONTROL), 200)))
                .isInstanceOfSatisfying(Outcome.RoundTripped.class, done ->
                        assertThat(done.median()).isPositive().isLessThanOrEqualTo(done.p99()));
    }

    @Test
    void idleSessions_heldAndReleased_allAnswered() {
        assertThat(client.run(new Job.HoldIdle(clear(CONTROL), 50))).isEqualTo(new Outcome.Held(50));
        assertThat(client.run(new Job.ReleaseIdle())).isEqualTo(new Outcome.Released(50));
    }

    @Test
    void shortData_neverCountsAsATransfer() throws IOException {
        try (ServerSocket control = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> serveShort(control));
            Endpoint cheat = endpoint("127.0.0.1", control.getLocalPort());
            assertThat(client.run(new Job.SmallTransfers(clear(cheat), 1, 1024, SHORT)))
                    .isInstanceOfSatisfying(Outcome.Transferred.class, done -> {
                        assertThat(done.transfers()).isZero();
                        assertThat(done.failed()).isPositive();
                        assertThat(done.firstFault()).isEqualTo("of 1024 bytes came 3");
                    });
        }
    }

    @Test
    void nobodyListens_isAnOutcome_notAnException() {
        assertThat(client.run(new Job.Download(clear(CONTROL.withPort(new Port(1))), 1))).isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void jobsAndOutcomes_surviveTheWire() {
        Job job = new Job.SmallTransfers(clear(CONTROL), 16, 1024, Duration.ofMillis(2_500));
        assertThat(Wire.job(Wire.text(job))).isEqualTo(job);
        for (Outcome outcome : List.of(
                new Outcome.Transferred(3, 0, Duration.ofNanos(1_234_567_891), null),
                new Outcome.Shaken(new Handshakes.Count(2, 1, "TLSv1.3 X"), new Handshakes.Count(0, 0, "")))) {
            assertThat(Wire.outcome(Wire.text(outcome))).isEqualTo(outcome);
        }
    }

    /** A server that sends three bytes whatever was asked for, and says that all is well. */
    private static void serveShort(ServerSocket control) {
        try (Socket client = control.accept();
                ServerSocket data = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            BufferedReader commands =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            say(client, "220 hello");
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                switch (line.substring(0, 4)) {
                    case "USER" -> say(client, "331 password");
                    case "PASS" -> say(client, "230 in");
                    case "TYPE" -> say(client, "200 binary");
                    case "PASV" -> {
                        int port = data.getLocalPort();
                        say(client, "227 (127,0,0,1," + (port >> 8) + "," + (port & 255) + ")");
                    }
                    default -> {
                        say(client, "150 now");
                        try (Socket sink = data.accept()) {
                            sink.getOutputStream().write(new byte[3]);
                        }
                        say(client, "226 done");
                    }
                }
            }
        } catch (IOException e) {
            // The client has left.
        }
    }

    private static Target clear(Endpoint endpoint) {
        return new Target(endpoint, Security.CLEAR);
    }

    private static Endpoint endpoint(String address, int port) {
        return new Endpoint(InetAddress.ofLiteral(address), new Port(port));
    }

    private static void say(Socket client, String line) throws IOException {
        client.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }
}
