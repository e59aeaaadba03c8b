package dev.sallyport.cli.doctor;

import dev.sallyport.config.KernelOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The routes by which TPROXY brings packets to a local socket: marked packets look into a table in which everything is
 * local. The gateway puts them in place; what others keep under the same mark or in the same table is in the way.
 */
final class PolicyRoutes {

    private static final Pattern RULE =
            Pattern.compile("^\\d+:.*fwmark (0x[0-9a-f]+|\\d+)(?:/(0x[0-9a-f]+|\\d+))?.*lookup (\\S+).*");

    private PolicyRoutes() {}

    static List<Finding> look(Wants wants, Host host) {
        if (!wants.tproxy()) {
            return List.of();
        }
        var findings = new ArrayList<Finding>();
        for (var family : wants.ipv6() ? List.of("-4", "-6") : List.of("-4")) {
            var rules = host.run("", "ip", family, "rule");
            if (!rules.absent()) {
                var table = Integer.toString(wants.options().routingTable());
                var routes = host.run("", "ip", family, "route", "show", "table", table);
                findings.add(judge(family, wants.options(), rules.out(), routes.out()));
            }
        }
        return findings;
    }

    /** @param rules of {@code ip rule} @param routes of our table; empty when there is none */
    static Finding judge(String family, KernelOptions options, String rules, String routes) {
        var mark = Integer.toUnsignedLong(options.interceptMark().value());
        var table = Integer.toString(options.routingTable());
        var what = "policy routes, IPv" + family.charAt(1);
        var ours = false;
        for (var line : rules.lines().toList()) {
            var rule = RULE.matcher(line);
            if (!rule.matches()) {
                continue;
            }
            var mask = rule.group(2) == null ? 0xffff_ffffL : Long.decode(rule.group(2));
            var matches = (mark & mask) == (Long.decode(rule.group(1)) & mask);
            if (matches && !table.equals(rule.group(3))) {
                return Finding.warn(what, "another rule takes our mark: " + line.replaceAll("\\s+", " "),
                        "ip " + family + " rule del fwmark " + rule.group(1)
                                + (rule.group(2) == null ? "" : "/" + rule.group(2)) + " lookup " + rule.group(3));
            }
            ours |= matches;
        }
        for (var route : routes.lines().map(String::strip).filter(line -> !line.isEmpty()).toList()) {
            if (!route.startsWith("local default dev lo")) {
                return Finding.warn(what, "table " + table + " has a route that is not ours: " + route,
                        "ip " + family + " route flush table " + table);
            }
        }
        return Finding.ok(what, ours ? "in place" : "free; the gateway puts them in place");
    }
}
