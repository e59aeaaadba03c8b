package dev.sallyport.capture;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.Set;

/**
 * What the kernel is asked for, as an expression of pcap-filter(7). Control connections are wanted whole. Data connections may
 * have any ports, but what is to be known of them is in their segments with SYN, FIN or RST: who, when, and, by the sequence
 * numbers, how much. Those wrap: so of the others a few are wanted too, those at the beginning of each 16 MiB.
 *
 * <p>Fragments, and IPv6 with extension headers, are wanted all: where TCP's ports are cannot be told there.
 */
final class LiveFilter {

    /** Of a sequence number the bits that are 0 in the first 128 KiB of 16 MiB: no segment is longer, so some begin there. */
    private static final String SAMPLE = "0xfe0000";

    private LiveFilter() {}

    /**
     * What to try, the best first: not every kind of link knows of VLANs.
     *
     * @param everything whether TCP is wanted whole, whatever its ports
     */
    static List<String> expressions(Set<Integer> ports, boolean everything) {
        var control = ports.stream().sorted().map(port -> "tcp port " + port).collect(joining(" or "));
        var some4 = everything ? ""
                : " and (ip[6:2] & 0x3fff != 0 or " + control + " or tcp[13] & 7 != 0 or tcp[4:4] & " + SAMPLE + " = 0)";
        var some6 = everything ? "" : " and (" + control + " or ip6[53] & 7 != 0 or ip6[44:4] & " + SAMPLE + " = 0)";
        var filter = "ip proto 4 or ip proto 41 or (ip proto 6" + some4 + ") or (ip6 and (ip6[6] = 0 or ip6[6] = 4 or ip6[6] = 41"
                + " or ip6[6] = 43 or ip6[6] = 44 or ip6[6] = 51 or ip6[6] = 60 or ip6[6] = 135 or (ip6[6] = 6" + some6 + ")))";
        // Behind "vlan" everything is meant to lie behind one more tag. Where nearly all is wanted anyway, whatever has one passes: the
        // kernel refuses what libpcap makes of the longer one then.
        var tagged = everything ? " or vlan" : " or (vlan and (" + filter + ")) or (vlan and (" + filter + "))";
        return List.of("(" + filter + ")" + tagged, filter);
    }
}
