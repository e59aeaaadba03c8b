package dev.sallyport.lab.bench;

import dev.sallyport.lab.host.LabFailure;
import java.nio.file.Path;

/**
 * How the benchmark of replay is run.
 *
 * @param rounds above 0
 * @param bytes how long the capture is
 * @param sessions of FTP in it
 * @param launcher what starts Sallyport
 */
public record ReplaySettings(int rounds, long bytes, int sessions, Path launcher) {

    /** Says what cannot be measured, before anything is started. */
    void check() throws LabFailure {
        if (rounds < 1 || sessions < 1 || bytes < 1) {
            throw LabFailure.beforeStart("rounds, sessions and sizes must be above 0");
        }
    }
}
