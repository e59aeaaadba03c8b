package dev.sallyport.lab.replay;

import dev.sallyport.ftp.Network;
import dev.sallyport.session.SessionPolicy;
import java.net.InetAddress;
import java.util.List;

/**
 * The gateway that a capture goes before.
 *
 * @param name as rules ask for it; empty where there is none
 * @param policy what it decides by; addresses to advertise are not asked for, since it is taken to be transparent
 * @param clients the networks of clients whose sessions come to it; empty for all
 * @param servers the networks of servers whose sessions come to it; empty for all
 */
public record ReplayedGateway(String name, SessionPolicy policy, List<Network> clients, List<Network> servers) {

    public ReplayedGateway {
        clients = List.copyOf(clients);
        servers = List.copyOf(servers);
    }

    /** Whether a session comes to it. */
    boolean has(InetAddress client, InetAddress server) {
        return within(clients, client) && within(servers, server);
    }

    private static boolean within(List<Network> networks, InetAddress address) {
        return networks.isEmpty() || networks.stream().anyMatch(network -> network.contains(address));
    }
}
