package dev.sallyport.cli.doctor;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/** Open files (getrlimit(2), RLIMIT_NOFILE). The JVM raises its soft limit to the hard one. */
final class Descriptors {

    private static final String WHAT = "open files";

    /** Listeners, libraries, the event loops' own. */
    private static final int BESIDES = 256;

    /** Both control connections. */
    private static final int OF_SESSION = 2;

    /** Both ends of a relayed transfer besides. */
    private static final int OF_TRANSFER = 2;

    private static final Pattern HARD = Pattern.compile("(?m)^Max open files\\s+\\S+\\s+(\\d+|unlimited)");

    private Descriptors() {}

    static List<Finding> look(Wants wants, Host host) {
        return List.of(judge(wants.sessions(), Objects.requireNonNullElse(host.read(Path.of("/proc/self/limits")), "")));
    }

    /** @param limits of {@code /proc/PID/limits} */
    static Finding judge(long sessions, String limits) {
        var matcher = HARD.matcher(limits);
        var hard = !matcher.find() ? 0
                : "unlimited".equals(matcher.group(1)) ? Long.MAX_VALUE
                : Long.parseLong(Objects.requireNonNull(matcher.group(1)));
        var ample = sessions * (OF_SESSION + OF_TRANSFER) + BESIDES;
        if (hard >= ample) {
            return Finding.ok(WHAT, hard == Long.MAX_VALUE ? "unlimited" : Long.toString(hard));
        }
        // Not missing: whoever comes when there are none left is told so.
        var most = Math.max(0, (hard - BESIDES) / (OF_SESSION + OF_TRANSFER));
        return Finding.warn(
                WHAT, hard + " suffice for " + most + " sessions that all transfer, limits.sessions is " + sessions,
                "ulimit -n " + ample + "    (for the service: LimitNOFILE=" + ample + ")");
    }
}
