package dev.sallyport.cli;

import dev.sallyport.lab.replay.CaptureReading;
import dev.sallyport.lab.replay.SessionReport;
import dev.sallyport.lab.replay.SessionReport.Fit;
import dev.sallyport.lab.replay.SessionReport.Pinhole;
import dev.sallyport.lab.replay.SessionReport.Stray;
import dev.sallyport.lab.replay.SessionReport.Verdict;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Locale;

/** Replayed sessions for people. What is said of every session is put together without formats, which are read at each use. */
final class ReplayText implements ReplayPrinter {

    private record Line(Duration after, String text) {}

    private final PrintWriter out;

    ReplayText(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void begin() {}

    @Override
    public void session(SessionReport report) {
        out.println(headline(report));
        out.println("  " + summary(report));
        var lines = new ArrayList<Line>();
        report.verdicts().forEach(verdict -> lines.add(new Line(verdict.after(), text(verdict))));
        report.pinholes().forEach(pinhole -> lines.add(new Line(pinhole.after(), text(pinhole))));
        report.strays().forEach(stray -> lines.add(new Line(stray.after(), text(stray))));
        lines.sort(Comparator.comparing(Line::after));
        for (var line : lines) {
            var time = seconds(line.after);
            out.println("  " + " ".repeat(Math.max(0, 9 - time.length())) + time + "  " + line.text);
        }
        report.remarks().forEach(remark -> out.println("  " + remark));
        out.println();
    }

    @Override
    public void end(CaptureReading reading, ReplayTally tally) {
        reading.remarks().forEach(out::println);
        out.println(String.format(Locale.ROOT, "%s of %s in %s: %s%s.",
                count(reading.packets(), "packet"), Amounts.bytes(reading.bytes()), count(reading.connections(), "connection"),
                count(tally.sessions, "FTP session"),
                tally.sessions == 0 ? ": --port and --any-port say where to look" : ", of which " + outcome(tally)));
        if (tally.sessions > 0) {
            out.println(contents(tally));
        }
    }

    static String contents(ReplayTally tally) {
        return String.format(Locale.ROOT, "%s, %,d refused; %,d lines rewritten; %s: %,d used, %,d never used%s.",
                count(tally.commands, "command"), tally.refused, tally.rewritten,
                count(tally.used + tally.neverUsed, "pinhole"), tally.used, tally.neverUsed, strays(tally));
    }

    static String outcome(ReplayTally tally) {
        var changed = tally.sessions - tally.clean - tally.gaps - tally.unknown;
        var text = new StringBuilder().append(tally.clean).append(" would go through as they are, ").append(changed).append(" would not");
        if (tally.gaps > 0) {
            text.append(", ").append(tally.gaps).append(" have gaps");
        }
        if (tally.unknown > 0) {
            text.append(", ").append(tally.unknown).append(" cannot be judged");
        }
        return text.toString();
    }

    private static String strays(ReplayTally tally) {
        var text = new StringBuilder();
        tally.strays.forEach((why, number) -> text.append(text.isEmpty() ? "; data connections " : ", ")
                .append(why.text()).append(": ").append(number));
        return text.toString();
    }

    static String headline(SessionReport report) {
        return "Session " + report.number() + ": " + report.client() + " with " + report.server() + ", "
                + report.start().truncatedTo(ChronoUnit.MILLIS) + ", "
                + (report.user().isEmpty() ? "nobody logged in" : "user " + report.user());
    }

    private static String summary(SessionReport report) {
        var followed = switch (report.followed()) {
            case WHOLLY -> "";
            case TO_A_GAP -> ", followed to a gap";
            case NOT -> ", not followed";
        };
        return count(report.commands(), "command") + " in " + seconds(report.duration()) + ", " + report.refused() + " refused, "
                + report.rewritten() + " lines rewritten" + followed + (report.end() == null ? "" : "; it ends: " + report.end());
    }

    static String text(Verdict verdict) {
        var word = verdict.outcome().name().toLowerCase(Locale.ROOT);
        var told = verdict.told().isEmpty() ? "" : (verdict.line().isEmpty() ? "" : " -> ") + verdict.told();
        return "%-9s  %s%s%s".formatted(word, verdict.line(), told, verdict.why().isEmpty() ? "" : " (" + verdict.why() + ")");
    }

    private static String text(Pinhole pinhole) {
        var moved = pinhole.fit() == Fit.USED
                ? "used " + pinhole.detail() + " by " + pinhole.usedBy() + ", " + Amounts.bytes(pinhole.bytesToClient()) + " to client, "
                        + Amounts.bytes(pinhole.bytesToServer()) + " to server"
                        + (pinhole.closed() ? "" : ", its end is not in the capture")
                : "never used" + (pinhole.detail().isEmpty() ? "" : ", " + pinhole.detail());
        return "pinhole " + pinhole.number() + "  " + pinhole.mode() + ": " + pinhole.from() + " to " + pinhole.to() + "; " + moved;
    }

    static String text(Stray stray) {
        return "stray      %s to %s, %s%s: %s".formatted(
                stray.from(), stray.to(), stray.why().text(), stray.pinhole() == 0 ? "" : " of pinhole " + stray.pinhole(), stray.detail());
    }

    static String count(long number, String what) {
        return (number < 1_000 ? Long.toString(number) : String.format(Locale.ROOT, "%,d", number)) + " " + what
                + (number == 1 ? "" : "s");
    }

    private static String seconds(Duration time) {
        var millis = time.plusNanos(500_000).toMillis();
        return millis / 1_000 + "." + Long.toString(1_000 + millis % 1_000).substring(1) + "s";
    }
}
