package dev.sallyport.cli;

import dev.sallyport.lab.replay.SessionReport;
import dev.sallyport.lab.replay.SessionReport.Outcome;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What two rule sets make of the same sessions, as far as it differs. */
final class ReplayDiff {

    private static final String GOES_ON = "goes on";

    private final String firstName;
    private final String secondName;
    private final PrintWriter out;
    /** Of one rule set, where the other is not as far yet. */
    private final Map<Integer, SessionReport> firstAlone = new HashMap<>();

    private final Map<Integer, SessionReport> secondAlone = new HashMap<>();
    private int sessions;
    private int changed;

    ReplayDiff(String firstName, String secondName, PrintWriter out) {
        this.firstName = firstName;
        this.secondName = secondName;
        this.out = out;
    }

    int changed() {
        return changed;
    }

    void first(SessionReport report) {
        var other = secondAlone.remove(report.number());
        if (other == null) {
            firstAlone.put(report.number(), report);
        } else {
            compare(report, other);
        }
    }

    void second(SessionReport report) {
        var other = firstAlone.remove(report.number());
        if (other == null) {
            secondAlone.put(report.number(), report);
        } else {
            compare(other, report);
        }
    }

    void end() {
        out.println(sessions == 0 ? "There is no FTP session: --port and --any-port say where to look."
                : changed == 0 ? "None of " + ReplayText.count(sessions, "session") + " changes."
                : changed + " of " + ReplayText.count(sessions, "session") + (changed == 1 ? " changes." : " change."));
    }

    private void compare(SessionReport one, SessionReport other) {
        sessions++;
        var before = said(one);
        var after = said(other);
        if (before.equals(after)) {
            return;
        }
        changed++;
        out.println(ReplayText.headline(one));
        var keys = new LinkedHashSet<>(before.keySet());
        keys.addAll(after.keySet());
        for (var key : keys) {
            var was = Objects.requireNonNullElse(before.get(key), GOES_ON);
            var is = Objects.requireNonNullElse(after.get(key), GOES_ON);
            if (!was.equals(is)) {
                out.println("  " + key);
                out.println("    " + firstName + ": " + was);
                out.println("    " + secondName + ": " + is);
            }
        }
        out.println();
    }

    /** What is not just passed on, by what it is about. */
    private static Map<String, String> said(SessionReport report) {
        var said = new LinkedHashMap<String, String>();
        for (var verdict : report.verdicts()) {
            if (verdict.outcome() != Outcome.NOTED || !verdict.line().isEmpty()) {
                said.merge(verdict.command() == 0 ? "the session" : "command " + verdict.command() + ", " + verdict.line(),
                        verdict.outcome().name().toLowerCase(Locale.ROOT) + " " + verdict.told()
                                + (verdict.why().isEmpty() ? "" : " (" + verdict.why() + ")"),
                        (one, more) -> one + "; " + more);
            }
        }
        report.pinholes().forEach(pinhole -> said.put("the data connection to " + pinhole.to() + " of pinhole " + pinhole.number(),
                pinhole.usedBy() == null ? "has a pinhole, and does not come" : "has a pinhole"));
        report.strays().forEach(stray -> said.put("the data connection to " + stray.to() + " from " + stray.from(), stray.why().text()));
        said.put("its end", ended(report.end()));
        return said;
    }

    private static String ended(@Nullable String end) {
        return end == null ? "not in the capture" : end;
    }
}
