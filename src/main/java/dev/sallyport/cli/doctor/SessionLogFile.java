package dev.sallyport.cli.doctor;

import dev.sallyport.telemetry.journal.LogPlace;
import java.util.List;

/** Whether the session log can be written, by who asks. */
final class SessionLogFile {

    private static final String WHAT = "session log";

    private SessionLogFile() {}

    static List<Finding> look(Wants wants, Host host) {
        var file = wants.log();
        if (file == null) {
            return List.of();
        }
        var obstacle = LogPlace.obstacle(file);
        return List.of(obstacle == null
                ? Finding.ok(WHAT, file + " can be written")
                : Finding.missing(WHAT, file + " cannot be written: " + obstacle.said(), obstacle.mend()));
    }
}
