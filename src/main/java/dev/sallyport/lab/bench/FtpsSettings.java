package dev.sallyport.lab.bench;

import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.lab.host.LabFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the benchmark of FTPS is run.
 *
 * @param rounds measured rounds, above 0
 * @param warmUps rounds before them that do not count
 * @param downloadBytes size of the large file
 * @param sessions sessions at once for small transfers
 * @param time how long small transfers are repeated in a round
 * @param roundTrips NOOPs in a round
 * @param only the variants to measure, by name; none: all
 * @param port control port of all; that of TLS from the first byte is the next
 * @param dataPorts ports for data connections, the same for all
 * @param launcher what starts Sallyport
 * @param other what starts another Sallyport, to be measured too; null for none
 * @param haproxyThreads HAProxy's nbthread
 */
public record FtpsSettings(
        int rounds,
        int warmUps,
        long downloadBytes,
        int sessions,
        Duration time,
        int roundTrips,
        List<String> only,
        Port port,
        PortRange dataPorts,
        Path launcher,
        @Nullable Path other,
        int haproxyThreads) {

    /** Says what cannot be measured, before anything is started. */
    void check() throws LabFailure {
        if (rounds < 1 || sessions < 1 || roundTrips < 1 || downloadBytes < 1 || haproxyThreads < 1 || !time.isPositive()) {
            throw LabFailure.beforeStart("rounds, sessions, seconds, round trips, sizes and threads must be above 0");
        }
        if (warmUps < 0) {
            throw LabFailure.beforeStart("warm-ups cannot be below 0");
        }
        if (port.number() == Port.HIGHEST || dataPorts.contains(port) || dataPorts.contains(LoadServer.implicit(port))) {
            throw LabFailure.beforeStart("the control port " + port + " or the next lies within the data ports " + dataPorts
                    + ", or there is no next");
        }
        if (dataPorts.size() < sessions) {
            throw LabFailure.beforeStart(sessions + " sessions of one client at once need as many data ports; " + dataPorts + " has "
                    + dataPorts.size());
        }
        for (String name : only) {
            if (!FtpsVariants.NAMES.contains(name)) {
                throw LabFailure.beforeStart("there is no variant '" + name + "': " + String.join(", ", FtpsVariants.NAMES));
            }
        }
    }
}
