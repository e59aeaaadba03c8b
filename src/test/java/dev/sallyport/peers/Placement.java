package dev.sallyport.peers;

import dev.sallyport.datapath.kernel.RulesetSettings.Data;
import dev.sallyport.datapath.kernel.RulesetSettings.Interception;
import dev.sallyport.net.Network;
import dev.sallyport.net.Network.Topology;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where a gateway stands, how clients come to it, and who carries the data: what it is told, and what each end is to see. */
public record Placement(Topology topology, Interception interception, Data data) {

    static Stream<Placement> all() {
        return Arrays.stream(Topology.values()).flatMap(topology -> Stream.of(Interception.TPROXY, Interception.REDIRECT)
                .flatMap(interception -> Stream.of(Data.RELAY, Data.KERNEL).map(data -> new Placement(topology, interception, data))));
    }

    /** Its configuration: ten lines, but for a virtual address of each family, each of which stands for another server. */
    String configuration() {
        return configuration("");
    }

    /** @param more keys of each gateway, a line each */
    public String configuration(String more) {
        String gateways = topology == Topology.VIP
                ? gateway("four", 2121, "61000-61049", Network.SERVER.four(), Network.VIP.four())
                        + more.indent(4)
                        + gateway("six", 2122, "61050-61099", "\"[" + Network.SERVER.six() + "]:21\"", "\"" + Network.VIP.six() + "\"")
                : gateway("main", 2121, "61000-61099", "original", "");
        return "gateways:\n" + gateways + more.indent(4);
    }

    private String gateway(String name, int listener, String dataPorts, String server, String addresses) {
        return """
                  - name: %s
                    listen: "[::]:%d"
                    intercept:
                      mode: %s
                      clientInterfaces: [client, second]
                      serverInterfaces: [server, attacker]
                      addresses: [%s]
                    server: %s
                    serverSees: %s
                    dataPath: %s
                    dataPorts: %s
                """.formatted(
                name, listener, lower(interception), addresses, server, spoofed() ? "client" : "gateway", lower(data), dataPorts);
    }

    /** Whether servers see the client's own address. */
    private boolean spoofed() {
        return interception == Interception.TPROXY && topology != Topology.OUTBOUND;
    }

    /** The address that clients connect to, and that all comes from that they see. */
    public String seenByClient(Family family) {
        return (topology == Topology.VIP ? Network.VIP : Network.SERVER).in(family);
    }

    /** The same for the server. */
    public String seenByServer(Family family) {
        return (spoofed() ? Network.CLIENT : Network.GATEWAY_OUTSIDE).in(family);
    }

    @Override
    public String toString() {
        return Stream.of(topology, interception, data).map(Placement::lower).collect(Collectors.joining("-"));
    }

    private static String lower(Enum<?> one) {
        return one.name().toLowerCase(Locale.ROOT);
    }
}
