package dev.sallyport.lab.replay;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.lab.replay.SessionReport.Followed;
import dev.sallyport.lab.replay.SessionReport.Misfit;
import dev.sallyport.lab.replay.SessionReport.Outcome;
import dev.sallyport.lab.replay.SessionReport.Stray;
import dev.sallyport.lab.replay.SessionReport.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a session's report will say. Lists are bounded: no session makes us remember more. */
final class Findings {

    private static final int MOST = 2_000;
    /** Of a session that goes on: it may do so for days, beside thousands of others. */
    private static final int MOST_LIVE = 100;

    private final Discoveries discoveries;
    private final Ownership ownership;
    private final int most;
    private final int number;
    private final Endpoint client;
    private final Endpoint server;
    private final long startNanos;
    private long lastNanos;

    private final List<Verdict> verdicts = new ArrayList<>();
    private final List<Stray> strays = new ArrayList<>(0);
    private final List<String> remarks = new ArrayList<>(0);
    private int unsaid;

    String user = "";
    Followed followed = Followed.WHOLLY;
    boolean evasive;
    int commands;
    int refused;
    int rewritten;
    @Nullable String end;

    /** @param live whether it goes on now @param discoveries are told at once @param ownership is told when the session breaks a rule */
    Findings(int number, Endpoint client, Endpoint server, long startNanos, boolean live, Discoveries discoveries, Ownership ownership) {
        this.most = live ? MOST_LIVE : MOST;
        this.discoveries = discoveries;
        this.ownership = ownership;
        this.number = number;
        this.client = client;
        this.server = server;
        this.startNanos = startNanos;
        this.lastNanos = startNanos;
    }

    void now(long nanos) {
        lastNanos = Math.max(lastNanos, nanos);
    }

    Duration after(long nanos) {
        return Duration.ofNanos(Math.max(0, nanos - startNanos));
    }

    /** How long after the start, for people. */
    String sinceStart(long nanos) {
        return seconds(after(nanos));
    }

    void verdict(int command, String line, Outcome outcome, String told, String why) {
        if (outcome != Outcome.REWRITTEN) {
            ownership.broken(number);
        }
        var verdict = new Verdict(after(lastNanos), command, line, outcome, told, why);
        discoveries.verdict(number, verdict);
        if (verdicts.size() < most) {
            verdicts.add(verdict);
        } else {
            unsaid++;
        }
    }

    void stray(long nanos, Endpoint from, Endpoint to, Misfit why, int pinhole, String detail) {
        ownership.broken(number);
        var stray = new Stray(after(nanos), from, to, why, pinhole, detail);
        discoveries.stray(number, stray);
        if (strays.size() < most) {
            strays.add(stray);
        } else {
            unsaid++;
        }
    }

    void remark(String sentence) {
        if (remarks.size() < most && !remarks.contains(sentence)) {
            remarks.add(sentence);
            discoveries.remark(number, sentence);
        }
    }

    void evasion(String sentence) {
        evasive = true;
        ownership.broken(number);
        remark(sentence);
    }

    SessionReport report(List<SessionReport.Pinhole> pinholes, int more) {
        if (unsaid + more > 0) {
            remarks.add((unsaid + more) + " more findings of this session are left out.");
        }
        return new SessionReport(
                number, client, server, instant(startNanos), after(lastNanos), user, followed, commands, refused, rewritten, verdicts,
                pinholes, strays, evasive, remarks, end);
    }

    static String seconds(Duration time) {
        var millis = time.plusNanos(500_000).toMillis();
        return millis / 1_000 + "." + Long.toString(1_000 + millis % 1_000).substring(1) + " s";
    }

    static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
    }
}
