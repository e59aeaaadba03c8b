package dev.sallyport.peers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sallyport.net.Host;
import dev.sallyport.net.Network;
import dev.sallyport.net.Network.Topology;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Where every port is intercepted: what was negotiated is data, what speaks FTP is control on whatever port, and the rest
 * passes unseen or is refused.
 */
@Tag("system")
@Timeout(120)
class EveryPortIT {

    private static final int FTP = 2100;
    private static final int MAIL = 25;
    private static final int ECHO = 443;
    private static final int CONNECT_MILLIS = 3_000;
    private static final byte[] TLS_HELLO = {0x16, 3, 1, 2, 0, 1};

    @TempDir
    private Path base;

    static Stream<Arguments> interceptions() {
        return Stream.of("tproxy", "redirect").flatMap(
                mode -> Stream.of(Family.values()).flatMap(
                        family -> Stream.of("pass", "refuse").map(others -> arguments(mode, family, others))));
    }

    @ParameterizedTest
    @MethodSource("interceptions")
    void everyPort_ftpIsInspected_dataIsRelayed_othersPassOrAreRefused(String mode, Family family, String others)
            throws Exception {
        var passes = others.equals("pass");
        var client = Network.CLIENT.in(family);
        var server = Network.SERVER.in(family);
        try (var network = Network.open(Topology.ROUTED);
                var gateway = GatewayProgram.start(network.gateway(), base, configuration(mode, others));
                var ftp = ftpServer(network, family);
                var mail = listen(network.server(), server, MAIL);
                var echo = listen(network.server(), server, ECHO)) {
            fetchInEveryMode(network.client(), family, ftp);
            await().untilAsserted(() -> assertThat(gateway.log()).contains("event=login user=\"demo\""));

            serve(mail, "220 mail.example.org ready\r\n", "250 mail.example.org\r\n");
            try (var caller = connect(network.client(), client, server, MAIL)) {
                assertThat(read(caller, 28)).as("the greeting").isEqualTo("220 mail.example.org ready\r\n");
                caller.getOutputStream().write("EHLO there\r\n".getBytes(ISO_8859_1));
                assertThat(read(caller, 22)).as("what a client of mail gets").isEqualTo(passes ? "250 mail.example.org\r\n" : "");
                if (passes) {
                    caller.getOutputStream().write("MAIL".getBytes(ISO_8859_1));
                    assertThat(read(caller, 4)).as("unseen from here on").isEqualTo("MAIL");
                }
            }
            // A greeting that does not tell, of a server that speaks FTP all the same.
            serve(mail, "220 ready\r\n", "");
            try (var caller = connect(network.client(), client, server, MAIL)) {
                assertThat(read(caller, 11)).as("the greeting, once").isEqualTo("220 ready\r\n");
                caller.getOutputStream().write("PORT 127,0,0,1,0,25\r\n".getBytes(ISO_8859_1));
                assertThat(read(caller, 4)).as("inspected").isEqualTo("530 ");
            }
            serve(echo, "", "");
            try (var caller = connect(network.client(), client, server, ECHO)) {
                caller.getOutputStream().write(TLS_HELLO);
                assertThat(read(caller, TLS_HELLO.length))
                        .as("what TLS from the first byte gets")
                        .isEqualTo(passes ? new String(TLS_HELLO, ISO_8859_1) : "");
            }
            gateway.stop();
            assertThat(gateway.log()).contains(passes ? "event=opaque" : "reason=not-ftp").doesNotContain(" ERROR ");
        }
    }

    private static String configuration(String mode, String others) {
        return """
                gateways:
                  - name: every-port
                    listen: "[::]:2121"
                    intercept: { mode: %s, clientInterfaces: [client], serverInterfaces: [server], ports: any, others: %s }
                    server: original
                    dataPorts: 50000-50003
                """.formatted(mode, others);
    }

    private RunningServer ftpServer(Network network, Family family) throws Exception {
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
        var root = Folders.reachable(base.resolve("files"));
        Files.write(root.resolve("file.bin"), SampleFiles.bytes("file.bin", SampleFiles.ODD_BYTES));
        var work = Folders.reachable(base.resolve("work"));
        return network.server().call(() -> new Vsftpd().start(family, Network.SERVER.in(family), FTP, root, work));
    }

    private void fetchInEveryMode(Host host, Family family, RunningServer server) throws Exception {
        var client = new Curl();
        for (var mode : client.modes(family)) {
            var visit = Visit.prepare(server.endpoint(), mode, "curl-" + mode, server.root(), base, Duration.ofSeconds(20));
            var target = visit.in("file.bin");
            var finished = host.call(() -> client.download(visit, "file.bin", target));
            assertThat(finished.exit()).as(mode + ": " + finished.printed() + server.log()).isZero();
            assertThat(Files.readAllBytes(target)).isEqualTo(Files.readAllBytes(server.root().resolve("file.bin")));
        }
    }

    // ---- Servers of other protocols ----

    static ServerSocket listen(Host host, String address, int port) throws Exception {
        return host.call(() -> {
            var listener = new ServerSocket();
            listener.bind(new InetSocketAddress(address, port));
            return listener;
        });
    }

    /** Greets one client, answers the first line where there is an answer, and says all else back. */
    private static void serve(ServerSocket listener, String greeting, String answer) {
        CompletableFuture.runAsync(() -> {
            try (var accepted = listener.accept()) {
                accepted.getOutputStream().write(greeting.getBytes(ISO_8859_1));
                if (!answer.isEmpty()) {
                    for (var b = 0; b != '\n' && b >= 0; b = accepted.getInputStream().read()) {}
                    accepted.getOutputStream().write(answer.getBytes(ISO_8859_1));
                }
                accepted.getInputStream().transferTo(accepted.getOutputStream());
            } catch (IOException closed) {
                // The test ends, or the gateway refused.
            }
        }, task -> Thread.ofVirtual().start(task));
    }

    static Socket connect(Host host, String from, String to, int port) throws Exception {
        return host.call(() -> {
            var socket = new Socket();
            socket.bind(new InetSocketAddress(from, 0));
            socket.connect(new InetSocketAddress(to, port), CONNECT_MILLIS);
            socket.setSoTimeout(CONNECT_MILLIS);
            return socket;
        });
    }

    /** So many bytes, or those before the end. */
    static String read(Socket socket, int length) {
        var bytes = new byte[length];
        var got = 0;
        try {
            while (got < length) {
                var more = socket.getInputStream().read(bytes, got, length - got);
                if (more < 0) {
                    break;
                }
                got += more;
            }
        } catch (IOException reset) {
            // As good as an end.
        }
        return new String(Arrays.copyOf(bytes, got), ISO_8859_1);
    }
}
