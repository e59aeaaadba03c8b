package dev.sallyport.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.faults.Sequence;
import dev.sallyport.net.Network.Topology;
import dev.sallyport.peers.Family;
import dev.sallyport.peers.Requirements;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A gateway that is started where one runs: it is told why not, and the one that runs does not notice. */
@Tag("system")
@Timeout(60)
class SecondGatewayIT {

    private static final int CLOSED_PORT = 5_555;

    /** One that could not listen, and one that could. */
    @ParameterizedTest
    @ValueSource(strings = {"2121", "3131"})
    void second_isRefused_andTheWallOfTheFirstStands(String listener) throws Exception {
        try (var site = Site.build(Topology.ROUTED, RunningGateway.ROUTED);
                var closed = Wall.listen(site.network.server(), Network.SERVER.four(), CLOSED_PORT)) {
            var rest = new CountDownLatch(1);
            site.server(Family.IPV4).on("RETR", PlainServer.held(rest));
            try (var client = login(site)) {
                var data = client.connect(client.passive());
                client.ask("RETR 1000000", "150 ");
                assertThat(data.getInputStream().read()).isZero();
                var before = standing(site.network.gateway());
                var busy = new AtomicBoolean(true);
                var admitted = site.network.attacker().start(() -> {
                    var times = 0;
                    while (busy.get()) {
                        times += Wall.refused(
                                site.network.attacker(), Network.ATTACKER.four(), 0, Network.SERVER.four(), CLOSED_PORT) ? 0 : 1;
                    }
                    return times;
                });

                var ended = RunningGateway.fail(site.network.gateway(), RunningGateway.ROUTED.replace("2121", listener));
                var after = standing(site.network.gateway());
                busy.set(false);

                assertThat(ended.exit()).as(ended.printed()).isEqualTo(1);
                assertThat(ended.printed())
                        .contains("another process, " + site.gateway.handle().pid()
                                + ", has Sallyport's table in the packet filter of this host")
                        .contains("put the gateways of both in one configuration file")
                        .doesNotContain("Exception", "\tat ", "doctor", "Ready");
                assertThat(after).isEqualTo(before);
                assertThat(admitted.get()).as("let through to the server's port " + CLOSED_PORT).isZero();
                Wall.assertNobodyCame(closed);

                rest.countDown();
                assertThat(Sequence.read(data.getInputStream())).isEqualTo(1_000_000);
                data.close();
                client.expect("226 ");
                site.server(Family.IPV4).on("RETR", PlainServer.AT_ONCE);
                client.download(10_000);
            }
            try (var next = login(site)) {
                next.download(10_000);
                next.downloadActively(10_000);
            }
            assertThat(site.gateway.log()).doesNotContain("it is installed again", " ERROR ");
        }
    }

    /** The lock is the process's: nobody has to take it away. */
    @Test
    void afterTheFirstIsKilled_theNextStarts() throws Exception {
        try (var network = Network.open(Topology.ROUTED)) {
            try (var first = RunningGateway.start(network.gateway(), RunningGateway.ROUTED)) {
                first.kill();
            }
            try (var next = RunningGateway.start(network.gateway(), RunningGateway.ROUTED)) {
                next.awaitLine(line -> line.contains("swept the table of an earlier run"));
            }
        }
    }

    /** Any user can have a name. Who is told of another gateway would look for one in vain. */
    @Test
    void reservedByAnotherUser_itsProcessAndUserAreSaid() throws Exception {
        var script = """
                use Socket; use POSIX ();
                POSIX::setuid(65534);
                socket(my $taken, AF_UNIX, SOCK_STREAM, 0) or die;
                bind($taken, pack("S a*", AF_UNIX, "\\0sallyport-firewall")) or die;
                listen($taken, 8) or die;
                $| = 1; print "taken"; sleep;
                """;
        try (var network = Network.open(Topology.ROUTED);
                var taker = network.gateway().start(List.of(Requirements.program("perl").toString(), "-e", script))) {
            await().until(() -> taker.printed().contains("taken"));
            var ended = RunningGateway.fail(network.gateway(), RunningGateway.ROUTED);
            assertThat(ended.exit()).as(ended.printed()).isEqualTo(1);
            assertThat(ended.printed())
                    .contains("process " + taker.handle().pid() + " of user 65534 has the name by which one process reserves")
                    .doesNotContain("another process", "Exception", "\tat ", "Ready");
        }
    }

    private static PlainClient login(Site site) throws Exception {
        return PlainClient.login(site.network.client(), Network.CLIENT.four(), Network.SERVER.four());
    }

    /** The table with its handles, without what changes by itself, and the policy routes. */
    private static String standing(Host host) throws Exception {
        return host.require("nft", "-s", "-a", "-n", "list", "table", "inet", "sallyport")
                        .replaceAll("(?s)\\s+elements = \\{[^}]*}", "")
                + host.require("ip", "rule") + host.require("ip", "-6", "rule")
                + host.require("ip", "route", "show", "table", "2021") + host.require("ip", "-6", "route", "show", "table", "2021");
    }
}
