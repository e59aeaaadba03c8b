package dev.sallyport.netlink;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * One direction of a flow, as connection tracking saw it.
 *
 * @param source and {@code destination}, both IPv4 or both IPv6
 * @param sourcePort 0 to 65535; 0 for protocols without ports
 * @param protocol of IANA: 6 is TCP
 */
public record FlowTuple(
        InetAddress source, int sourcePort, InetAddress destination, int destinationPort, int protocol) {
    public static final int TCP = 6;

    public FlowTuple {
        if (source instanceof Inet4Address != destination instanceof Inet4Address) {
            throw new IllegalArgumentException("Addresses of two families: " + source + " and " + destination);
        }
    }

    /** A TCP connection from {@code source} to {@code destination}. */
    public static FlowTuple tcp(InetAddress source, int sourcePort, InetAddress destination, int destinationPort) {
        return new FlowTuple(source, sourcePort, destination, destinationPort, TCP);
    }

    boolean ipv4() {
        return source instanceof Inet4Address;
    }
}
