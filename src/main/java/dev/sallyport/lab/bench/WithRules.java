package dev.sallyport.lab.bench;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.lab.host.Child;
import dev.sallyport.lab.host.Children;
import dev.sallyport.lab.host.LabFailure;
import org.jspecify.annotations.Nullable;

/** The kernel alone, with these rules. */
record WithRules(String name, BenchNetwork.Seat seat, String rules) implements Variant {
    static final String ROUTED = "routed";
    static final String HELPER = "kernel-helper";

    /** Forwards everything, without connection tracking. */
    static WithRules routed(BenchNetwork.Seat seat) {
        return new WithRules(ROUTED, seat, "");
    }

    /**
     * Linux's own inspection: the wall is shut, control connections get the helper, and what it expects is related. With translation
     * hooked in, as on a gateway that uses nf_nat_ftp, though nothing is translated here.
     */
    static WithRules kernelHelper(BenchNetwork.Seat seat, Port control) {
        return new WithRules(HELPER, seat, """
                table inet helper {
                    ct helper ftp { type "ftp" protocol tcp; }
                    chain assign { type filter hook prerouting priority filter; tcp dport %1$s ct helper set "ftp"; }
                    chain translate { type nat hook prerouting priority dstnat; }
                    chain translate_source { type nat hook postrouting priority srcnat; }
                    chain forward {
                        type filter hook forward priority filter; policy drop;
                        ct state established,related accept
                        ct state new tcp dport %1$s accept
                    }
                }
                """.formatted(control));
    }

    @Override
    public Endpoint control() {
        return seat.server();
    }

    @Override
    public @Nullable Child start(Children children) throws LabFailure {
        seat.gateway().run(rules, "nft", "-f", "-");
        return null;
    }
}
