package dev.sallyport.rules;

import dev.sallyport.ftp.Network;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;

/** Networks in a form that an address is compared with without making anything. */
final class NetworkSet {

    /** An address as numbers; of an IPv4 address the low half alone. */
    record Bits(boolean ipv4, long high, long low) {

        static Bits of(InetAddress address) {
            var bytes = address.getAddress();
            return address instanceof Inet4Address
                    ? new Bits(true, 0, number(bytes, 0, 4))
                    : new Bits(false, number(bytes, 0, 8), number(bytes, 8, 16));
        }

        private static long number(byte[] bytes, int from, int to) {
            var number = 0L;
            for (var i = from; i < to; i++) {
                number = number << 8 | bytes[i] & 0xff;
            }
            return number;
        }

        /** The address with the bits behind a prefix cleared. */
        Bits prefix(int length) {
            if (ipv4) {
                return new Bits(true, 0, low & mask(length + 32));
            }
            return new Bits(false, high & mask(Math.min(length, 64)), low & mask(Math.max(0, length - 64)));
        }
    }

    private final Bits[] prefixes;
    private final long[] highMasks;
    private final long[] lowMasks;

    NetworkSet(List<Network> networks) {
        prefixes = new Bits[networks.size()];
        highMasks = new long[prefixes.length];
        lowMasks = new long[prefixes.length];
        for (var i = 0; i < prefixes.length; i++) {
            var network = networks.get(i);
            prefixes[i] = Bits.of(network.address());
            highMasks[i] = network.ipv4() ? 0 : mask(Math.min(network.prefixLength(), 64));
            lowMasks[i] = network.ipv4() ? mask(network.prefixLength() + 32) : mask(Math.max(0, network.prefixLength() - 64));
        }
    }

    boolean contains(Bits address) {
        for (var i = 0; i < prefixes.length; i++) {
            var prefix = prefixes[i];
            if (prefix.ipv4 == address.ipv4
                    && (address.high & highMasks[i]) == prefix.high
                    && (address.low & lowMasks[i]) == prefix.low) {
                return true;
            }
        }
        return false;
    }

    /** So many ones from the left of 64 bits. */
    private static long mask(int ones) {
        return ones == 0 ? 0 : -1L << Long.SIZE - ones;
    }
}
