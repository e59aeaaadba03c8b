package dev.sallyport.cli.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What this process may do, and so would the gateway that is started in the same way by the same user (capabilities(7)).
 * The nft and ip programs that it runs have only what is ambient, unless the user is root.
 */
final class Capabilities {

    /** Bits of {@code linux/capability.h}. */
    private static final int NET_BIND_SERVICE = 10;
    private static final int NET_ADMIN = 12;

    private static final String MEND = "setpriv --reuid USER --regid GROUP --init-groups"
            + " --inh-caps +net_admin,+net_bind_service --ambient-caps +net_admin,+net_bind_service"
            + " deploy/sallyport run --config FILE    (or start deploy/systemd/sallyport.service)";

    /** @param uid effective @param effective as bits @param ambient as bits */
    record Held(int uid, long effective, long ambient) {

        boolean has(int capability) {
            return (effective >> capability & 1) != 0;
        }

        boolean children(int capability) {
            return has(capability) && (uid == 0 || (ambient >> capability & 1) != 0);
        }

        /** Reads {@code /proc/PID/status}; what is not in it is not held. */
        static Held parse(String status) {
            return new Held(
                    Integer.parseInt(field(status, "Uid:\\s+\\d+\\s+(\\d+)", "-1")),
                    Long.parseUnsignedLong(field(status, "CapEff:\\s+([0-9a-f]+)", "0"), 16),
                    Long.parseUnsignedLong(field(status, "CapAmb:\\s+([0-9a-f]+)", "0"), 16));
        }

        private static String field(String status, String pattern, String otherwise) {
            var matcher = Pattern.compile("(?m)^" + pattern).matcher(status);
            return matcher.find() ? Objects.requireNonNull(matcher.group(1)) : otherwise;
        }
    }

    private Capabilities() {}

    static List<Finding> look(Wants wants, Host host) {
        var status = Objects.requireNonNullElse(host.read(Path.of("/proc/self/status")), "");
        var start = Objects.requireNonNullElse(host.sysctl("net.ipv4.ip_unprivileged_port_start"), "1024");
        return judge(wants, Held.parse(status), Integer.parseInt(start));
    }

    /** @param unprivileged the first port that everyone may bind */
    static List<Finding> judge(Wants wants, Held held, int unprivileged) {
        var findings = new ArrayList<Finding>();
        if (wants.rules()) {
            findings.add(admin(held));
        }
        findings.add(bind(wants, held, unprivileged));
        return findings;
    }

    private static Finding admin(Held held) {
        var what = "CAP_NET_ADMIN";
        if (!held.has(NET_ADMIN)) {
            return Finding.missing(what, "user " + held.uid() + " has it not: no rules, no transparent sockets", MEND);
        }
        return held.children(NET_ADMIN)
                ? Finding.ok(what, "user " + held.uid() + " has it, and what it starts")
                : Finding.missing(what, "held, but not ambient: the nft and ip that are started have it not", MEND);
    }

    private static Finding bind(Wants wants, Held held, int unprivileged) {
        var what = "CAP_NET_BIND_SERVICE";
        var lowest = Math.min(wants.lowestListen(), wants.lowestSource());
        if (lowest >= unprivileged) {
            return Finding.ok(what, "not needed: everyone may bind port " + lowest);
        }
        if (held.has(NET_BIND_SERVICE)) {
            return Finding.ok(what, "user " + held.uid() + " has it");
        }
        return wants.lowestListen() < unprivileged
                ? Finding.missing(what, "port " + wants.lowestListen() + " cannot be listened on", MEND)
                : Finding.warn(what, "active data connections cannot come from port " + wants.lowestSource(), MEND);
    }
}
