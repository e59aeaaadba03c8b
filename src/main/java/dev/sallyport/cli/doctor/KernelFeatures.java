package dev.sallyport.cli.doctor;

import java.util.List;
import java.util.function.Predicate;

/**
 * What the kernel can do, tried instead of looked up: each is a small ruleset that the kernel checks and forgets
 * ({@code nft -c}). An option that is a module is loaded by that, if the kernel may load it.
 */
final class KernelFeatures {

    /** The kernel checks a table of this name; it never exists. */
    private static final String TABLE = "sallyport_doctor";

    /** @param modules what to load when it is missing */
    private record Feature(String what, Predicate<Wants> wanted, String rules, String options, String modules) {}

    private static final List<Feature> FEATURES = List.of(
            new Feature("kernel: sets with timeouts", Wants::kernel, """
                    set pin { type ipv4_addr . ipv4_addr . inet_service; flags dynamic,timeout; size 64
                      limit rate 1/day burst 1 packets
                    }
                    map ids { type ipv4_addr . ipv4_addr . inet_service : mark; flags timeout; size 64; }
                    chain forward { type filter hook forward priority filter
                      ip saddr . ip daddr . tcp dport @pin ct mark set ip saddr . ip daddr . tcp dport map @ids counter accept
                    }
                    """, "CONFIG_NF_TABLES, CONFIG_NF_TABLES_INET", "nf_tables"),
            new Feature("kernel: conntrack", Wants::rules, """
                    chain forward { type filter hook forward priority filter
                      ct state established,related ct mark 1 accept
                      ct state new ct event set new,destroy ct mark set 1
                    }
                    chain early { type filter hook prerouting priority raw
                      tcp dport 21 notrack
                    }
                    """, "CONFIG_NFT_CT, CONFIG_NF_CONNTRACK_MARK, CONFIG_NF_CONNTRACK_EVENTS", "nf_conntrack nft_ct"),
            new Feature("kernel: conntrack timeouts", Wants::kernel, """
                    ct timeout data { protocol tcp; policy = { time_wait : 2, close : 5 }; }
                    chain dstnat { type nat hook prerouting priority dstnat
                      ct timeout set "data"
                    }
                    """, "CONFIG_NF_CONNTRACK_TIMEOUT", "nft_ct"),
            new Feature("kernel: NAT", Wants::kernel, """
                    map to4 { type ipv4_addr . inet_service : ipv4_addr . inet_service; }
                    map to6 { type ipv6_addr . inet_service : ipv6_addr . inet_service; }
                    chain dstnat { type nat hook prerouting priority dstnat
                      dnat ip to ip daddr . tcp dport map @to4
                      dnat ip6 to ip6 daddr . tcp dport map @to6
                    }
                    chain srcnat { type nat hook postrouting priority srcnat
                      ct mark 1 snat ip to 192.0.2.1
                    }
                    """, "CONFIG_NFT_NAT, CONFIG_NF_NAT", "nft_chain_nat nft_nat"),
            new Feature("kernel: REDIRECT", Wants::redirect, """
                    chain dstnat { type nat hook prerouting priority dstnat
                      tcp dport 21 redirect to :2121
                    }
                    """, "CONFIG_NFT_REDIR", "nft_redir"),
            new Feature("kernel: TPROXY", Wants::tproxy, """
                    chain pre { type filter hook prerouting priority mangle
                      tcp dport 21 tproxy ip to :2121 meta mark set 1 accept
                      tcp dport 21 tproxy ip6 to :2121 meta mark set 1 accept
                    }
                    """, "CONFIG_NFT_TPROXY", "nft_tproxy"),
            new Feature("kernel: socket match", Wants::sockets, """
                    chain pre { type filter hook prerouting priority mangle
                      meta l4proto tcp socket transparent 1 socket wildcard 0 meta mark set 1 accept
                    }
                    """, "CONFIG_NFT_SOCKET", "nft_socket"),
            new Feature("kernel: reject", Wants::kernel, """
                    chain cut { type filter hook prerouting priority dstnat
                      meta l4proto tcp reject with tcp reset
                    }
                    """, "CONFIG_NFT_REJECT_INET", "nft_reject_inet"));

    private KernelFeatures() {}

    static List<Finding> look(Wants wants, Host host) {
        return FEATURES.stream()
                .filter(feature -> feature.wanted().test(wants))
                .map(feature -> judge(feature, host.run(ruleset(feature), "nft", "-c", "-f", "-")))
                .toList();
    }

    private static String ruleset(Feature feature) {
        return "table inet " + TABLE + " {\n" + feature.rules() + "}\n";
    }

    private static Finding judge(Feature feature, Host.Ran ran) {
        if (ran.good()) {
            return Finding.ok(feature.what(), "there");
        }
        if (ran.absent() || ran.notPermitted()) {
            return Finding.warn(
                    feature.what(), ran.absent() ? "cannot be tried without nft" : "cannot be tried without CAP_NET_ADMIN",
                    "sudo deploy/sallyport doctor");
        }
        return Finding.missing(
                feature.what(), ran.complaint(),
                "modprobe -a " + feature.modules() + "    (or a kernel with " + feature.options() + ")");
    }
}
