package dev.sallyport.lab.trial;

import java.util.function.Predicate;

/** A good ruleset with one mistake, and what the lab must find of it. */
enum Mistake {
    NO_ESTABLISHED_RULE(
            good().replace("        # answers\n        ct state established,related accept\n", ""),
            _ -> true, "inet filter forward", "", "ct state established,related accept"),
    WRONG_PORT_RANGE(
            good().replace("62000-62999", "50000-50999"),
            cell -> cell.mode().passive(), "inet filter forward", "", "tcp dport 62000-62999 accept"),
    CHAIN_OF_ANOTHER_PRIORITY(
            good() + """
                    table inet late {
                        chain guard { type filter hook forward priority filter + 10; policy accept; tcp dport 62000-62999 drop; }
                    }
                    """,
            cell -> cell.mode().passive(), "inet late guard", "tcp dport 62000-62999 drop",
            "chain inet filter forward by \"iifname \"inside\" tcp dport 62000-62999 accept\" accepts it"),
    DROPPED_ON_ARRIVAL(
            good() + """
                    table netdev early {
                        chain guard { type filter hook ingress device "outside" priority 0; policy accept; tcp sport 20 drop; }
                    }
                    """,
            cell -> !cell.mode().passive(), "netdev early guard", "tcp sport 20 drop", "ahead of this rule"),
    WRONG_INTERFACE(
            good().replace("iifname \"inside\" tcp dport 21", "iifname \"eth0\" tcp dport 21"),
            _ -> true, "inet filter forward", "", "iifname \"inside\" tcp dport 21 accept"),
    REJECTED(
            good().replace("dport 62000-62999 accept", "dport 62000-62999 reject with tcp reset"),
            cell -> cell.mode().passive(), "inet filter forward",
            "iifname \"inside\" tcp dport 62000-62999 reject with tcp reset", "ahead of this rule"),
    IPV6_FORGOTTEN(
            good().replace("iifname \"inside\" tcp dport 21", "iifname \"inside\" meta nfproto ipv4 tcp dport 21"),
            cell -> cell.family() == Family.IPV6, "inet filter forward", "", "Over IPv4 the same works"),
    NEIGHBOUR_DISCOVERY_DROPPED(
            good().replace("meta l4proto { icmp, ipv6-icmp }", "meta l4proto icmp"),
            cell -> cell.family() == Family.IPV6, "inet filter input", "", "nd-neighbor-solicit"),
    CONTROL_PORT_BLOCKED(
            good().replace("        # clients\n", "        tcp dport { 21, 23 } drop\n"),
            _ -> true, "inet filter forward", "tcp dport { 21, 23 } drop", "ahead of this rule"),
    ACTIVE_DATA_BLOCKED_FURTHER_DOWN(
            good().replace("    chain forward {", """
                        chain low_ports {
                            tcp sport 0-1023 counter drop comment "nobody calls from there"
                        }
                        chain forward {
                    """).replace("        # clients\n", "        ct state new jump low_ports\n"),
            cell -> !cell.mode().passive(), "inet filter low_ports",
            "tcp sport 0-1023 counter drop comment \"nobody calls from there\"", "tcp sport 20 tcp dport 1024-65535 accept");

    private final String rules;
    private final Predicate<Cell> failing;
    private final String chain;
    private final String rule;
    private final String change;

    /** @param rule empty where it is the chain's policy */
    Mistake(String rules, Predicate<Cell> failing, String chain, String rule, String change) {
        this.rules = rules;
        this.failing = failing;
        this.chain = chain;
        this.rule = rule;
        this.change = change;
    }

    /** Lets all pass that FTP needs, as far as a filter can that knows nothing of it. */
    static String good() {
        return """
                table inet filter {
                    chain input {
                        type filter hook input priority filter; policy drop;
                        ct state established,related accept
                        meta l4proto { icmp, ipv6-icmp } accept
                    }
                    chain forward {
                        type filter hook forward priority filter; policy drop;
                        # answers
                        ct state established,related accept
                        # clients
                        iifname "inside" tcp dport 21 accept
                        iifname "inside" tcp dport 62000-62999 accept
                        # servers
                        iifname "outside" tcp sport 20 tcp dport 1024-65535 accept
                    }
                }
                """;
    }

    String rules() {
        return rules;
    }

    Predicate<Cell> failing() {
        return failing;
    }

    String chain() {
        return chain;
    }

    String rule() {
        return rule;
    }

    String change() {
        return change;
    }
}
