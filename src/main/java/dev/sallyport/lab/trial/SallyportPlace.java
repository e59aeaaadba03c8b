package dev.sallyport.lab.trial;

/** How Sallyport is configured for a place in a network. */
final class SallyportPlace {

    private SallyportPlace() {}

    /** A virtual address of each family stands for another server, so there it is two gateways. */
    static String configuration(TrialNetwork network, String dataPath) {
        Address server = network.server(0);
        String gateways = switch (network.topology) {
            case ROUTED -> gateway(network, dataPath, "main", 2121, "61000-61999", "original", "", "client");
            case OUTBOUND -> gateway(network, dataPath, "main", 2121, "61000-61999", "original", "", "gateway");
            case VIP -> gateway(network, dataPath, "four", 2121, "61000-61499", server.four(), TrialNetwork.VIP.four(), "client")
                    + (!network.families.contains(Family.IPV6) ? "" : gateway(network, dataPath, "six", 2122, "61500-61999",
                            '"' + "[" + server.six() + "]:21" + '"',
                            '"' + TrialNetwork.VIP.six() + '"', "client"));
        };
        return "gateways:\n" + gateways + "controlSocket: none\ntimeouts: { grace: 1s }\n";
    }

    private static String gateway(
            TrialNetwork network, String dataPath, String name, int listener, String dataPorts, String server, String addresses,
            String seen) {
        return """
                  - name: %s
                    listen: "%s:%d"
                    intercept:
                      mode: tproxy
                      clientInterfaces: [%s]
                      serverInterfaces: [%s]
                      addresses: [%s]
                    server: %s
                    serverSees: %s
                    dataPath: %s
                    dataPorts: %s
                """.formatted(name, network.families.contains(Family.IPV6) ? "[::]" : "0.0.0.0", listener,
                network.interfaces.inside(), network.interfaces.outside(), addresses, server, seen,
                dataPath, dataPorts);
    }
}
