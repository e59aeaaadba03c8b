package dev.sallyport.rules;

import static java.util.Objects.requireNonNull;

import dev.sallyport.ftp.Network;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Addresses that may never take part in a data connection, whatever a rule says: nobody has a file server there, and much
 * that trusts whoever reaches it.
 */
public final class Forbidden {

    /**
     * RFC 1122 §3.2.1.3 (this host, broadcast), RFC 3927 (link-local, where clouds answer with their secrets at 169.254.169.254),
     * RFC 5771 (multicast); RFC 4291 §2.5.2, §2.5.6, §2.7 (unspecified, link-local, multicast), and a cloud's own fd00:ec2::254.
     */
    private static final List<Network> ALWAYS = networks("0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "255.255.255.255", "::",
            "fe80::/10", "ff00::/8", "fd00:ec2::254");

    private static final List<Network> LOOPBACK = networks("127.0.0.0/8", "::1");

    /** An IPv4 address within an IPv6 one: where its four bytes begin. RFC 4291 §2.5.5.1, RFC 6052 §2.1, RFC 3056 §2. */
    private record Embedding(Network prefix, int at) {}

    private static final List<Embedding> EMBEDDINGS = List.of(
            new Embedding(network("::/96"), 12), new Embedding(network("64:ff9b::/96"), 12), new Embedding(network("2002::/16"), 2));

    private Forbidden() {}

    /**
     * Whether an address may not take part.
     *
     * @param peer the address of the control connection's end on that side: what is loopback or the host's own may be itself
     * @param own the host's own addresses
     */
    public static boolean contains(InetAddress address, InetAddress peer, OwnAddresses own) {
        return within(ALWAYS, address)
                || !address.equals(peer) && (within(LOOPBACK, address) || own.contains(address))
                || EMBEDDINGS.stream().anyMatch(
                        each -> each.prefix.contains(address) && !within(LOOPBACK, address)
                                && contains(embedded(address, each.at), peer, own));
    }

    private static boolean within(List<Network> networks, InetAddress address) {
        for (var network : networks) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }

    private static InetAddress embedded(InetAddress address, int at) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(address.getAddress(), at, at + 4));
        } catch (UnknownHostException wrongLength) {
            throw new AssertionError(wrongLength);
        }
    }

    private static List<Network> networks(String... texts) {
        return Stream.of(texts).map(Forbidden::network).toList();
    }

    private static Network network(String text) {
        return requireNonNull(Network.parse(text));
    }
}
