package dev.sallyport.cli;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.sallyport.lab.EmbeddedServer;
import dev.sallyport.peers.Family;
import dev.sallyport.peers.FreePorts;
import dev.sallyport.peers.GatewayProgram;
import dev.sallyport.peers.Requirements;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** However many sessions and rules there are, metrics stay few and quick. */
@Tag("system")
@Tag("alone")
@Timeout(120)
class ManySessionsIT {

    private static final int SESSIONS = 5_000;
    /** As many as have series of their own by default. */
    private static final int SHOWN = 200;
    /** Of each of these: bytes in two directions, transfers, pinholes, two ages, and what it does. */
    private static final int SERIES_OF_ONE = 7;
    /** Such as those of the JVM's first collection of garbage. */
    private static final int SOME_MORE = 20;

    private static final int RULES = 5_000;
    /** The most that have series of their own; all others are one. */
    private static final int RULES_SHOWN = 500;

    private static final int WITH_PINHOLE = 30;
    private static final int TRANSFERRING = 10;
    private static final int LOGINS_AT_ONCE = 16;
    /** Two of each session are in this process: the client's and the server's. */
    private static final int DESCRIPTORS = 2 * SESSIONS + 2_000;

    private static final int WARM_UP = 30;
    private static final int SCRAPES = 25;
    private static final double MOST_MILLIS = 50;

    @TempDir
    private Path folder;

    private final List<Socket> clients = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void closeClients() throws IOException {
        for (var client : clients) {
            client.close();
        }
    }

    /**
     * A scrape is what Prometheus asks for: OpenMetrics, packed. How long one takes is the least of {@value #SCRAPES} by the clock,
     * from the request to the last byte: a machine that is busy with other tests delays some, but hardly each.
     */
    @Test
    void metrics_ofManySessions_areBounded_andQuick() throws Exception {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                && system.getMaxFileDescriptorCount() < DESCRIPTORS) {
            Requirements.missing(DESCRIPTORS + " open files for a process (ulimit -n)");
        }
        var port = FreePorts.pair(Family.IPV4);
        Files.writeString(folder.resolve("rules.yaml"), rules());
        var telemetry = "127.0.0.1:" + FreePorts.pair(Family.IPV4);
        try (var server = EmbeddedServer.start();
                var gateway = GatewayProgram.startHere(folder, """
                        gateways:
                          - name: many
                            listen: 127.0.0.1:%d
                            server: %s
                            dataPorts: %s
                            rules: rules.yaml
                        limits: { sessionsPerClient: %d }
                        telemetry: { http: "%s" }
                        """.formatted(
                        port, server.address(), FreePorts.range(WITH_PINHOLE + TRANSFERRING, Family.IPV4), SESSIONS, telemetry))) {
            var before = Samples.ask(null, telemetry);
            try (var threads = Executors.newFixedThreadPool(LOGINS_AT_ONCE)) {
                for (var login : threads.invokeAll(Collections.<Callable<Socket>>nCopies(SESSIONS, () -> login(port)))) {
                    assertThat(login.get().isConnected()).isTrue();
                }
            }
            for (var client : clients.subList(0, WITH_PINHOLE)) {
                Operated.tell(client, "PASV", "227");
            }
            for (var client : clients.subList(WITH_PINHOLE, WITH_PINHOLE + TRANSFERRING)) {
                transfer(client);
            }

            var samples = Samples.ask(null, telemetry);
            assertThat(samples.sum("sallyport_sessions_active")).isEqualTo(SESSIONS);
            assertThat(samples.sum("sallyport_sessions_left_out")).isEqualTo(SESSIONS - SHOWN);
            assertThat(samples.series("sallyport_session_info")).hasSize(SHOWN);
            assertThat(samples.sum("sallyport_session_transfers_total")).as("they are shown first").isEqualTo(TRANSFERRING);
            assertThat(samples.series("sallyport_rule_decisions_total")).hasSize(RULES_SHOWN + 1);
            assertThat(samples.lines().size() - before.lines().size()).isLessThanOrEqualTo(SERIES_OF_ONE * SHOWN + SOME_MORE);

            var millis = scrape(gateway, telemetry);
            assertThat(millis).isLessThanOrEqualTo(MOST_MILLIS);
        }
    }

    /** Of a server that many use, each in a folder of their own. */
    private static String rules() {
        return "name: many\ndefaults: { action: allow }\nrules:\n" + IntStream.range(0, RULES).mapToObj(
                number -> "  - { name: keep-%1$d, commands: STOR, paths: /kept/%1$d/**, action: deny }%n".formatted(number))
                .collect(joining());
    }

    private Socket login(int port) throws IOException {
        var client = Operated.login(port);
        clients.add(client);
        return client;
    }

    private static void transfer(Socket client) throws IOException {
        var numbers = Operated.tell(client, "PASV", "227").replaceFirst(".*\\((.*)\\).*", "$1").split(",", -1);
        try (var data = new Socket("127.0.0.1", Integer.parseInt(numbers[4]) << 8 | Integer.parseInt(numbers[5]))) {
            Operated.tell(client, "RETR welcome.txt", "150");
            assertThat(data.getInputStream().readAllBytes()).isNotEmpty();
        }
        Operated.expect(client, "226");
    }

    /** @return what a scrape takes at least, in milliseconds */
    private static double scrape(GatewayProgram gateway, String telemetry) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://" + telemetry + "/metrics"))
                .header("Accept", "application/openmetrics-text;version=1.0.0").header("Accept-Encoding", "gzip").build();
        try (var http = HttpClient.newHttpClient()) {
            for (var i = 0; i < WARM_UP; i++) {
                assertThat(http.send(request, BodyHandlers.ofByteArray()).statusCode()).isEqualTo(200);
            }
            var computedNanos = computedNanos(gateway);
            var taken = new ArrayList<Long>();
            var bytes = 0;
            for (var i = 0; i < SCRAPES; i++) {
                var sinceNanos = System.nanoTime();
                bytes = http.send(request, BodyHandlers.ofByteArray()).body().length;
                taken.add(System.nanoTime() - sinceNanos);
            }
            var computed = (computedNanos(gateway) - computedNanos) / 1e6 / SCRAPES;
            Collections.sort(taken);
            var median = taken.get(taken.size() / 2) / 1e6;
            var least = taken.getFirst() / 1e6;
            System.out.printf(
                    "A scrape with %,d sessions: %.1f ms at least, %.1f ms (median), %.1f ms at most; %.1f ms of a processor; "
                            + "%,d bytes packed%n",
                    SESSIONS, least, median, taken.getLast() / 1e6, computed, bytes);
            return least;
        }
    }

    private static long computedNanos(GatewayProgram gateway) {
        return gateway.handle().info().totalCpuDuration().orElseThrow().toNanos();
    }
}
