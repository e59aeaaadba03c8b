package dev.sallyport.proxy;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Port;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where the FTP server is: a name or an IP literal, and a port. A name is looked up anew for each session.
 *
 * @param host a host name, or an IPv4 or IPv6 literal without brackets
 * @param port the server's control port
 */
public record ServerAddress(String host, Port port) {

    /** The address when the host is a literal; null when it is a name. */
    public @Nullable InetAddress literal() {
        return Addresses.parse(host);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
