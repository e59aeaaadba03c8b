package dev.sallyport.cli.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The check of source addresses (ip-sysctl, {@code rp_filter} and {@code src_valid_mark}). With TPROXY a packet that is
 * marked for us is routed by a table in which every address is local. When {@code src_valid_mark} lets the mark decide the
 * reverse route too, the client's own address looks like ours and the packet is dropped as a martian, whatever
 * {@code rp_filter} says. Strict {@code rp_filter} alone does no harm while each address has one way in and out.
 */
final class ReversePath {

    private static final Path INTERFACES = Path.of("/proc/sys/net/ipv4/conf");

    private ReversePath() {}

    static List<Finding> look(Wants wants, Host host) {
        if (!wants.routes()) {
            return List.of();
        }
        var findings = new ArrayList<Finding>();
        if (wants.tproxy()) {
            var marked = with(host, "src_valid_mark", "1");
            findings.add(marked.isEmpty()
                    ? Finding.ok("src_valid_mark", "0")
                    : Finding.missing("src_valid_mark", "1 for " + String.join(", ", marked) + ": intercepted packets are dropped",
                            mend(marked, "src_valid_mark", "0")));
        }
        var strict = with(host, "rp_filter", "1");
        findings.add(strict.isEmpty()
                ? Finding.ok("rp_filter", "not strict")
                : Finding.warn("rp_filter",
                        "1 (strict) for " + String.join(", ", strict) + ": what comes in by another way than answers go is dropped",
                        mend(strict, "rp_filter", "2")));
        return findings;
    }

    /** The interfaces that have this value themselves; "all" stands for every one. */
    private static List<String> with(Host host, String key, String value) {
        return host.list(INTERFACES).stream()
                .filter(name -> !name.equals("default") && !name.equals("lo"))
                .filter(name -> value.equals(host.read(INTERFACES.resolve(name).resolve(key))))
                .toList();
    }

    /** A dot in an interface's name is a slash for sysctl(8). */
    private static String mend(List<String> interfaces, String key, String value) {
        return "sysctl -w " + String.join(" ", interfaces.stream()
                .map(name -> "net.ipv4.conf." + name.replace('.', '/') + "." + key + "=" + value).toList());
    }
}
