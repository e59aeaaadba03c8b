package dev.sallyport.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.faults.Sequence;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.net.Network.Topology;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A gateway that is killed under load: what the kernel has goes on, or ends by itself, and the next start finds its way. */
@Tag("system")
@Timeout(60)
class KilledGatewayIT {

    private static final int RUNNING = 4;
    private static final int WAITING = 8;
    /** As slowly as it is sent, it takes minutes; the test takes as long as it needs. */
    private static final long FILE_BYTES = 64 << 20;
    private static final Duration PINHOLE = Duration.ofSeconds(3);

    /** With translation, flows that go on depend on more than the wall. */
    @ParameterizedTest
    @EnumSource(value = Topology.class, names = {"ROUTED", "VIP"})
    void killedUnderLoad_leavesNothingOpen_andRunningTransfersFinish(Topology topology) throws Exception {
        var called = (topology == Topology.VIP ? Network.VIP : Network.SERVER).four();
        var configuration = (topology == Topology.VIP ? RunningGateway.VIP : RunningGateway.ROUTED) + """
                timeouts:
                  pinhole: 3s
                """;
        try (var network = Network.open(topology);
                var server = PlainServer.start(network.server(), Network.SERVER.four(), 21)) {
            var gone = new AtomicBoolean();
            server.patient = true;
            server.on("RETR", (bytes, visitor) -> {
                visitor.say("150 Slowly.");
                try (var data = visitor.connect()) {
                    var throttled = new SlowOutput(data.getOutputStream(), gone);
                    Sequence.write(throttled, Long.parseLong(bytes), new AtomicLong());
                }
                server.transferred.add(Long.parseLong(bytes));
            });
            var clients = new ArrayList<PlainClient>();
            var transfers = new ArrayList<CompletableFuture<Long>>();
            var waiting = new ArrayList<Endpoint>();
            var busy = new AtomicBoolean(true);
            var gateway = RunningGateway.start(network.gateway(), configuration);
            try {
                for (int i = 0; i < RUNNING; i++) {
                    var client = login(network, clients, called);
                    transfers.add(i % 2 == 0 ? passively(network.client(), client) : actively(network.client(), client));
                }
                for (int i = 0; i < WAITING; i++) {
                    waiting.add(login(network, clients, called).passive());
                }
                // And one that opens pinholes as fast as it can: one is on its way to the kernel at the end.
                var hasty = login(network, clients, called);
                var load = network.client().start(() -> {
                    while (busy.get()) {
                        hasty.passive();
                    }
                    return true;
                });
                await().until(() -> RunningGateway.flows(network.gateway()).size() >= RUNNING
                        && RunningGateway.open(network.gateway()).size() <= WAITING + 2);
                gateway.kill();
                busy.set(false);
                var killedNanos = System.nanoTime();
                load.exceptionally(cut -> true).get(5, TimeUnit.SECONDS);
                assertThat(transfers).noneMatch(CompletableFuture::isDone);
                assertThat(RunningGateway.open(network.gateway())).hasSizeBetween(WAITING, WAITING + 2);

                // Within its time each still admits its one connection; the kernel needs nobody for that, nor to end them.
                var first = waiting.removeFirst();
                connect(network.client(), first).close();
                assertThat(refused(network, first)).isTrue();
                await().atMost(PINHOLE.plusSeconds(3)).until(() -> RunningGateway.open(network.gateway()).isEmpty());
                assertThat(System.nanoTime() - killedNanos).isLessThan(PINHOLE.plusSeconds(2).toNanos());
                for (var late : waiting) {
                    assertThat(refused(network, late)).as("late: " + late).isTrue();
                }
                assertThat(refused(network, first)).isTrue();

                gateway = RunningGateway.start(network.gateway(), configuration);
                gateway.awaitLine(line -> line.contains("swept the table of an earlier run; "));
                assertThat(RunningGateway.elements(network.gateway())).as("after the sweep").isEmpty();
                assertThat(transfers).as("go on, the wall of the next run notwithstanding").noneMatch(CompletableFuture::isDone);
                gone.set(true);
                for (var transfer : transfers) {
                    assertThat(transfer.get(10, TimeUnit.SECONDS)).isEqualTo(FILE_BYTES);
                }
                try (var next = PlainClient.login(network.client(), Network.CLIENT.four(), called)) {
                    server.on("RETR", PlainServer.AT_ONCE);
                    next.download(100_000);
                    next.downloadActively(100_000);
                }
                await().untilAsserted(() -> {
                    assertThat(RunningGateway.elements(network.gateway())).isEmpty();
                    assertThat(RunningGateway.flows(network.gateway())).filteredOn(flow -> flow.contains("ESTABLISHED")).isEmpty();
                });
                assertThat(gateway.log()).doesNotContain(" ERROR ");
            } finally {
                busy.set(false);
                gone.set(true);
                gateway.close();
                for (var client : clients) {
                    client.close();
                }
            }
        }
    }

    private static PlainClient login(Network network, List<PlainClient> clients, String called) throws Exception {
        var client = PlainClient.login(network.client(), Network.CLIENT.four(), called);
        clients.add(client);
        return client;
    }

    private static CompletableFuture<Long> passively(Host host, PlainClient client) throws Exception {
        var data = client.connect(client.passive());
        client.ask("RETR " + FILE_BYTES, "150 ");
        return host.start(() -> Sequence.read(data.getInputStream()));
    }

    private static CompletableFuture<Long> actively(Host host, PlainClient client) throws Exception {
        try (var listener = client.active()) {
            client.ask("RETR " + FILE_BYTES, "150 ");
            var data = listener.accept();
            return host.start(() -> Sequence.read(data.getInputStream()));
        }
    }

    private static Socket connect(Host host, Endpoint to) throws Exception {
        return Wall.connect(host, Network.CLIENT.four(), 0, to.address().getHostAddress(), to.port().number());
    }

    private static boolean refused(Network network, Endpoint to) throws Exception {
        return Wall.refused(
                network.client(), Network.CLIENT.four(), 0, Objects.requireNonNull(to.address().getHostAddress()), to.port().number());
    }

    /** Lets a little through at a time, until told to hurry. */
    private static final class SlowOutput extends java.io.FilterOutputStream {
        private final AtomicBoolean hurry;

        SlowOutput(java.io.OutputStream out, AtomicBoolean hurry) {
            super(out);
            this.hurry = hurry;
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws java.io.IOException {
            out.write(bytes, from, length);
            try {
                Thread.sleep(hurry.get() ? 0 : 200);
            } catch (InterruptedException interrupted) {
                throw new java.io.InterruptedIOException();
            }
        }
    }
}
