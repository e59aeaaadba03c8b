package dev.sallyport.lab.trial;

/** The rulesets of firewalls without Sallyport. */
final class PlainRules {

    /** Gives control connections to the kernel's helper; what it expects is related. */
    static final String HELPER = """
            table inet helper {
                ct helper ftp { type "ftp" protocol tcp; }
                chain assign {
                    type filter hook prerouting priority filter; policy accept;
                    tcp dport 21 ct helper set "ftp"
                }
            }
            """;

    private PlainRules() {}

    /** Control connections from inside pass, and what belongs to them; with the topology's translation of addresses. */
    static String filter(TrialNetwork network) {
        return """
                table inet plain {
                    chain input {
                        type filter hook input priority filter; policy drop;
                        ct state established,related accept
                        meta l4proto { icmp, ipv6-icmp } accept
                    }
                    chain forward {
                        type filter hook forward priority filter; policy drop;
                        ct state established,related accept
                        iifname "%s" oifname "%s" tcp dport 21 ct state new accept
                    }
                %s}
                """.formatted(network.interfaces.inside(), network.interfaces.outside(), translation(network));
    }

    private static String translation(TrialNetwork network) {
        Address server = network.server(0);
        return switch (network.topology) {
            case ROUTED -> "";
            case VIP -> """
                        chain translate {
                            type nat hook prerouting priority dstnat; policy accept;
                            ip daddr %s tcp dport 21 dnat ip to %s
                            ip6 daddr %s tcp dport 21 dnat ip6 to %s
                        }
                    """.formatted(TrialNetwork.VIP.four(), server.four(), TrialNetwork.VIP.six(), server.six());
            case OUTBOUND -> """
                        chain translate_source {
                            type nat hook postrouting priority srcnat; policy accept;
                            oifname "%s" masquerade
                        }
                    """.formatted(network.interfaces.outside());
        };
    }
}
