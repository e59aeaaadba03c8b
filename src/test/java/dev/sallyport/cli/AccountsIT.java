package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.sallyport.faults.Sequence;
import dev.sallyport.lab.EmbeddedServer;
import dev.sallyport.net.Host;
import dev.sallyport.net.Network;
import dev.sallyport.net.Network.Topology;
import dev.sallyport.net.PlainClient;
import dev.sallyport.net.PlainServer;
import dev.sallyport.net.RunningGateway;
import dev.sallyport.peers.Family;
import dev.sallyport.peers.FreePorts;
import dev.sallyport.peers.FtpClients;
import dev.sallyport.peers.GatewayProgram;
import dev.sallyport.telemetry.TagValues;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.apache.commons.net.ftp.FTP;
import org.apache.commons.net.ftp.FTPClient;
import org.apache.commons.net.ftp.FTPCmd;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a gateway says that it has carried is what clients sent and got, in its metrics and in its log. */
@Tag("system")
@Timeout(60)
class AccountsIT {

    private static final List<Integer> SIZES = List.of(0, 1, 65_535, 65_536, 300_001, 2_000_003);
    private static final int LARGE_BYTES = 64 << 20;
    private static final int READ_BYTES = 100_000;
    /** The kernel counts what was sent again as well. */
    private static final long AGAIN_BYTES = 60_000;
    private static final double NANOS = 1e9;
    private static final String TO_CLIENT = "direction=\"to_client\"";
    private static final String TO_SERVER = "direction=\"to_server\"";
    private static final String COMPLETED = "outcome=\"completed\"";
    private static final Pattern OF_TRANSFER = Pattern.compile("event=transfer .*bytesToClient=(\\d+) bytesToServer=(\\d+)\\s");
    private static final Pattern OF_SESSION = Pattern.compile("event=end .*bytesToClient=(\\d+) bytesToServer=(\\d+)\\s");

    @TempDir
    private Path folder;

    private final AtomicLong toClient = new AtomicLong();
    private final AtomicLong toServer = new AtomicLong();
    private int transfers;
    private double seconds;

    /** What lines of the log say, all together. */
    private record Logged(int lines, long toClient, long toServer) {}

    @Test
    void relay_countsWhatClientsTransferred_exactly() throws Exception {
        var port = FreePorts.pair(Family.IPV4);
        var telemetry = "127.0.0.1:" + FreePorts.pair(Family.IPV4);
        try (var server = EmbeddedServer.start();
                var gateway = relay(server, port, telemetry);
                var onlooker = new Onlooker(null, telemetry)) {
            for (var size : SIZES) {
                Files.write(server.folder().resolve("file-" + size), new byte[size]);
            }
            for (var active : new boolean[] {false, true}) {
                var client = login(port, active);
                for (var size : SIZES) {
                    download(client, "file-" + size, size);
                    upload(client, "upload/" + size, size);
                }
                var sinceNanos = System.nanoTime();
                toClient.addAndGet(client.names());
                ended(client, sinceNanos);
                client.logout();
                client.disconnect();
            }
            var samples = settled(null, telemetry, 2);
            assertThat(samples.sum("sallyport_data_bytes_total", TO_CLIENT, "path=\"relay\"")).isEqualTo(toClient.get());
            assertThat(samples.sum("sallyport_data_bytes_total", TO_SERVER, "path=\"relay\"")).isEqualTo(toServer.get());
            for (var mode : List.of("mode=\"PASV\"", "mode=\"PORT\"")) {
                for (var direction : List.of("direction=\"download\"", "direction=\"upload\"")) {
                    assertThat(samples.sum("sallyport_transfers_total", mode, direction, COMPLETED)).isEqualTo(SIZES.size());
                }
                assertThat(samples.sum("sallyport_transfers_total", mode, "direction=\"listing\"", COMPLETED)).isEqualTo(1);
                assertThat(samples.sum("sallyport_pinholes_used_total", mode)).isEqualTo(2 * SIZES.size() + 1);
            }
            assertThat(samples.sum("sallyport_transfers_total")).isEqualTo(transfers);
            assertThat(samples.sum("sallyport_transfer_duration_seconds_count")).isEqualTo(transfers);
            assertThat(samples.sum("sallyport_transfer_throughput_bytes_per_second_count"))
                    .isEqualTo(4 * SIZES.stream().filter(size -> size >= 65_536).count());
            // Its clock runs from the command to the reply; the client's begins before and ends after.
            assertThat(samples.sum("sallyport_transfer_duration_seconds_sum")).isGreaterThan(0).isLessThan(seconds);
            assertThat(logged(gateway, OF_TRANSFER, transfers)).isEqualTo(new Logged(transfers, toClient.get(), toServer.get()));
            assertThat(logged(gateway, OF_SESSION, 2)).isEqualTo(new Logged(2, toClient.get(), toServer.get()));
            var written = agree(gateway, 2);
            assertThat(written.transfers().seconds())
                    .isCloseTo(samples.sum("sallyport_transfer_duration_seconds_sum"), within(transfers * 1e-6));
            assertThat(written.sessions().sum("transfers")).isEqualTo(transfers);
            await().until(() -> onlooker.looks() > 10);
        }
    }

    @Test
    void relay_countsAnAbortedTransfer_once() throws Exception {
        var port = FreePorts.pair(Family.IPV4);
        var telemetry = "127.0.0.1:" + FreePorts.pair(Family.IPV4);
        try (var server = EmbeddedServer.start();
                var gateway = relay(server, port, telemetry);
                var onlooker = new Onlooker(null, telemetry)) {
            Files.write(server.folder().resolve("large"), new byte[LARGE_BYTES]);
            var client = login(port, false);
            try (var data = client.retrieveFileStream("large")) {
                assertThat(data.readNBytes(READ_BYTES)).hasSize(READ_BYTES);
                client.sendAbort();
            }
            assertThat(client.getReply()).as("of the transfer").isEqualTo(426);
            assertThat(client.getReply()).as("of ABOR").isEqualTo(226);
            var aborted = settledTransfers(telemetry, 1);
            assertThat(aborted.sum("sallyport_transfers_total")).isEqualTo(1);
            assertThat(aborted.sum("sallyport_transfers_total", "direction=\"download\"", "mode=\"PASV\"", "outcome=\"aborted\""))
                    .isEqualTo(1);
            assertThat(aborted.sum("sallyport_data_bytes_total")).isBetween((double) READ_BYTES, (double) LARGE_BYTES);
            client.disconnect();

            var vanishing = login(port, false);
            try (var data = vanishing.retrieveFileStream("large")) {
                assertThat(data.readNBytes(READ_BYTES)).hasSize(READ_BYTES);
                // By a reset: to one who has only said its last the server may still answer that its data is gone.
                vanishing.setSoLinger(true, 0);
                vanishing.disconnect();
            }
            var samples = settled(null, telemetry, 2);
            assertThat(samples.sum("sallyport_transfers_total")).isEqualTo(2);
            assertThat(samples.sum("sallyport_transfers_total", COMPLETED)).isZero();
            assertThat(samples.sum("sallyport_transfer_duration_seconds_count")).isEqualTo(2);
            var logged = logged(gateway, OF_TRANSFER, 2);
            assertThat(logged.lines()).isEqualTo(2);
            assertThat(samples.sum("sallyport_data_bytes_total", TO_CLIENT)).isEqualTo(logged.toClient());
            assertThat(logged(gateway, OF_SESSION, 2)).isEqualTo(logged);
            assertThat(agree(gateway, 2).transfers().lines()).extracting(line -> line.get("outcome").asString())
                    .containsExactly("aborted", "unanswered");
            await().until(() -> onlooker.looks() > 0);
        }
    }

    @Test
    void kernel_countsWhatClientsTransferred_andWhatWasSentAgain() throws Exception {
        var telemetry = "127.0.0.1:9121";
        try (var network = Network.open(Topology.ROUTED);
                var server = PlainServer.start(network.server(), Network.SERVER.four(), 21);
                var gateway = GatewayProgram.start(
                        network.gateway(), folder, RunningGateway.ROUTED + """
                                telemetry: { http: "%s" }
                                log: { file: sessions.json }
                                """.formatted(telemetry));
                var onlooker = new Onlooker(network.gateway(), telemetry)) {
            network.client().assumeNothingIsLost();
            network.server().assumeNothingIsLost();
            try (var client = PlainClient.login(network.client(), Network.CLIENT.four(), Network.SERVER.four())) {
                for (var size : SIZES) {
                    client.download(size);
                    client.downloadActively(size);
                    toClient.addAndGet(2L * size);
                    try (var data = client.connect(client.passive())) {
                        client.ask("STOR x", "150 ");
                        Sequence.write(data.getOutputStream(), size, toServer);
                    }
                    client.expect("226 " + size);
                    transfers += 3;
                }
                client.ask("QUIT", "221 ");
            }
            var whole = settled(network.gateway(), telemetry, 1);
            var sentAgain = transfers * AGAIN_BYTES;
            assertThat(whole.sum("sallyport_data_bytes_total", TO_CLIENT, "path=\"kernel\""))
                    .isBetween((double) toClient.get(), (double) toClient.get() + sentAgain);
            assertThat(whole.sum("sallyport_data_bytes_total", TO_SERVER, "path=\"kernel\""))
                    .isBetween((double) toServer.get(), (double) toServer.get() + sentAgain);
            assertThat(whole.series("sallyport_data_ports")).as("peers see each other's ports").isEmpty();
            assertThat(whole.sum("sallyport_data_packets_total", "path=\"kernel\"")).isGreaterThan(2.0 * transfers);
            assertThat(whole.sum("sallyport_transfers_total", COMPLETED)).isEqualTo(transfers);
            agree(whole, logged(gateway, OF_TRANSFER, transfers), transfers);
            await().untilAsserted(() -> wallAgrees(Samples.ask(network.gateway(), telemetry)));

            try (var vanishing = PlainClient.login(network.client(), Network.CLIENT.four(), Network.SERVER.four());
                    var data = vanishing.connect(vanishing.passive())) {
                vanishing.ask("RETR " + LARGE_BYTES, "150 ");
                assertThat(data.getInputStream().readNBytes(READ_BYTES)).hasSize(READ_BYTES);
                await().until(() -> onlooker.seen() > toClient.get() + READ_BYTES);
                data.setSoLinger(true, 0);
            }
            var samples = settled(network.gateway(), telemetry, 2);
            assertThat(samples.sum("sallyport_transfers_total")).isEqualTo(transfers + 1);
            assertThat(samples.sum("sallyport_transfers_total", COMPLETED)).isEqualTo(transfers);
            assertThat(samples.sum("sallyport_data_bytes_total", TO_CLIENT))
                    .isBetween((double) toClient.get() + READ_BYTES, (double) toClient.get() + LARGE_BYTES);
            agree(samples, logged(gateway, OF_TRANSFER, transfers + 1), transfers + 1);
            agree(samples, logged(gateway, OF_SESSION, 2), 2);
            assertThat(agree(gateway, 2).of("outcome", "completed").of("dataPath", "kernel").lines()).hasSize(transfers);
        }
    }

    /** One session of one client has had all transfers, each through a pinhole that the kernel was told of. */
    private void wallAgrees(Samples samples) {
        var changes = samples.sum("sallyport_netlink_operations_total");
        var batches = samples.sum("sallyport_netlink_batches_total");
        assertThat(changes).isGreaterThanOrEqualTo(transfers).isGreaterThanOrEqualTo(batches);
        assertThat(batches).isPositive().isEqualTo(samples.sum("sallyport_netlink_batch_size_count"))
                .isEqualTo(samples.sum("sallyport_netlink_batch_seconds_count"));
        assertThat(samples.sum("sallyport_netlink_batch_size_sum")).isEqualTo(changes);
        assertThat(samples.sum("sallyport_netlink_batch_seconds_sum")).isPositive();
        assertThat(samples.sum("sallyport_netlink_errors_total")).isZero();
        assertThat(samples.sum("sallyport_conntrack_events_lost_total")).isZero();
        assertThat(samples.sum("sallyport_wall_packets_total", "counter=\"intercepted\"")).isEqualTo(1);
        assertThat(samples.sum("sallyport_wall_packets_total", "counter=\"pinholes\"")).isEqualTo(transfers);
        assertThat(samples.series("sallyport_data_port_waits_total")).hasSize(1).allMatch(line -> line.endsWith(" 0.0"));
        assertThat(TagValues.strangers(samples.lines())).isEmpty();
    }

    /** Where a reset ends a connection, what was told while it stood may be more by the reset's options (datapath.kernel.Payload). */
    private static void agree(Samples samples, Logged logged, int lines) {
        assertThat(logged.lines()).isEqualTo(lines);
        assertThat(samples.sum("sallyport_data_bytes_total", TO_CLIENT))
                .isBetween((double) logged.toClient(), logged.toClient() + 24.0);
        assertThat(samples.sum("sallyport_data_bytes_total", TO_SERVER))
                .isBetween((double) logged.toServer(), logged.toServer() + 24.0);
    }

    /** The session log says what the process's own says. @return it, when so many sessions have ended */
    private SessionLines agree(GatewayProgram gateway, int sessions) {
        var written = SessionLines.await(folder.resolve("sessions.json"), sessions);
        assertThat(logged(written.transfers())).isEqualTo(logged(gateway, OF_TRANSFER, written.transfers().lines().size()));
        assertThat(logged(written.sessions())).isEqualTo(logged(gateway, OF_SESSION, sessions));
        return written;
    }

    private static Logged logged(SessionLines lines) {
        return new Logged(lines.lines().size(), lines.sum("bytesToClient"), lines.sum("bytesToServer"));
    }

    private static final class Client extends FTPClient {

        /** Without waiting for the answer. */
        void sendAbort() throws IOException {
            _controlOutput_.write("ABOR\r\n");
            _controlOutput_.flush();
        }

        /** Begins to list. @return how many bytes that had; the last reply is still to come */
        int names() throws IOException {
            try (var data = Objects.requireNonNull(_openDataConnection_(FTPCmd.NLST, null))) {
                return data.getInputStream().readAllBytes().length;
            }
        }
    }

    private GatewayProgram relay(EmbeddedServer server, int port, String telemetry) throws IOException {
        return GatewayProgram.startHere(folder, """
                gateways:
                  - name: relay
                    listen: 127.0.0.1:%d
                    server: %s
                    dataPorts: %s
                telemetry: { http: "%s" }
                log: { file: sessions.json }
                """.formatted(port, server.address(), FreePorts.range(40, Family.IPV4), telemetry));
    }

    private static Client login(int port, boolean active) throws IOException {
        var client = FtpClients.login(new Client(), port);
        assertThat(client.setFileType(FTP.BINARY_FILE_TYPE)).isTrue();
        if (active) {
            client.enterLocalActiveMode();
        }
        return client;
    }

    private void download(FTPClient client, String name, int size) throws IOException {
        var sinceNanos = System.nanoTime();
        try (var data = client.retrieveFileStream(name)) {
            assertThat(data.readAllBytes()).hasSize(size);
        }
        ended(client, sinceNanos);
        toClient.addAndGet(size);
    }

    private void upload(FTPClient client, String name, int size) throws IOException {
        var sinceNanos = System.nanoTime();
        try (var data = client.storeFileStream(name)) {
            new ByteArrayInputStream(new byte[size]).transferTo(data);
        }
        ended(client, sinceNanos);
        toServer.addAndGet(size);
    }

    private void ended(FTPClient client, long sinceNanos) throws IOException {
        assertThat(client.completePendingCommand()).as(client.getReplyString()).isTrue();
        seconds += (System.nanoTime() - sinceNanos) / NANOS;
        transfers++;
    }

    /** What is exposed when so many sessions have ended, and all that was theirs. */
    private static Samples settled(@Nullable Host host, String telemetry, int sessions) {
        return await().atMost(Duration.ofSeconds(20)).until(
                () -> Samples.ask(host, telemetry),
                samples -> samples.sum("sallyport_sessions_ended_total") == sessions
                        && samples.sum("sallyport_data_connections_active") == 0);
    }

    private static Samples settledTransfers(String telemetry, int transfers) {
        return await().atMost(Duration.ofSeconds(20)).until(
                () -> Samples.ask(null, telemetry),
                samples -> samples.sum("sallyport_transfers_total") >= transfers
                        && samples.sum("sallyport_data_connections_active") == 0);
    }

    /** The gateway's log is written a little later than what it tells of. @param lines how many are waited for */
    private static Logged logged(GatewayProgram gateway, Pattern line, int lines) {
        var found = await().until(() -> line.matcher(gateway.log()).results().toList(), all -> all.size() >= lines);
        return new Logged(
                found.size(), found.stream().mapToLong(each -> Long.parseLong(each.group(1))).sum(),
                found.stream().mapToLong(each -> Long.parseLong(each.group(2))).sum());
    }

    /** Two who ask for metrics all the time, so that what runs is counted while it runs. */
    private static final class Onlooker implements AutoCloseable {

        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicLong looks = new AtomicLong();
        private volatile double seen;
        private final List<Thread> threads;

        Onlooker(@Nullable Host host, String telemetry) {
            threads = List.of(1, 2).stream()
                    .map(_ -> Thread.ofPlatform().daemon().name("onlooker").start(() -> look(host, telemetry))).toList();
        }

        private void look(@Nullable Host host, String telemetry) {
            try {
                while (!over.get()) {
                    seen = Samples.ask(host, telemetry).sum("sallyport_data_bytes_total", TO_CLIENT);
                    looks.incrementAndGet();
                }
            } catch (Exception gone) {
                looks.set(Long.MIN_VALUE);
            }
        }

        long looks() {
            return looks.get();
        }

        /** Bytes to clients. */
        double seen() {
            return seen;
        }

        @Override
        public void close() throws InterruptedException {
            over.set(true);
            for (var thread : threads) {
                thread.join();
            }
        }
    }
}
