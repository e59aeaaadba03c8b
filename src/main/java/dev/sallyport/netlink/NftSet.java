package dev.sallyport.netlink;

import java.nio.charset.StandardCharsets;

/**
 * A set or a map of a table of family inet.
 *
 * @param table 1 to 255 bytes
 * @param name 1 to 255 bytes
 */
public record NftSet(String table, String name) {

    /** NFT_NAME_MAXLEN, with the NUL that ends a name. */
    private static final int MAX_NAME_BYTES = 256;

    public NftSet {
        zeroTerminated(table);
        zeroTerminated(name);
    }

    /** As netlink wants a name. @throws IllegalArgumentException when the kernel would refuse it */
    static byte[] zeroTerminated(String name) {
        var bytes = (name + '\0').getBytes(StandardCharsets.UTF_8);
        if (name.isEmpty() || name.indexOf('\0') >= 0 || bytes.length > MAX_NAME_BYTES) {
            throw new IllegalArgumentException("A name of nftables has 1 to 255 bytes and no NUL: " + name);
        }
        return bytes;
    }

    @Override
    public String toString() {
        return table + " " + name;
    }
}
