package dev.sallyport.cli;

import dev.sallyport.lab.replay.SessionReport;
import dev.sallyport.lab.replay.SessionReport.Fit;
import dev.sallyport.lab.replay.SessionReport.Followed;
import dev.sallyport.lab.replay.SessionReport.Misfit;
import java.util.EnumMap;
import java.util.Map;

/** What the sessions of a capture come to. */
final class ReplayTally {

    int sessions;
    int clean;
    int gaps;
    int unknown;
    long commands;
    long refused;
    long rewritten;
    long used;
    long neverUsed;
    final Map<Misfit, Long> strays = new EnumMap<>(Misfit.class);

    void add(SessionReport report) {
        sessions++;
        clean += report.clean() ? 1 : 0;
        gaps += report.followed() == Followed.TO_A_GAP ? 1 : 0;
        unknown += report.followed() == Followed.NOT ? 1 : 0;
        commands += report.commands();
        refused += report.refused();
        rewritten += report.rewritten();
        var through = report.pinholes().stream().filter(pinhole -> pinhole.fit() == Fit.USED).count();
        used += through;
        neverUsed += report.pinholes().size() - through;
        report.strays().forEach(stray -> strays.merge(stray.why(), 1L, Long::sum));
    }
}
