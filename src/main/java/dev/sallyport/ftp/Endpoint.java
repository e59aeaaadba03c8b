package dev.sallyport.ftp;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * An address and a port: one end of a TCP connection. An IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2) is held as the
 * IPv4 address that it means, so that one host has one address whatever socket it came through.
 *
 * @param address an IPv4 or IPv6 address, without a scope
 * @param port the port
 */
public record Endpoint(InetAddress address, Port port) {

    public Endpoint {
        address = unmapped(address);
    }

    /** The endpoint of a connected socket. */
    public static Endpoint of(InetSocketAddress socketAddress) {
        return new Endpoint(socketAddress.getAddress(), new Port(socketAddress.getPort()));
    }

    /** An IPv4 address for an IPv4-mapped IPv6 address, without name or scope; any other address as it is. */
    public static InetAddress unmapped(InetAddress address) {
        var bytes = address.getAddress();
        try {
            // getByAddress turns the mapped form into an Inet4Address and leaves name and scope behind.
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new AssertionError("an InetAddress has 4 or 16 bytes", impossible);
        }
    }

    public boolean ipv4() {
        return address instanceof Inet4Address;
    }

    public InetSocketAddress toSocketAddress() {
        return new InetSocketAddress(address, port.number());
    }

    public Endpoint withPort(Port other) {
        return new Endpoint(address, other);
    }

    /** {@code 192.0.2.1:21} or {@code [2001:db8::1]:21}. */
    @Override
    public String toString() {
        return Addresses.text(address, true) + ":" + port;
    }
}
