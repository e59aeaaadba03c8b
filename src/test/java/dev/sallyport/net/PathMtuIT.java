package dev.sallyport.net;

import static dev.sallyport.net.Wall.connect;
import static dev.sallyport.net.Wall.listen;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.datapath.kernel.RulesetSettings;
import dev.sallyport.datapath.kernel.RulesetSettings.Data;
import dev.sallyport.datapath.kernel.RulesetSettings.Interception;
import dev.sallyport.net.Interceptor.Dial;
import dev.sallyport.net.Network.Topology;
import dev.sallyport.peers.ChildProcess;
import dev.sallyport.peers.Family;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A narrow link beyond the gateway: its "too big" comes to whoever sent the packet, and what was sent arrives in smaller ones. */
@Tag("system")
@Timeout(60)
class PathMtuIT {
    private static final int MTU = 1300;
    private static final int BYTES = 100_000;

    /** The sender is the gateway, in the client's name: what is said to the client is meant for the gateway. */
    @ParameterizedTest
    @EnumSource(Family.class)
    void controlConnection_dialledInTheClientsName_passesANarrowLink(Family family) throws Exception {
        String server = Network.SERVER.in(family);
        try (var wall = wall(Interception.TPROXY);
                var interceptor = Interceptor.start(wall.network.gateway(), Interception.TPROXY, family, Wall.LISTENER, Dial.ANY);
                var narrow = narrow(wall.network.server());
                var listener = listen(wall.network.server(), server, 21);
                var caller = connect(wall.network.client(), Network.CLIENT.in(family), 0, server, 21)) {
            arrives(caller, listener, narrow);
            assertThat(interceptor.printed()).contains("dialled");
        }
    }

    /** The sender is the client; its pinhole lets the message back, translated or not. */
    @ParameterizedTest
    @EnumSource(Family.class)
    void dataConnection_translated_passesANarrowLink(Family family) throws Exception {
        String server = Network.SERVER.in(family);
        try (var wall = wall(Interception.REDIRECT);
                var narrow = narrow(wall.network.server());
                var listener = listen(wall.network.server(), server, 50_000)) {
            wall.open(Pinhole.of(family, 5, Network.CLIENT, Network.SERVER, 50_000).seenAs(Network.GATEWAY_OUTSIDE));
            try (var caller = connect(wall.network.client(), Network.CLIENT.in(family), 0, server, 50_000)) {
                arrives(caller, listener, narrow);
            }
        }
    }

    private static Wall wall(Interception interception) throws Exception {
        var wall = Wall.build(
                Topology.ROUTED, RulesetSettings.Wall.CLOSED, Wall.gateway(Topology.ROUTED, interception, Data.KERNEL, null));
        // A virtual link carries what a network card would cut into segments: it would be too big whatever its segments are.
        wall.network.client().require("ip", "link", "set", "eth0", "gso_max_segs", "1");
        wall.network.gateway().require("ip", "link", "set", "server", "gso_max_segs", "1");
        return wall;
    }

    private static ChildProcess narrow(Host host) throws Exception {
        host.nft("""
                table inet narrow {
                    chain input { type filter hook prerouting priority -400; meta l4proto tcp meta length > %d drop; }
                }
                """.formatted(MTU));
        return host.start(List.of("/usr/bin/python3", host.script("narrow.py").toString(), "eth0", Integer.toString(MTU)));
    }

    private static void arrives(Socket caller, ServerSocket listener, ChildProcess narrow) throws Exception {
        try (var called = listener.accept()) {
            called.setSoTimeout(10_000);
            while (!narrow.printed().contains("listening")) {
                Thread.sleep(5);
            }
            var sent = new byte[BYTES];
            caller.getOutputStream().write(sent);
            assertThat(called.getInputStream().readNBytes(BYTES)).hasSize(BYTES);
            // It says so after it has told the sender, who may be quicker.
            await().untilAsserted(() -> assertThat(narrow.printed())
                    .as("nothing was too big: then nothing is shown").contains("too big"));
        }
    }
}
