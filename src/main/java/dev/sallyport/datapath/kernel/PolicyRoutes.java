package dev.sallyport.datapath.kernel;

import java.io.IOException;
import java.util.List;

/**
 * What makes the host take packets that are addressed to others: a routing rule for each family that sends marked packets
 * to a table of its own, where everything is local. Written with the {@code ip} program.
 *
 * @param mark the mark that nftables puts on such packets
 * @param table a routing table that nobody else uses, 1 to 252 or 256 and above
 */
public record PolicyRoutes(PacketMark mark, int table) {

    public static final int DEFAULT_TABLE = 2021;

    private static final List<String> FAMILIES = List.of("-4", "-6");

    /** @throws IllegalArgumentException when the table is one of the kernel's own */
    public PolicyRoutes {
        // RT_TABLE_DEFAULT, MAIN and LOCAL of linux/rtnetlink.h are 253 to 255; 0 is unspecified.
        if (table < 1 || table >= 253 && table <= 255) {
            throw new IllegalArgumentException("a routing table of ours is 1 to 252, or 256 and above, not " + table);
        }
    }

    /**
     * Adds them where they are missing. A second call changes nothing. IPv6 is left out on a host that has none.
     *
     * @throws IOException when ip cannot be run or may not do it; the message has its words
     */
    public void install() throws IOException {
        for (var family : FAMILIES) {
            if (!available(family)) {
                continue;
            }
            // The route first: a rule that leads to an empty table would send packets on to the next rule.
            require(ip(family, "route", "replace", "local", "default", "dev", "lo", "table", Integer.toString(table)));
            // The kernel would take the same rule twice.
            if (!hasRule(family)) {
                require(ip(family, "rule", "add", "fwmark", mark.toString(), "lookup", Integer.toString(table)));
            }
        }
    }

    /**
     * Removes them, if they are there, however many.
     *
     * @throws IOException when ip cannot be run or may not do it; the message has its words
     */
    public void remove() throws IOException {
        for (var family : FAMILIES) {
            if (!available(family)) {
                continue;
            }
            while (hasRule(family)) {
                require(ip(family, "rule", "del", "fwmark", mark.toString(), "lookup", Integer.toString(table)));
            }
            if (hasRoute(family)) {
                require(ip(family, "route", "del", "local", "default", "dev", "lo", "table", Integer.toString(table)));
            }
        }
    }

    /** Whether all of them are there. */
    public boolean installed() throws IOException {
        for (var family : FAMILIES) {
            if (available(family) && !(hasRule(family) && hasRoute(family))) {
                return false;
            }
        }
        return true;
    }

    private boolean hasRule(String family) throws IOException {
        var listed = ip(family, "rule", "show", "fwmark", mark.toString(), "lookup", Integer.toString(table));
        require(listed);
        return !listed.printed().isEmpty();
    }

    /** A table that never had a route does not exist, and asking for it fails. */
    private boolean hasRoute(String family) throws IOException {
        var listed = ip(family, "route", "show", "table", Integer.toString(table));
        return listed.good() && listed.printed().contains("local default");
    }

    /** A kernel without IPv6 knows no rules of it. */
    private static boolean available(String family) throws IOException {
        return family.equals("-4") || ip(family, "rule", "show").good();
    }

    private static HostProgram.Result ip(String... arguments) throws IOException {
        var command = new java.util.ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        var result = HostProgram.run(command, "");
        return new HostProgram.Result(result.exit(), result.good() || result.printed().isEmpty()
                ? result.printed()
                : "'" + String.join(" ", command) + "': " + result.printed());
    }

    private static void require(HostProgram.Result result) throws IOException {
        if (!result.good()) {
            throw new IOException("cannot set the policy routes: " + result.printed());
        }
    }
}
