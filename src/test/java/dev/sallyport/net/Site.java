package dev.sallyport.net;

import dev.sallyport.net.Network.Topology;
import dev.sallyport.peers.Family;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** A network of its own with a {@link PlainServer} of each family in it, and the gateway between them and the clients. */
final class Site implements AutoCloseable {

    final Network network;
    final RunningGateway gateway;
    private final Map<Family, PlainServer> servers;

    private Site(Network network, RunningGateway gateway, Map<Family, PlainServer> servers) {
        this.network = network;
        this.gateway = gateway;
        this.servers = servers;
    }

    static Site build(Topology topology, String configuration) throws Exception {
        var network = Network.open(topology);
        var servers = new EnumMap<Family, PlainServer>(Family.class);
        try {
            for (var family : Family.values()) {
                servers.put(family, PlainServer.start(network.server(), Network.SERVER.in(family), 21));
            }
            return new Site(network, RunningGateway.start(network.gateway(), configuration), servers);
        } catch (Throwable failed) {
            for (var server : servers.values()) {
                server.close();
            }
            network.close();
            throw failed;
        }
    }

    PlainServer server(Family family) {
        return Objects.requireNonNull(servers.get(family));
    }

    @Override
    public void close() throws Exception {
        try (network; gateway) {
            for (var server : servers.values()) {
                server.close();
            }
        }
    }
}
