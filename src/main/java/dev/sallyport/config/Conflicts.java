package dev.sallyport.config;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.proxy.ServerAddress;
import org.jspecify.annotations.Nullable;

/** What cannot stand together: ports that are needed twice, and a gateway that leads to itself. */
public final class Conflicts {

    private Conflicts() {}

    /** Whether a socket on one keeps a socket on the other from listening. IPv6's wildcard stands for IPv4 too. */
    static boolean sameSocket(Endpoint one, Endpoint other) {
        return one.port().equals(other.port()) && (one.equals(other) || covers(one, other) || covers(other, one));
    }

    private static boolean covers(Endpoint wildcard, Endpoint other) {
        return wildcard.address().isAnyLocalAddress() && (!wildcard.ipv4() || other.ipv4());
    }

    /** A sentence when data connections would need the port that clients log in on; null when they do not. */
    public static @Nullable String ports(PortRange dataPorts, Endpoint listen) {
        return dataPorts.contains(listen.port())
                ? "the data ports " + dataPorts + " hold port " + listen.port() + " of " + listen
                        + ", where clients log in: choose data ports without it."
                : null;
    }

    /**
     * A sentence when a data port would be the source port of active data connections; null when it would not.
     *
     * @param called where clients connect, or believe to
     */
    public static @Nullable String activeSource(PortRange dataPorts, Endpoint called) {
        var source = called.port().number() - 1;
        return source > 0 && dataPorts.contains(new Port(source))
                ? "the data ports " + dataPorts + " hold port " + source + ", which active data connections to clients of "
                        + called + " come from: choose data ports without it."
                : null;
    }

    /** Whether two gateways that listen there would draw the same data ports at the same address. */
    static boolean sharedPorts(Endpoint listen, PortRange ports, Endpoint otherListen, PortRange otherPorts) {
        var sameAddress = sameSocket(listen, otherListen.withPort(listen.port()));
        return sameAddress && overlap(ports, otherPorts);
    }

    static boolean overlap(PortRange one, PortRange other) {
        return one.first().compareTo(other.last()) <= 0 && other.first().compareTo(one.last()) <= 0;
    }

    /** A sentence when the server is where the gateway listens; null when it is not. */
    public static @Nullable String server(ServerAddress server, Endpoint listen) {
        var address = server.literal();
        var same = address != null && server.port().equals(listen.port())
                && (address.equals(listen.address())
                        || listen.address().isAnyLocalAddress() && address.isLoopbackAddress());
        return same
                ? "the server " + server + " is the gateway itself, which listens on " + listen
                        + ": name the FTP server behind it."
                : null;
    }
}
