package dev.sallyport.rules;

import static java.util.Objects.requireNonNull;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Network;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * Addresses that may never take part in a data connection, whatever a rule says: nobody has a file server there, and much
 * that trusts whoever reaches it.
 */
public final class Forbidden {

    /**
     * RFC 1122 §3.2.1.3 (this host, broadcast), RFC 3927 (link-local, where clouds answer with their secrets at 169.254.169.254),
     * RFC 5771 (multicast); RFC 4291 §2.5.2, §2.5.6, §2.7 (unspecified, link-local, multicast).
     */
    private static final List<Network> ALWAYS = networks(
            "0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "255.255.255.255", "::", "fe80::/10", "ff00::/8");

    /**
     * Where clouds answer their machines apart from link-local: Azure's WireServer (Microsoft, "What is IP address 168.63.129.16?"),
     * Alibaba Cloud's metadata ("Instance metadata" of ECS), and by IPv6 that of Amazon ("Instance Metadata Service" of EC2) and of
     * Google ("About VM metadata" of Compute Engine).
     */
    private static final List<Network> CLOUDS =
            networks("168.63.129.16", "100.100.100.200", "fd00:ec2::254", "fd20:ce::254");

    private static final List<Network> LOOPBACK = networks("127.0.0.0/8", "::1");

    /** An IPv4 address within an IPv6 one: where its four bytes stand, and what each is mixed with. */
    private record Embedding(Network prefix, int mask, int... at) {

        InetAddress of(InetAddress address) {
            var bytes = address.getAddress();
            var embedded = new byte[at.length];
            for (var i = 0; i < at.length; i++) {
                embedded[i] = (byte) (bytes[at[i]] ^ mask);
            }
            return Addresses.of(embedded);
        }
    }

    /** Those of RFC 4291 §2.5.5.1, of RFC 6052 §2.1, of RFC 3056 §2; of Teredo the server and the client (RFC 4380 §4). */
    private static final List<Embedding> EMBEDDINGS = List.of(
            new Embedding(network("::/96"), 0, 12, 13, 14, 15), new Embedding(network("64:ff9b::/96"), 0, 12, 13, 14, 15),
            new Embedding(network("2002::/16"), 0, 2, 3, 4, 5), new Embedding(network("2001::/32"), 0, 4, 5, 6, 7),
            new Embedding(network("2001::/32"), 0xff, 12, 13, 14, 15));

    private static final Network LOCAL_TRANSLATION = network("64:ff9b:1::/48");

    /**
     * A network may translate by any prefix within that of RFC 8215, and then the address stands in one of these places
     * (RFC 6052 §2.2: behind 48, 56, 64 and 96 bits). Which one, nobody here knows.
     */
    private static final List<Embedding> LOCAL_EMBEDDINGS = List.of(
            new Embedding(LOCAL_TRANSLATION, 0, 6, 7, 9, 10), new Embedding(LOCAL_TRANSLATION, 0, 7, 9, 10, 11),
            new Embedding(LOCAL_TRANSLATION, 0, 9, 10, 11, 12), new Embedding(LOCAL_TRANSLATION, 0, 12, 13, 14, 15));

    /** What the other places hold when the address stands in one. */
    private static final Network NOTHING_THERE = network("0.0.0.0/8");

    private Forbidden() {}

    /**
     * Whether an address may not take part.
     *
     * @param peer the address of the control connection's end on that side: what is loopback or the host's own may be itself
     * @param own the host's own addresses
     */
    public static boolean contains(InetAddress address, InetAddress peer, OwnAddresses own) {
        return within(ALWAYS, address) || within(CLOUDS, address)
                || !address.equals(peer) && (within(LOOPBACK, address) || own.contains(address))
                || EMBEDDINGS.stream().anyMatch(
                        each -> each.prefix.contains(address) && !within(LOOPBACK, address)
                                && contains(each.of(address), peer, own))
                || !address.equals(peer) && LOCAL_TRANSLATION.contains(address)
                        && LOCAL_EMBEDDINGS.stream().map(each -> each.of(address))
                                .anyMatch(each -> !NOTHING_THERE.contains(each) && contains(each, peer, own));
    }

    private static boolean within(List<Network> networks, InetAddress address) {
        for (var network : networks) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }

    private static List<Network> networks(String... texts) {
        return Stream.of(texts).map(Forbidden::network).toList();
    }

    private static Network network(String text) {
        return requireNonNull(Network.parse(text));
    }
}
