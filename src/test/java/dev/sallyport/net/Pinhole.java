package dev.sallyport.net;

import dev.sallyport.peers.Family;
import org.jspecify.annotations.Nullable;

/**
 * The elements that make one pinhole, as the data path adds them, in the words of nft.
 *
 * @param from the address that the connection comes from
 * @param fromPort its source port; null for any
 * @param to where the peer was told to connect
 * @param dnat the true destination, null when it is {@code to}
 * @param snat the source address that the target is to see, null for the peer's own
 */
record Pinhole(
        Family family,
        int id,
        String from,
        @Nullable Integer fromPort,
        String to,
        int toPort,
        @Nullable String dnat,
        int dnatPort,
        @Nullable String snat) {

    static Pinhole of(Family family, int id, Network.Address from, Network.Address to, int port) {
        return new Pinhole(family, id, from.in(family), null, to.in(family), port, null, 0, null);
    }

    Pinhole onlyFromPort(int port) {
        return new Pinhole(family, id, from, port, to, toPort, dnat, dnatPort, snat);
    }

    Pinhole leadingTo(Network.Address target, int port) {
        return new Pinhole(family, id, from, fromPort, to, toPort, target.in(family), port, snat);
    }

    Pinhole seenAs(Network.Address source) {
        return new Pinhole(family, id, from, fromPort, to, toPort, dnat, dnatPort, source.in(family));
    }

    /** The ct mark of its flow. */
    String mark() {
        return "0x%08x".formatted(0x8000_0000 | id);
    }

    String elements(String timeout) {
        String suffix = family == Family.IPV4 ? "4" : "6";
        String key = from + " . " + to + " . " + toPort;
        var text = new StringBuilder();
        text.append(add("id" + suffix, key + " timeout " + timeout + " : " + mark()));
        if (dnat != null) {
            text.append(add("dnat" + suffix, key + " timeout " + timeout + " : " + dnat + " . " + dnatPort));
        }
        if (snat != null) {
            text.append(add("snat" + suffix, mark() + " timeout " + timeout + " : " + snat));
        }
        text.append(fromPort == null
                ? add("pin" + suffix, key + " timeout " + timeout)
                : add("src" + suffix, from + " . " + fromPort + " . " + to + " . " + toPort + " timeout " + timeout));
        return text.toString();
    }

    private static String add(String set, String element) {
        return "add element inet sallyport " + set + " { " + element + " }\n";
    }
}
