package dev.sallyport.datapath.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.datapath.DataPath;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.net.Network;
import dev.sallyport.net.Network.Address;
import dev.sallyport.net.Network.Topology;
import dev.sallyport.net.RunningGateway;
import dev.sallyport.net.Wall;
import dev.sallyport.netlink.NftWriter;
import dev.sallyport.peers.Family;
import dev.sallyport.session.Input;
import dev.sallyport.session.RangeId;
import dev.sallyport.session.RangeRequest;
import dev.sallyport.session.SessionId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A gateway in a host of its own, a client that asks for a passive range, and a server that listens in it. */
abstract class KernelRangeCase {

    static final Duration LIFE = Duration.ofSeconds(3);
    static final int PORT = 50_010;
    static final String LIMITS = """
            timeouts:
              dataIdle: 3s
            """;

    Network network;
    ServerSocket listener;

    @BeforeEach
    void build() throws Exception {
        network = Network.open(Topology.ROUTED);
        listener = Wall.listen(network.server(), "::", PORT);
    }

    @AfterEach
    void remove() throws Exception {
        if (network != null) {
            listener.close();
            network.close();
        }
    }

    GatewayInHost start(int setSize, Runnable beforeAnswers) throws Exception {
        return GatewayInHost.start(network, LIMITS, setSize, new Firewall.Tuning(
                new NftWriter.Settings(1_000, beforeAnswers), Firewall.Tuning.USUAL.events(),
                new KernelRanges.Tuning(LIFE, Duration.ofSeconds(1), Duration.ofSeconds(1))));
    }

    GatewayInHost start() throws Exception {
        return start(RulesetSettings.DEFAULT_SET_SIZE, () -> {});
    }

    static RangeRequest request(int session, Address client, Address server, Family family, PortRange ports) throws IOException {
        var from = InetAddress.getByName(client.in(family));
        var to = InetAddress.getByName(server.in(family));
        return new RangeRequest(new RangeId(new SessionId(session), 1), from, to, to, from, ports, 8);
    }

    static RangeRequest request(int session) throws IOException {
        return request(session, Network.CLIENT, Network.SERVER, Family.IPV4, GatewayInHost.PASSIVE);
    }

    static RangeId opened(DataPath path, RangeOwner owner, RangeRequest request) throws Exception {
        path.openRange(request, owner);
        assertThat(owner.next()).isEqualTo(new Input.RangeOpened(request.id()));
        return request.id();
    }

    Socket connect(Family family) throws Exception {
        return Wall.connect(network.client(), Network.CLIENT.in(family), 0, Network.SERVER.in(family), PORT);
    }

    boolean refused(Address client, Family family) throws Exception {
        var host = client == Network.CLIENT ? network.client() : client == Network.SECOND ? network.second() : network.attacker();
        return Wall.refused(host, client.in(family), 0, Network.SERVER.in(family), PORT);
    }

    static void reset(int millis, Socket... ends) throws IOException {
        for (var end : ends) {
            end.setSoTimeout(millis);
            assertThatThrownBy(() -> end.getInputStream().read()).isInstanceOf(IOException.class).hasMessageContaining("reset");
        }
    }

    List<String> elements() throws Exception {
        return RunningGateway.elements(network.gateway(), "range", "server", "snat");
    }
}
