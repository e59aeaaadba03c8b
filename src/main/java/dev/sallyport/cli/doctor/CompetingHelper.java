package dev.sallyport.cli.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/** The kernel's own FTP helper: two that rewrite the same control connection, or open doors for it, undo each other. */
final class CompetingHelper {

    private static final String WHAT = "no other FTP helper";

    private static final Pattern TABLE = Pattern.compile("^table (\\w+) (\\S+) \\{.*");
    private static final Pattern CHAIN = Pattern.compile("^\tchain (\\S+) \\{.*");
    private static final Pattern OBJECT = Pattern.compile("^\tct helper (\\S+) \\{.*");
    private static final Pattern FTP = Pattern.compile("^\t\ttype \"ftp\".*");
    private static final Pattern SET = Pattern.compile("^\t\t(.*(?:ct helper set \"?([^\" ]+)\"?|CT.*helper ftp).*?) # handle (\\d+)$");

    /** A rule that gives connections to the helper. */
    record Rule(String family, String table, String chain, String handle, String text) {
        String mend() {
            return "nft delete rule " + family + " " + table + " " + chain + " handle " + handle;
        }
    }

    private CompetingHelper() {}

    static List<Finding> look(Wants wants, Host host) {
        if (!wants.rules()) {
            return List.of();
        }
        var ruleset = host.run("", "nft", "-a", "list", "ruleset");
        if (!ruleset.good()) {
            return List.of(Finding.warn(
                    WHAT, "the rules cannot be read: " + ruleset.complaint(), "sudo deploy/sallyport doctor"));
        }
        var rules = rules(ruleset.out());
        var automatic = "1".equals(host.sysctl("net.netfilter.nf_conntrack_helper"))
                && Objects.requireNonNullElse(host.read(Path.of("/proc/modules")), "").contains("nf_conntrack_ftp ");
        if (automatic) {
            return List.of(Finding.missing(
                    WHAT, "nf_conntrack_ftp takes port 21 by itself", Sysctls.set("net.netfilter.nf_conntrack_helper", "0")));
        }
        return rules.isEmpty()
                ? List.of(Finding.ok(WHAT, "none"))
                : rules.stream().map(rule -> Finding.missing(WHAT, "a rule hands connections over: " + rule.text(), rule.mend())).toList();
    }

    /** Reads {@code nft -a list ruleset}. */
    static List<Rule> rules(String ruleset) {
        var rules = new ArrayList<Rule>();
        var helpers = new ArrayList<String>();
        var family = "";
        var table = "";
        var chain = "";
        var object = "";
        for (var line : ruleset.lines().toList()) {
            var tableLine = TABLE.matcher(line);
            var chainLine = CHAIN.matcher(line);
            var objectLine = OBJECT.matcher(line);
            var rule = SET.matcher(line);
            if (tableLine.matches()) {
                family = Objects.requireNonNull(tableLine.group(1));
                table = Objects.requireNonNull(tableLine.group(2));
                helpers.clear();
            } else if (chainLine.matches()) {
                chain = Objects.requireNonNull(chainLine.group(1));
            } else if (objectLine.matches()) {
                object = Objects.requireNonNull(objectLine.group(1));
            } else if (FTP.matcher(line).matches()) {
                helpers.add(object);
            } else if (rule.matches()) {
                // A table lists its objects before its chains; iptables' rule names the helper itself.
                var named = rule.group(2);
                if (named == null || helpers.contains(named)) {
                    rules.add(new Rule(family, table, chain, Objects.requireNonNull(rule.group(3)), Objects.requireNonNull(rule.group(1))));
                }
            }
        }
        return rules;
    }
}
