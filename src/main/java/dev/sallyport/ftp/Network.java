package dev.sallyport.ftp;

import java.net.Inet4Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that share a prefix (RFC 4632 §3.1, RFC 4291 §2.3).
 *
 * @param address the prefix; the bits behind it are zero
 * @param prefixLength 0 to 32 for IPv4, 0 to 128 for IPv6
 */
public record Network(InetAddress address, int prefixLength) {

    /**
     * Reads {@code 198.51.100.0/24} or {@code 2001:db8::/32}; an address alone is a network of one.
     *
     * @return null when the text is anything else, or has bits set behind the prefix
     */
    public static @Nullable Network parse(String text) {
        var slash = text.indexOf('/');
        var address = Addresses.parse(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            return null;
        }
        var most = address.getAddress().length * Byte.SIZE;
        var length = slash < 0 ? most : length(text.substring(slash + 1));
        if (length < 0 || length > most) {
            return null;
        }
        var network = new Network(address, length);
        return network.hasBitsBehindPrefix() ? null : network;
    }

    /** The network of one address. */
    public static Network of(InetAddress address) {
        return new Network(address, address.getAddress().length * Byte.SIZE);
    }

    private static int length(String digits) {
        if (digits.isEmpty() || digits.length() > 3 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        return Integer.parseInt(digits);
    }

    private boolean hasBitsBehindPrefix() {
        var bytes = address.getAddress();
        for (var bit = prefixLength; bit < bytes.length * Byte.SIZE; bit++) {
            if ((bytes[bit / Byte.SIZE] & 0x80 >>> bit % Byte.SIZE) != 0) {
                return true;
            }
        }
        return false;
    }

    public boolean ipv4() {
        return address instanceof Inet4Address;
    }

    /** Whether an address of the same family is in it; one of the other family never is. */
    public boolean contains(InetAddress other) {
        var mine = address.getAddress();
        var theirs = other.getAddress();
        if (mine.length != theirs.length) {
            return false;
        }
        var whole = prefixLength / Byte.SIZE;
        for (var i = 0; i < whole; i++) {
            if (mine[i] != theirs[i]) {
                return false;
            }
        }
        var rest = prefixLength % Byte.SIZE;
        return rest == 0 || ((mine[whole] ^ theirs[whole]) & 0xff) >>> Byte.SIZE - rest == 0;
    }

    /** {@code 192.0.2.0/24}; without the prefix when it is one address. */
    @Override
    public String toString() {
        var text = Addresses.text(address, false);
        return prefixLength == address.getAddress().length * Byte.SIZE ? text : text + "/" + prefixLength;
    }
}
