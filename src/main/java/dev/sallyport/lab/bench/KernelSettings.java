package dev.sallyport.lab.bench;

import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.lab.host.LabFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How the kernel benchmark is run.
 *
 * @param rounds measured rounds, above 0
 * @param warmUps rounds before them that do not count
 * @param downloadBytes size of the large file
 * @param time how long small transfers, logins and transfers under a capture are repeated in a round
 * @param roundTrips NOOPs in a round
 * @param waitingPinholes pinholes that wait while the opening of another is measured a second time
 * @param only the variants to measure, by name; none: all
 * @param launcher what starts Sallyport
 * @param haproxyThreads HAProxy's nbthread
 */
public record KernelSettings(
        int rounds,
        int warmUps,
        long downloadBytes,
        Duration time,
        int roundTrips,
        int waitingPinholes,
        List<String> only,
        Path launcher,
        int haproxyThreads) {

    static final Port CONTROL = new Port(21);

    /** Twice as many as sessions at once; outside of the ephemeral range. */
    static final PortRange DATA_PORTS = PortRange.parse("30000-30255");

    static final int LOGIN_SESSIONS = 16;

    /** Says what cannot be measured, before anything is started. */
    void check() throws LabFailure {
        if (rounds < 1 || roundTrips < 1 || downloadBytes < 1 || !time.isPositive() || haproxyThreads < 1) {
            throw LabFailure.beforeStart("rounds, seconds, round trips, sizes and threads must be above 0");
        }
        if (warmUps < 0) {
            throw LabFailure.beforeStart("warm-ups cannot be below 0");
        }
        if (waitingPinholes < 0 || waitingPinholes > 60_000) {
            throw LabFailure.beforeStart("0 to 60000 pinholes can wait, the table has room for 65535");
        }
        for (String name : only) {
            if (!KernelVariants.NAMES.contains(name)) {
                throw LabFailure.beforeStart("there is no variant '" + name + "': " + String.join(", ", KernelVariants.NAMES));
            }
        }
    }
}
