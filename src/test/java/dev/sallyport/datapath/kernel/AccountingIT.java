package dev.sallyport.datapath.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.faults.Sequence;
import dev.sallyport.net.Network;
import dev.sallyport.net.Network.Topology;
import dev.sallyport.net.PlainClient;
import dev.sallyport.net.PlainServer;
import dev.sallyport.netlink.ConntrackEvents;
import dev.sallyport.netlink.NftWriter;
import dev.sallyport.netlink.TcpState;
import dev.sallyport.peers.Family;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.telemetry.LogLines;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the kernel forwarded is known to the session: its bytes, its end, and soon. */
@Tag("system")
@Tag("alone")
@Timeout(60)
class AccountingIT {

    private static final int TRANSFERS = 25;
    private static final int WARM_UP = 5;
    private static final long BYTES = 300_000;
    private static final long AGAIN_BYTES = 60_000;
    private static final int LATE_RESETS = 10;
    private static final int TIMESTAMP_BYTES = 12;
    private static final Duration SOON = Duration.ofMillis(50);

    private int exact;

    @ParameterizedTest
    @EnumSource(Family.class)
    void endOfADataConnection_withItsBytes_isToldWithin50Milliseconds(Family family) throws Exception {
        try (var network = Network.open(Topology.ROUTED);
                var server = PlainServer.start(network.server(), Network.SERVER.in(family), 21);
                var gateway = GatewayInHost.start(network, "", RulesetSettings.DEFAULT_SET_SIZE, Firewall.Tuning.USUAL)) {
            server.on("APPE", (none, visitor) -> {
                visitor.say("150 Wait for it.");
                try (var data = visitor.connect()) {
                    data.getOutputStream().write(new byte[1000]);
                    data.getInputStream().read();
                    data.setSoLinger(true, 0);
                }
                visitor.say("426 Broken.");
            });
            server.on("NLST", (none, visitor) -> {
                visitor.say("150 Wait for it.");
                try (var data = visitor.connect()) {
                    data.getOutputStream().write(new byte[(int) BYTES]);
                    data.setSoLinger(true, 0);
                }
                visitor.say("426 Broken.");
            });
            network.client().assumeNothingIsLost();
            network.server().assumeNothingIsLost();
            var waits = new ArrayList<Long>();
            try (var client = PlainClient.login(network.client(), Network.CLIENT.in(family), Network.SERVER.in(family))) {
                for (int i = 0; i < TRANSFERS; i++) {
                    client.send("NOOP");
                    client.expect("200 ");
                    var data = client.connect(client.passive());
                    client.ask("RETR " + BYTES, "150 ");
                    assertThat(Sequence.read(data.getInputStream())).isEqualTo(BYTES);
                    waits.add(told(gateway, i, closed(data), BYTES, 0, DataEnd.CLOSED));
                    client.expect("226 ");
                }
                for (int i = 0; i < TRANSFERS; i++) {
                    try (var listener = client.active()) {
                        client.ask("STOR x", "150 ");
                        var data = listener.accept();
                        Sequence.write(data.getOutputStream(), BYTES, new AtomicLong());
                        waits.add(told(gateway, TRANSFERS + i, closed(data), 0, BYTES, DataEnd.CLOSED));
                    }
                    client.expect("226 " + BYTES);
                }
                for (int i = 0; i < TRANSFERS; i++) {
                    try (var data = client.connect(client.passive())) {
                        client.ask("APPE x", "150 ");
                        assertThat(data.getInputStream().readNBytes(1000)).hasSize(1000);
                        data.getOutputStream().write(1);
                        waits.add(told(gateway, 2 * TRANSFERS + i, System.nanoTime(), 1000, 1, DataEnd.RESET));
                    }
                    client.expect("426 ");
                }
                for (int i = 0; i < TRANSFERS; i++) {
                    try (var data = client.connect(client.passive())) {
                        client.ask("NLST x", "150 ");
                        var read = bytesUntilReset(data);
                        waits.add(told(gateway, 3 * TRANSFERS + i, System.nanoTime(), read, 0, DataEnd.RESET));
                    }
                    client.expect("426 ");
                }
            }
            assertThat(exact).as("counted exactly").isGreaterThan(3 * TRANSFERS / 2);
            waits.subList(0, WARM_UP).clear();
            Collections.sort(waits);
            System.out.printf("%s: the end of a data connection was told after %.2f ms (median), %.2f ms (most)%n",
                    family, waits.get(waits.size() / 2) / 1e6, waits.getLast() / 1e6);
            // A processor that is busy with other tests may hold one up.
            assertThat(waits.get(waits.size() * 95 / 100)).isLessThan(SOON.toNanos());
            gateway.awaitNothingLeft();
        }
    }

    @Test
    void connectionThatTheServerRefuses_isToldAsSuch() throws Exception {
        try (var network = Network.open(Topology.ROUTED);
                var server = PlainServer.start(network.server(), Network.SERVER.four(), 21);
                var gateway = GatewayInHost.start(network, "", RulesetSettings.DEFAULT_SET_SIZE, Firewall.Tuning.USUAL)) {
            server.on("PASV", (none, visitor) -> visitor.say("227 Entering Passive Mode (198,51,100,20,250,1)."));
            server.on("RETR", (name, visitor) -> visitor.say("425 Nobody came."));
            try (var client = PlainClient.login(network.client(), Network.CLIENT.four(), Network.SERVER.four())) {
                var told = client.passive();
                assertThatThrownBy(() -> client.connect(told)).hasCauseInstanceOf(ConnectException.class);
                told(gateway, 0, System.nanoTime(), 0, 0, DataEnd.TARGET_REFUSED);
                client.ask("RETR x", "425 ");
            }
            gateway.awaitNothingLeft();
        }
    }

    private static long bytesUntilReset(Socket data) throws IOException {
        var read = 0L;
        try {
            var buffer = new byte[10_000];
            for (int n = data.getInputStream().read(buffer); n >= 0; n = data.getInputStream().read(buffer)) {
                read += n;
            }
        } catch (SocketException reset) {
            return read;
        }
        throw new AssertionError("an end of file, not a reset, after " + read);
    }

    private static long closed(Socket data) throws Exception {
        data.close();
        return System.nanoTime();
    }

    /** @return how long after the end it was told, in nanoseconds */
    private long told(GatewayInHost gateway, int index, long endedNanos, long toClient, long toServer, DataEnd end) {
        var told = await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1))
                .until(() -> ends(gateway), ends -> ends.size() > index).get(index);
        if (told.event() instanceof SessionEvent.DataEnded(_, var moved, var how)) {
            var bytesToClient = moved.bytesToClient();
            var bytesToServer = moved.bytesToServer();
            // The kernel counts what was sent again as well, and answers to that. A reset that answers what came too late has no
            // timestamps, as all else has by which headers are told from payload.
            var least = end == DataEnd.RESET ? toClient - LATE_RESETS * TIMESTAMP_BYTES : toClient;
            assertThat(bytesToClient).isBetween(least, toClient + AGAIN_BYTES);
            assertThat(bytesToServer).isBetween(toServer, toServer + AGAIN_BYTES);
            assertThat(how).isEqualTo(end);
            exact += bytesToClient == toClient && bytesToServer == toServer ? 1 : 0;
        }
        return told.nanos() - endedNanos;
    }

    private static List<GatewayInHost.Told> ends(GatewayInHost gateway) {
        return gateway.told.stream().filter(told -> told.event() instanceof SessionEvent.DataEnded).toList();
    }

    @Test
    void controlConnection_staysWhileDataMovesInTheKernel_andNoLonger() throws Exception {
        try (var network = Network.open(Topology.ROUTED);
                var server = PlainServer.start(network.server(), Network.SERVER.four(), 21);
                var gateway = GatewayInHost.start(network, """
                        timeouts:
                          idle: 1s
                          reply: 1s
                          login: 1s
                        """, RulesetSettings.DEFAULT_SET_SIZE, Firewall.Tuning.USUAL);
                var client = PlainClient.login(network.client(), Network.CLIENT.four(), Network.SERVER.four())) {
            server.on("RETR", (bytes, visitor) -> {
                visitor.say("150 Slowly.");
                try (var data = visitor.connect()) {
                    for (int i = 0; i < 35; i++) {
                        data.getOutputStream().write(new byte[100]);
                        Thread.sleep(100);
                    }
                }
                visitor.say("226 Done.");
            });
            try (var data = client.connect(client.passive())) {
                client.ask("RETR 3500", "150 ");
                assertThat(data.getInputStream().readAllBytes()).hasSize(3500);
            }
            client.expect("226 ");
            client.ask("NOOP", "200 ");
            var silentNanos = System.nanoTime();
            client.expect("421 ");
            assertThat(System.nanoTime() - silentNanos).isBetween(
                    TimeUnit.MILLISECONDS.toNanos(900), TimeUnit.MILLISECONDS.toNanos(3000));
            gateway.awaitNothingLeft();
        }
    }

    @Test
    void lostEvents_areRecoveredFrom() throws Exception {
        var tiny = new Firewall.Tuning(
                new NftWriter.Settings(), new ConntrackEvents.Settings(Ruleset.OWN_FLOW, Ruleset.OWN_FLOW, TcpState.OVER, 1),
                KernelRanges.Tuning.USUAL);
        try (var lines = LogLines.of(Flows.class.getName());
                var network = Network.open(Topology.ROUTED);
                var server = PlainServer.start(network.server(), Network.SERVER.four(), 21);
                var gateway = GatewayInHost.start(network, "", RulesetSettings.DEFAULT_SET_SIZE, tiny)) {
            var clients = new ArrayList<CompletableFuture<Boolean>>();
            for (int i = 0; i < 16; i++) {
                clients.add(network.client().start(() -> {
                    try (var client = PlainClient.login(network.client(), Network.CLIENT.four(), Network.SERVER.four())) {
                        for (int transfer = 0; transfer < 12; transfer++) {
                            client.download(1000);
                            client.downloadActively(1000);
                        }
                        client.ask("QUIT", "221 ");
                    }
                    return true;
                }));
            }
            for (var client : clients) {
                assertThat(client.get(20, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(lines.texts()).as("events were lost").anyMatch(line -> line.contains("faster than they were read"));
            assertThat(server.transferred).hasSize(16 * 24);
            gateway.awaitNothingLeft();
        }
    }
}
