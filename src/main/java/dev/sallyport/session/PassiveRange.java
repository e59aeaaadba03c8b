package dev.sallyport.session;

import dev.sallyport.ftp.Network;
import dev.sallyport.ftp.PortRange;
import java.net.InetAddress;
import java.util.List;

/**
 * The ports that servers tell in passive mode, as their own configuration has them.
 *
 * @param servers whose they are; not empty
 * @param ports none below 1024
 */
public record PassiveRange(List<Network> servers, PortRange ports) {

    public PassiveRange {
        servers = List.copyOf(servers);
    }

    boolean covers(InetAddress server) {
        return servers.stream().anyMatch(network -> network.contains(server));
    }
}
