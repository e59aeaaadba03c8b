package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.datapath.Transport;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Network;
import dev.sallyport.ftp.Port;
import dev.sallyport.peers.ChildProcess.Finished;
import dev.sallyport.proxy.EventLoops;
import dev.sallyport.proxy.Gateway;
import dev.sallyport.proxy.GatewaySettings;
import dev.sallyport.proxy.ServerAddress;
import dev.sallyport.rules.Armed;
import dev.sallyport.session.PassiveRange;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.TlsPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real clients and servers that speak TLS, through a relay that does not look into it. */
@Tag("system")
class PassthroughIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Not the gateway's address, for the relay listens on the same ports. */
    private static final String SERVER = "127.0.0.2";

    private static final List<String> FILES = List.of("before.bin", "after.bin");

    @TempDir
    private Path base;

    private Path local = Path.of("");
    private Path remote = Path.of("");

    @BeforeEach
    void makeFiles() throws IOException {
        remote = Folders.served(base);
        local = Folders.reachable(base.resolve("local"));
        for (var name : FILES) {
            Files.write(remote.resolve(name), SampleFiles.bytes(name, 500_000));
        }
    }

    static Stream<Named<Function<TlsSetup, ServerProgram>>> servers() {
        return Stream.of(Named.of("vsftpd", Vsftpd::with), Named.of("proftpd", Proftpd::with));
    }

    @ParameterizedTest
    @MethodSource("servers")
    void curl_thatRequiresTls_isServedThroughTheRange(Function<TlsSetup, ServerProgram> server) throws Exception {
        try (var guarded = new Guarded(server)) {
            var loaded = guarded.curl("--output", local.resolve("before.bin").toString(), guarded.url("before.bin"));
            assertThat(loaded.exit()).as(loaded.printed()).isZero();
            var taken = guarded.curl("--upload-file", local.resolve("before.bin").toString(), guarded.url("up-before.bin"));
            assertThat(taken.exit()).as(taken.printed()).isZero();
            var listed = guarded.curl(guarded.url(""));
            assertThat(listed.printed()).contains("up-before.bin");

            assertSame("before.bin");
            assertThat(guarded.counts(SessionEvent.RangeOpened.class)).isEqualTo(3);
            assertThat(guarded.counts(SessionEvent.PinholeOpened.class)).as("nobody saw a PASV").isZero();
            guarded.awaitNothingLeft();
            assertThat(guarded.counts(SessionEvent.RangeClosed.class)).isEqualTo(3);
        }
    }

    /** Without a declared range the login succeeds, and no data connection comes about. */
    @Test
    void curl_withoutADeclaredRange_getsNoData() throws Exception {
        try (var guarded = new Guarded(Vsftpd::with, TlsPolicy.PASSTHROUGH, false)) {
            var loaded = guarded.curl("--output", local.resolve("before.bin").toString(), guarded.url("before.bin"));
            assertThat(loaded.exit()).as(loaded.printed()).isPositive();
            assertThat(loaded.printed()).contains("230 ").doesNotContain("150 ");
            guarded.awaitNothingLeft();
        }
    }

    @Test
    void curl_whereTlsIsDenied_doesWithoutOrGoes() throws Exception {
        try (var guarded = new Guarded(Proftpd::with, TlsPolicy.DENY, false)) {
            var required = guarded.curl(guarded.url(""));
            assertThat(required.exit()).as("CURLE_USE_SSL_FAILED, %s", required.printed()).isEqualTo(64);
            assertThat(required.printed()).contains("534 ");
            guarded.awaitNothingLeft();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1_2", "TLSv1_3"})
    void ftplib_thatLeavesTls_isReadAgain(String version) throws Exception {
        try (var guarded = new Guarded(Proftpd::with)) {
            var visit = guarded.ftplib(version);
            assertThat(visit.exit()).as(visit.printed()).isZero();
            assertThat(visit.printed()).contains("version " + version.replace('_', '.'), "up-after.bin");

            FILES.forEach(this::assertSame);
            assertThat(guarded.kinds()).containsSubsequence(
                    SessionEvent.RangeOpened.class, SessionEvent.BecameOpaque.class, SessionEvent.RangeClosed.class,
                    SessionEvent.Cleared.class, SessionEvent.PinholeOpened.class, SessionEvent.TransferEnded.class);
            assertThat(guarded.counts(SessionEvent.PinholeOpened.class)).as("after.bin, the two uploads and NLST").isEqualTo(4);
            assertThat(guarded.counts(SessionEvent.FaultSeen.class)).isZero();
            guarded.awaitNothingLeft();
        }
    }

    @Test
    void curl_thatLeavesTls_isReadAgain() throws Exception {
        try (var guarded = new Guarded(Proftpd::with)) {
            var loaded = guarded.curl("--ftp-ssl-ccc", "--output", local.resolve("before.bin").toString(), guarded.url("before.bin"));
            assertThat(loaded.exit()).as(loaded.printed()).isZero();
            var taken = guarded.curl(
                    "--ftp-ssl-ccc", "--upload-file", local.resolve("before.bin").toString(), guarded.url("up-before.bin"));
            assertThat(taken.exit()).as(taken.printed()).isZero();

            assertSame("before.bin");
            assertThat(guarded.counts(SessionEvent.Cleared.class)).isEqualTo(2);
            assertThat(guarded.counts(SessionEvent.PinholeOpened.class)).isEqualTo(2);
            guarded.awaitNothingLeft();
        }
    }

    private void assertSame(String name) {
        assertThat(local.resolve(name)).hasSameBinaryContentAs(remote.resolve(name));
        assertThat(remote.resolve("up-" + name)).hasSameBinaryContentAs(remote.resolve(name));
    }

    /** A server that speaks TLS, and a gateway before it. */
    private final class Guarded implements AutoCloseable {

        private final Queue<SessionEvent> events = new ConcurrentLinkedQueue<>();
        private final String name;
        private final RunningServer server;
        private final EventLoops loops = EventLoops.open(2, Transport.best());
        private final Gateway gateway;

        Guarded(Function<TlsSetup, ServerProgram> program) throws Exception {
            this(program, TlsPolicy.PASSTHROUGH, true);
        }

        Guarded(Function<TlsSetup, ServerProgram> program, TlsPolicy tls, boolean declared) throws Exception {
            var tlsSetup = TlsSetup.make(base, FreePorts.range(8, Family.IPV4));
            var made = program.apply(tlsSetup);
            name = made.name();
            server = made.start(
                    Family.IPV4, SERVER, FreePorts.pair(Family.IPV4), base.resolve("root"), base.resolve("work"));
            var range = new PassiveRange(List.of(Network.of(address(SERVER))), tlsSetup.passivePorts());
            var usual = SessionPolicy.DEFAULT;
            gateway = Gateway.start(
                    new GatewaySettings(
                            "passthrough",
                            List.of(new Endpoint(address("127.0.0.1"), new Port(FreePorts.pair(Family.IPV4)))),
                            new ServerAddress(SERVER, new Port(server.endpoint().port())),
                            FreePorts.range(8, Family.IPV4),
                            new SessionPolicy(
                                    null, null, usual.clientSourcePort(), tls, declared ? List.of(range) : List.of(),
                                    Armed.DEFAULT, usual.limits(), usual.timeouts()),
                            GatewaySettings.Limits.DEFAULT,
                            GatewaySettings.Timeouts.DEFAULT.withPortLinger(Duration.ofMillis(200))),
                    loops,
                    _ -> events::add);
        }

        private int port() {
            return gateway.listening().getFirst().port().number();
        }

        String url(String name) {
            return "ftp://127.0.0.1:" + port() + "/files/" + name;
        }

        Finished curl(String... options) throws Exception {
            var command = new ArrayList<>(List.of(
                    Requirements.program("curl").toString(), "--disable", "--verbose", "--silent", "--show-error", "--ssl-reqd",
                    "--insecure", "--user", ServerProgram.USER + ":" + ServerProgram.PASSWORD, "--max-time",
                    Long.toString(LIMIT.toSeconds())));
            if (name.equals("vsftpd") || List.of(options).contains("--upload-file")) {
                // In TLS 1.3 curl leaves the server's tickets on a data connection unread: closed, it is reset, and a server that
                // has not read all of an upload answers 426; vsftpd 3.0.3 always, with no gateway between them either.
                command.addAll(List.of("--tls-max", "1.2"));
            }
            command.addAll(List.of(options));
            return run(command, "curl.log");
        }

        Finished ftplib(String version) throws Exception {
            return run(
                    List.of(
                            Requirements.debianPython().toString(), Scripts.unpack("tls_client.py", local).toString(), "127.0.0.1",
                            Integer.toString(port()), ServerProgram.USER, ServerProgram.PASSWORD, version, "files", local.toString()),
                    "ftplib.log");
        }

        private Finished run(List<String> command, String log) throws Exception {
            return ChildProcess.start(command, local, ChildProcess.noInput(), base.resolve(log)).await(LIMIT);
        }

        List<Class<?>> kinds() {
            return events.stream().<Class<?>>map(SessionEvent::getClass).toList();
        }

        long counts(Class<? extends SessionEvent> kind) {
            return events.stream().filter(kind::isInstance).count();
        }

        void awaitNothingLeft() {
            Quiet.awaitNothingLeft(List.of(gateway));
        }

        @Override
        public void close() throws Exception {
            gateway.stop(Duration.ZERO);
            loops.close();
            server.close();
        }

        private static InetAddress address(String text) {
            return Objects.requireNonNull(Addresses.parse(text));
        }
    }
}
