package dev.sallyport.datapath.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.faults.Sequence;
import dev.sallyport.net.Network;
import dev.sallyport.net.Network.Topology;
import dev.sallyport.net.PlainClient;
import dev.sallyport.net.PlainServer;
import dev.sallyport.net.RunningGateway;
import dev.sallyport.netlink.ConntrackEvents;
import dev.sallyport.netlink.NftWriter;
import dev.sallyport.peers.Family;
import dev.sallyport.telemetry.LogLines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nobody is told where to connect before the kernel has said that the way is open; where it says no, nothing is open. */
@Tag("system")
@Timeout(60)
class OrderIT {

    private static final long DELAY_MILLIS = 200;
    private static final int TRIALS = 4;
    private static final int ROOM = 16;

    private static final ConntrackEvents.Settings EVENTS = Firewall.Tuning.USUAL.events();

    /** The kernel's last answer, as the gateway may know it. */
    private final AtomicLong answeredNanos = new AtomicLong();

    private Firewall.Tuning delayed(int queueCapacity) {
        return new Firewall.Tuning(new NftWriter.Settings(queueCapacity, () -> {
            try {
                Thread.sleep(DELAY_MILLIS);
            } catch (InterruptedException ending) {
                Thread.currentThread().interrupt();
            }
            answeredNanos.set(System.nanoTime());
        }), EVENTS, KernelRanges.Tuning.USUAL);
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void delayedAcknowledgement_nobodyIsToldWhereToConnectBefore(Family family) throws Exception {
        try (var network = Network.open(Topology.ROUTED);
                var server = PlainServer.start(network.server(), Network.SERVER.in(family), 21);
                var gateway = GatewayInHost.start(network, "", RulesetSettings.DEFAULT_SET_SIZE, delayed(1_000))) {
            // It connects as soon as it knows where, long before the command that it is for.
            server.on("PORT", (address, visitor) -> eager(server, visitor, dev.sallyport.ftp.DataAddress.port(address)));
            server.on("EPRT", (address, visitor) -> eager(server, visitor, dev.sallyport.ftp.DataAddress.eprt(address)));
            try (var client = PlainClient.login(network.client(), Network.CLIENT.in(family), Network.SERVER.in(family))) {
                for (int trial = 0; trial < TRIALS; trial++) {
                    var asked = System.nanoTime();
                    var target = client.passive();
                    var toldNanos = System.nanoTime();
                    assertThat(toldNanos - asked).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(DELAY_MILLIS));
                    assertThat(toldNanos).isGreaterThan(answeredNanos.get());
                    assertThat(answeredNanos.get()).isGreaterThan(asked);
                    // That of the trial before, which is used up, may be about to be taken out.
                    await().untilAsserted(() -> assertThat(RunningGateway.open(network.gateway())).hasSize(1));
                    // Its first packet passes: had it to be sent again, that would take a second.
                    try (var data = client.connect(target)) {
                        client.ask("RETR 1000", "150 ");
                        assertThat(Sequence.read(data.getInputStream())).isEqualTo(1000);
                    }
                    client.expect("226 ");
                }
                for (int trial = 0; trial < TRIALS; trial++) {
                    server.heard.clear();
                    try (var listener = client.listener()) {
                        var asked = System.nanoTime();
                        client.send(PlainClient.activeCommand(listener).text());
                        var heard = Objects.requireNonNull(server.heard.poll(5, TimeUnit.SECONDS));
                        assertThat(heard.nanos() - asked).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(DELAY_MILLIS));
                        client.expect("200 ");
                        try (var data = listener.accept()) {
                            assertThat(Sequence.read(data.getInputStream())).isEqualTo(1000);
                        }
                    }
                }
            }
            gateway.awaitNothingLeft();
        }
    }

    private static void eager(
            PlainServer server, PlainServer.Visitor visitor, dev.sallyport.ftp.Parsed<dev.sallyport.ftp.Endpoint> to) throws Exception {
        visitor.target(to);
        var begun = System.nanoTime();
        try (var data = visitor.connect()) {
            assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.MILLISECONDS.toNanos(900));
            Sequence.write(data.getOutputStream(), 1000, new AtomicLong());
        }
        visitor.say("200 Been there.");
    }

    @Test
    void fullSet_is425_andNothingIsLeft() throws Exception {
        try (var lines = LogLines.of(TableWriter.class.getName());
                var network = Network.open(Topology.ROUTED);
                var server = PlainServer.start(network.server(), Network.SERVER.four(), 21);
                var gateway = GatewayInHost.start(network, "", ROOM, Firewall.Tuning.USUAL)) {
            var clients = new ArrayList<PlainClient>();
            try {
                for (int i = 0; i < ROOM; i++) {
                    clients.add(login(network));
                    assertThat(clients.getLast().passive().port().number()).isPositive();
                }
                assertThat(RunningGateway.open(network.gateway())).hasSize(ROOM);
                try (var client = login(network)) {
                    client.ask("PASV", "425 ");
                    try (var listener = client.listener()) {
                        // The sets of active pinholes have room, the map of identities has none: all or nothing.
                        client.ask(PlainClient.activeCommand(listener).text(), "425 ");
                    }
                    assertThat(RunningGateway.open(network.gateway())).hasSize(ROOM);
                    clients.removeLast().close();
                    await().untilAsserted(() -> assertThat(RunningGateway.open(network.gateway())).hasSize(ROOM - 1));
                    client.download(1000);
                }
            } finally {
                for (var client : clients) {
                    client.close();
                }
            }
            gateway.awaitNothingLeft();
            assertThat(server.heard).isNotEmpty();
            assertThat(lines.texts())
                    .as("which element, for people, and once").anyMatch(line -> line.matches(
                            "pinhole \\S+ could not be opened: Cannot add 192\\.0\\.2\\.10 \\. 198\\.51\\.100\\.20 \\. [0-9]+ "
                                    + "to set sallyport pin4: E[A-Z]+( \\([^)]*\\))?"));
        }
    }

    @Test
    void netlinkThatFails_is425_andNothingIsLeft() throws Exception {
        try (var network = Network.open(Topology.ROUTED);
                var server = PlainServer.start(network.server(), Network.SERVER.four(), 21);
                var gateway = GatewayInHost.start(network, "", RulesetSettings.DEFAULT_SET_SIZE, Firewall.Tuning.USUAL);
                var client = login(network)) {
            client.download(1000);
            // What it has used is deleted a moment later, and could not be any more.
            await().untilAsserted(() -> assertThat(RunningGateway.open(network.gateway())).isEmpty());
            gateway.loseNetlink();
            client.ask("PASV", "425 ");
            client.ask("EPSV", "425 ");
            server.heard.clear();
            try (var listener = client.listener()) {
                client.ask(PlainClient.activeCommand(listener).text(), "425 ");
            }
            client.ask("RETR 1000", "425 ");
            assertThat(server.heard).as("of PORT and RETR the server hears nothing").isEmpty();
            assertThat(client.ask("NOOP", "200 ")).as("the session goes on").isNotEmpty();
            assertThat(RunningGateway.open(network.gateway())).isEmpty();
            assertThat(gateway.gateway.dataPath().open()).isZero();
        }
    }

    /** The kernel misses the table when the pinhole is to be opened; a moment later it is there again. */
    @Test
    void tableRemovedInBetween_is425_andTheNextWorks() throws Exception {
        try (var network = Network.open(Topology.ROUTED);
                var server = PlainServer.start(network.server(), Network.SERVER.four(), 21);
                var gateway = GatewayInHost.start(network, "", RulesetSettings.DEFAULT_SET_SIZE, Firewall.Tuning.USUAL);
                var client = login(network)) {
            client.download(1000);
            var refusals = 0;
            for (int trial = 0; trial < 20 && refusals < 3; trial++) {
                network.gateway().nft("delete table inet sallyport");
                client.send("PASV");
                if (client.reply().startsWith("425 ")) {
                    refusals++;
                }
                await().atMost(Duration.ofSeconds(3)).until(() -> network.gateway()
                        .run("nft", "list", "chain", "inet", "sallyport", "forward").exit() == 0);
                client.download(1000);
            }
            assertThat(refusals).as("pinholes refused for want of the table").isEqualTo(3);
            client.close();
            gateway.awaitNothingLeft();
            assertThat(server.transferred).isNotEmpty();
        }
    }

    /** More wait for the kernel than may. */
    @Test
    void writerThatIsBehind_is425_andNothingIsLeft() throws Exception {
        try (var network = Network.open(Topology.ROUTED);
                var server = PlainServer.start(network.server(), Network.SERVER.four(), 21);
                var gateway = GatewayInHost.start(network, "", RulesetSettings.DEFAULT_SET_SIZE, delayed(2))) {
            var clients = new ArrayList<PlainClient>();
            try {
                for (int i = 0; i < 8; i++) {
                    clients.add(login(network));
                }
                for (var client : clients) {
                    client.send("PASV");
                }
                var replies = new ArrayList<String>();
                for (var client : clients) {
                    replies.add(client.reply().substring(0, 4));
                }
                assertThat(replies).contains("425 ", "227 ").allMatch(List.of("425 ", "227 ")::contains);
                assertThat(RunningGateway.open(network.gateway())).hasSize((int) replies.stream().filter("227 "::equals).count());
            } finally {
                for (var client : clients) {
                    client.close();
                }
            }
            gateway.awaitNothingLeft();
            assertThat(server.heard).isNotEmpty();
        }
    }

    private static PlainClient login(Network network) throws Exception {
        return PlainClient.login(network.client(), Network.CLIENT.four(), Network.SERVER.four());
    }
}
