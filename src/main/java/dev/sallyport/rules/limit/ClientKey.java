package dev.sallyport.rules.limit;

import dev.sallyport.ftp.Addresses;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;

/**
 * What counts as one client: an IPv4 address or an IPv6 /64, since that is what one IPv6 host has at its disposal
 * (RFC 4291 §2.5.4, RFC 8981).
 */
public record ClientKey(InetAddress address) {

    private static final int PREFIX_OCTETS = 8;

    public static ClientKey of(InetAddress client) {
        if (!(client instanceof Inet6Address)) {
            return new ClientKey(client);
        }
        var bytes = client.getAddress();
        Arrays.fill(bytes, PREFIX_OCTETS, bytes.length, (byte) 0);
        return new ClientKey(Addresses.of(bytes));
    }
}
