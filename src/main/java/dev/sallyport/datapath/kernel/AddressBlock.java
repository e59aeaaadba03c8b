package dev.sallyport.datapath.kernel;

import dev.sallyport.ftp.Addresses;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;

/**
 * The addresses that share a prefix (RFC 4632 §3.1, RFC 4291 §2.3).
 *
 * @param address its first address; the bits behind the prefix are zero
 * @param prefix how many bits are shared, 0 to 32 for IPv4, to 128 for IPv6
 */
public record AddressBlock(InetAddress address, int prefix) {

    /** @throws IllegalArgumentException when the prefix is out of range or the address has bits behind it */
    public AddressBlock {
        var bits = address.getAddress().length * 8;
        if (prefix < 0 || prefix > bits) {
            throw new IllegalArgumentException("a prefix of this family is 0 to " + bits + ", not " + prefix);
        }
        if (!Arrays.equals(address.getAddress(), masked(address.getAddress(), prefix))) {
            throw new IllegalArgumentException(
                    Addresses.text(address, false) + "/" + prefix + " has bits behind its prefix");
        }
    }

    /** The block of one address. */
    public static AddressBlock of(InetAddress address) {
        return new AddressBlock(address, address.getAddress().length * 8);
    }

    /**
     * Reads {@code 192.0.2.0/24}, {@code 2001:db8::/32}, or one address.
     *
     * @throws IllegalArgumentException when the text is none of these; the message says what is allowed
     */
    public static AddressBlock parse(String text) {
        var slash = text.indexOf('/');
        var address = Addresses.parse(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            throw new IllegalArgumentException("'" + text + "' is not a network; write one such as 192.0.2.0/24 or 2001:db8::/32");
        }
        try {
            return slash < 0 ? of(address) : new AddressBlock(address, Integer.parseInt(text.substring(slash + 1)));
        } catch (NumberFormatException notNumber) {
            throw new IllegalArgumentException("'" + text + "' has no number behind its slash", notNumber);
        }
    }

    public boolean ipv4() {
        return address instanceof Inet4Address;
    }

    /** Whether an address of the same family is in the block; one of the other family never is. */
    public boolean contains(InetAddress other) {
        var bytes = other.getAddress();
        return bytes.length == address.getAddress().length && Arrays.equals(masked(bytes, prefix), address.getAddress());
    }

    /** {@code 192.0.2.0/24}; without the prefix when it is one address. */
    @Override
    public String toString() {
        var text = Addresses.text(address, false);
        return prefix == address.getAddress().length * 8 ? text : text + "/" + prefix;
    }

    private static byte[] masked(byte[] bytes, int prefix) {
        var masked = bytes.clone();
        for (var bit = prefix; bit < masked.length * 8; bit++) {
            masked[bit / 8] &= (byte) ~(0x80 >> bit % 8);
        }
        return masked;
    }
}
