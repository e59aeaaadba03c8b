package dev.sallyport.cli;

import dev.sallyport.capture.LiveCapture.Drops;
import dev.sallyport.lab.replay.SessionReport;
import dev.sallyport.lab.replay.SessionReport.Followed;
import dev.sallyport.lab.replay.SessionReport.Misfit;
import dev.sallyport.lab.watch.Watch;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionObserver;
import dev.sallyport.session.SessionWatch;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What watched sessions come to. Counts may be read on any thread; the tally when all is over. */
final class WatchTotals implements SessionObserver {

    private final ReplayTally tally = new ReplayTally();
    private final LongAdder used = new LongAdder();
    private final LongAdder unused = new LongAdder();
    private final Map<Misfit, LongAdder> strays = new EnumMap<>(Misfit.class);
    private final Map<Followed, LongAdder> followed = new EnumMap<>(Followed.class);

    WatchTotals() {
        for (var why : Misfit.values()) {
            strays.put(why, new LongAdder());
        }
        for (var how : Followed.values()) {
            followed.put(how, new LongAdder());
        }
    }

    @Override
    public SessionWatch watch(SessionContext session) {
        return event -> {
            switch (event) {
                case SessionEvent.PinholeUsed _ -> used.increment();
                case SessionEvent.PinholeUnused _ -> unused.increment();
                default -> {}
            }
        };
    }

    void stray(Misfit why) {
        count(strays, why).increment();
    }

    void over(SessionReport report) {
        tally.add(report);
        count(followed, report.followed()).increment();
    }

    long strays(Misfit why) {
        return count(strays, why).sum();
    }

    long followed(Followed how) {
        return count(followed, how).sum();
    }

    /** A report does not remember all pinholes and strays of a session that went on for days: what was counted here does. */
    private ReplayTally tally() {
        tally.used = used.sum();
        tally.neverUsed = unused.sum();
        tally.strays.clear();
        strays.forEach((why, number) -> {
            if (number.sum() > 0) {
                tally.strays.put(why, number.sum());
            }
        });
        return tally;
    }

    /** Nothing more comes. @param drops null: nothing is known of any @param unprinted lines that could not be told */
    void tell(WatchLines to, Watch watch, @Nullable Drops drops, long unprinted) {
        var all = tally();
        watch.remarks().forEach(remark -> to.tell("remark", remark, "text", remark));
        var text = new StringBuilder("%s of %s in %s".formatted(
                ReplayText.count(watch.packets(), "packet"), Amounts.bytes(watch.bytes()),
                ReplayText.count(watch.connections(), "connection")));
        var fields = new ArrayList<Object>(List.of(
                "packets", watch.packets(), "bytes", watch.bytes(), "connections", watch.connections()));
        if (drops != null) {
            text.append(", %,d dropped by the kernel, %,d by the interface".formatted(drops.kernel(), drops.networkInterface()));
            fields.addAll(List.of("droppedByKernel", drops.kernel(), "droppedByInterface", drops.networkInterface()));
        }
        text.append(": ").append(ReplayText.count(all.sessions, "FTP session"));
        if (all.sessions > 0) {
            text.append(", of which ").append(ReplayText.outcome(all)).append("; ").append(ReplayText.contents(all));
        }
        fields.addAll(List.of(
                "sessions", all.sessions, "asTheyAre", all.clean, "withGaps", all.gaps, "notFollowed", all.unknown,
                "commands", all.commands, "refused", all.refused, "rewritten", all.rewritten, "pinholesUsed", all.used, "pinholesNeverUsed", all.neverUsed,
                "strays", all.strays.values().stream().mapToLong(Long::longValue).sum()));
        var kept = watch.kept();
        if (kept != null) {
            text.append(" %s saved; %,d let go before their session broke a rule.".formatted(
                    ReplayText.count(kept.written(), "packet"), kept.letGo()));
            fields.addAll(List.of("packetsSaved", kept.written(), "packetsLetGo", kept.letGo()));
        }
        if (unprinted > 0) {
            text.append(" %s could not be printed in time.".formatted(ReplayText.count(unprinted, "line")));
            fields.addAll(List.of("linesLost", unprinted));
        }
        to.tell("totals", text.toString(), fields.toArray());
    }

    private static <E extends Enum<E>> LongAdder count(Map<E, LongAdder> counts, E kind) {
        return counts.getOrDefault(kind, new LongAdder());
    }
}
