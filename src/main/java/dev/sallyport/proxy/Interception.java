package dev.sallyport.proxy;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Network;
import dev.sallyport.ftp.Port;
import java.net.InetAddress;
import java.util.List;

/**
 * How connections that clients make to servers come to the gateway instead.
 *
 * @param kind the kernel's mechanism
 * @param clientInterfaces the network interfaces that clients' packets come in through; empty for all
 * @param serverInterfaces the network interfaces that servers' packets come in through; empty for all
 * @param clients whose connections; empty for everyone's
 * @param addresses addresses of this host that stand for servers behind it; connections to any other are not intercepted
 * @param controlPorts the ports that servers are called on; empty for every port: then what was negotiated is data, what
 *     speaks FTP is control, and the rest is {@code others}
 * @param others what becomes of connections that are not FTP, when every port is intercepted
 * @param ownMark SO_MARK of the gateway's sockets that have addresses of other hosts
 * @param users numeric user ids of this host whose own connections are intercepted too
 * @param groups numeric group ids likewise
 */
public record Interception(
        Kind kind,
        List<String> clientInterfaces,
        List<String> serverInterfaces,
        List<Network> clients,
        List<InetAddress> addresses,
        List<Port> controlPorts,
        Others others,
        int ownMark,
        List<Integer> users,
        List<Integer> groups) {

    /** Clients connect to the gateway itself. */
    public static final Interception NONE = new Interception(
            Kind.NONE, List.of(), List.of(), List.of(), List.of(), List.of(new Port(21)), Others.REFUSE, 0, List.of(),
            List.of());

    public enum Kind {
        /** Clients connect to the gateway itself. */
        NONE,
        /** The kernel's NAT redirects them; this works for programs on the gateway's own host too. */
        REDIRECT,
        /** The kernel hands them over as they are. */
        TPROXY
    }

    public enum Others {
        REFUSE,
        PASS
    }

    public Interception {
        clientInterfaces = List.copyOf(clientInterfaces);
        serverInterfaces = List.copyOf(serverInterfaces);
        clients = List.copyOf(clients);
        addresses = List.copyOf(addresses);
        controlPorts = List.copyOf(controlPorts);
        users = List.copyOf(users);
        groups = List.copyOf(groups);
    }

    public boolean intercepts() {
        return kind != Kind.NONE;
    }

    /**
     * Where clients believe to be connected, as far as that is known beforehand: active data is to come from the port below.
     *
     * @param listen where the gateway listens
     */
    public List<Endpoint> called(List<Endpoint> listen) {
        return intercepts()
                ? listen.stream().flatMap(one -> controlPorts.stream().map(one::withPort)).toList()
                : listen;
    }

    public boolean everyPort() {
        return controlPorts.isEmpty();
    }
}
