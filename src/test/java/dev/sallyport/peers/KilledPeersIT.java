package dev.sallyport.peers;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real servers and a real client that die in the middle of a transfer: the other side learns of it, and nothing is left. */
@Tag("system")
class KilledPeersIT {

    private static final Duration LIMIT = Duration.ofSeconds(15);

    @TempDir
    private static Path base;

    @BeforeAll
    static void letTheServersIn() throws IOException {
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Those that run as processes. */
    static Stream<Named<ServerProgram>> servers() {
        return Stream.of(new Vsftpd(), new Proftpd(), new PureFtpd(), new Pyftpdlib())
                .map(server -> Named.of(server.name(), server));
    }

    @ParameterizedTest
    @MethodSource("servers")
    void clientAndServer_killed_transfersEndAndNothingIsLeft(ServerProgram program) throws Exception {
        var before = OpenSockets.of(ProcessHandle.current()).size();
        try (var fronts = new GatewayFronts();
                var site = Site.open(program, Family.IPV4, base);
                var front = fronts.before(site)) {
            var curl = new Curl();

            Visit downloading = visit(site, front, "client-down");
            try (var client = curl.beginDownload(downloading)) {
                awaitBegun(client, downloading.in("abort.bin"));
                client.kill();
            }
            Visit uploading = visit(site, front, "client-up");
            try (var client = curl.beginUpload(uploading)) {
                awaitBegun(client, uploading.onServer("begun.bin"));
                client.kill();
            }
            fronts.awaitQuiet();

            Visit next = visit(site, front, "next");
            var served = curl.download(visit(site, front, "served"), next.remoteName() + "/after.bin", next.in("after.bin"));
            assertThat(served.exit()).as(served.printed()).isZero();

            Visit orphaned = visit(site, front, "server");
            try (var client = curl.beginDownload(orphaned)) {
                awaitBegun(client, orphaned.in("abort.bin"));
                site.server().kill();
                var finished = client.await(LIMIT);
                assertThat(finished.exit()).as(finished.printed()).isPositive();
            }
            assertThat(greeting(front)).isEqualTo("421 The server cannot be reached: it refused the connection.");
            fronts.awaitNothingLeft();
        }
        await().untilAsserted(() -> assertThat(OpenSockets.of(ProcessHandle.current())).hasSizeLessThanOrEqualTo(before));
    }

    private static Visit visit(Site site, Front front, String name) throws IOException {
        return site.visit(
                front.endpoint(), TransferMode.EPSV, site.program().name() + "-" + name, base.resolve("clients"), LIMIT);
    }

    private static void awaitBegun(ChildProcess client, Path file) {
        await().atMost(LIMIT).until(() -> !client.alive() || Files.exists(file) && Files.size(file) > 0);
        assertThat(client.alive()).as(client.printed()).isTrue();
    }

    private static String greeting(Front front) throws IOException {
        try (var socket = new Socket(front.endpoint().host(), front.endpoint().port())) {
            return String.valueOf(new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII)).readLine());
        }
    }
}
