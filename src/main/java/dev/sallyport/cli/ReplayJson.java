package dev.sallyport.cli;

import static dev.sallyport.cli.ExplanationText.word;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sallyport.lab.replay.CaptureReading;
import dev.sallyport.lab.replay.SessionReport;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Replayed sessions for programs: one object, printed while they are read. */
final class ReplayJson implements ReplayPrinter {

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Session(int number, String client, String server, String start, double seconds, String user, String followed, int commands,
            int refused, int rewritten, List<Verdict> verdicts, List<Pinhole> pinholes, List<Stray> strays, boolean evasive,
            List<String> remarks, @Nullable String end) {}

    record Verdict(double after, int command, String line, String outcome, String told, String why) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Pinhole(int number, String mode, String from, String to, double after, String fit, @Nullable String usedBy, long bytesToClient,
            long bytesToServer, boolean closed, String detail) {}

    record Stray(double after, String from, String to, String why, int pinhole, String detail) {}

    /** @param complete whether all captures could be read to their ends */
    record Summary(long packets, long bytes, long connections, int sessions, int asTheyAre, int withGaps, int notFollowed, long commands,
            long refused, long rewritten, long pinholesUsed, long pinholesNeverUsed, Map<String, Long> strays, List<String> remarks,
            boolean complete, List<String> problems) {}

    private static final JsonMapper JSON = JsonMapper.shared();

    private final PrintWriter out;
    private boolean first = true;

    ReplayJson(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void begin() {
        out.print("{\"sessions\":[");
    }

    @Override
    public void session(SessionReport report) {
        out.print(first ? "" : ",");
        first = false;
        out.print(JSON.writeValueAsString(new Session(
                report.number(), report.client().toString(), report.server().toString(), report.start().toString(),
                seconds(report.duration()), report.user(), word(report.followed()), report.commands(), report.refused(), report.rewritten(),
                report.verdicts().stream().map(verdict -> new Verdict(
                        seconds(verdict.after()), verdict.command(), verdict.line(), word(verdict.outcome()), verdict.told(),
                        verdict.why())).toList(),
                report.pinholes().stream().map(ReplayJson::pinhole).toList(),
                report.strays().stream().map(stray -> new Stray(
                        seconds(stray.after()), stray.from().toString(), stray.to().toString(), word(stray.why()), stray.pinhole(),
                        stray.detail())).toList(),
                report.evasive(), report.remarks(), report.end())));
    }

    private static Pinhole pinhole(SessionReport.Pinhole pinhole) {
        return new Pinhole(
                pinhole.number(), pinhole.mode(), pinhole.from(), pinhole.to().toString(), seconds(pinhole.after()), word(pinhole.fit()),
                pinhole.usedBy() == null ? null : pinhole.usedBy().toString(), pinhole.bytesToClient(), pinhole.bytesToServer(),
                pinhole.closed(), pinhole.detail());
    }

    @Override
    public void end(CaptureReading reading, ReplayTally tally) {
        var strays = new TreeMap<String, Long>();
        tally.strays.forEach((why, number) -> strays.put(word(why), number));
        out.print("],\"summary\":");
        out.print(JSON.writeValueAsString(new Summary(
                reading.packets(), reading.bytes(), reading.connections(), tally.sessions, tally.clean, tally.gaps, tally.unknown,
                tally.commands, tally.refused, tally.rewritten, tally.used, tally.neverUsed, strays, reading.remarks(),
                reading.problems().isEmpty(), reading.problems())));
        out.println("}");
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
