package dev.sallyport.cli.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Settings of the network stack that a gateway in the packets' way depends on. */
final class Sysctls {

    /** Data connections that end stay in the table for two minutes; this many for each session is ample. */
    private static final int ENTRIES_PER_SESSION = 4;

    /** @param needed whether nothing works without it @param why what happens otherwise */
    private record Switch(String name, Predicate<Wants> wanted, boolean needed, String why) {}

    private static final List<Switch> SWITCHES = List.of(
            new Switch("net.ipv4.ip_forward", Wants::routes, true, "IPv4 is not forwarded"),
            new Switch("net.ipv6.conf.all.forwarding", wants -> wants.routes() && wants.ipv6(), true, "IPv6 is not forwarded"),
            new Switch("net.netfilter.nf_conntrack_acct", Wants::rules, false, "the gateway sets it at its start, if it may write there"),
            new Switch(
                    "net.netfilter.nf_conntrack_timestamp", Wants::rules, false,
                    "the gateway sets it at its start, if it may write there"));

    private static final String MAX = "net.netfilter.nf_conntrack_max";

    private Sysctls() {}

    static List<Finding> look(Wants wants, Host host) {
        var findings = new ArrayList<Finding>();
        for (var each : SWITCHES) {
            if (each.wanted().test(wants)) {
                findings.add(judge(each, host.sysctl(each.name())));
            }
        }
        if (wants.kernel()) {
            findings.add(max(wants.sessions(), host.sysctl(MAX)));
        }
        return findings;
    }

    private static Finding judge(Switch each, @Nullable String value) {
        if (value == null) {
            return each.name().startsWith("net.ipv6.")
                    ? Finding.warn(each.name(), "this kernel has no IPv6", "boot without ipv6.disable=1")
                    : Finding.missing(each.name(), "this kernel has it not, or conntrack is not loaded", "modprobe nf_conntrack");
        }
        if (!value.equals("0")) {
            return Finding.ok(each.name(), value);
        }
        var mend = set(each.name(), "1");
        return each.needed() ? Finding.missing(each.name(), "0: " + each.why(), mend) : Finding.warn(each.name(), "0: " + each.why(), mend);
    }

    static Finding max(long sessions, @Nullable String value) {
        var wanted = sessions * ENTRIES_PER_SESSION;
        var most = value == null || !value.matches("\\d{1,10}") ? 0 : Long.parseLong(value);
        return most >= wanted
                ? Finding.ok(MAX, Objects.requireNonNull(value))
                : Finding.warn(MAX, most + " for " + sessions + " sessions: new connections are dropped when it is full",
                        set(MAX, Long.toString(wanted)));
    }

    static String set(String name, String value) {
        return "sysctl -w " + name + "=" + value;
    }
}
