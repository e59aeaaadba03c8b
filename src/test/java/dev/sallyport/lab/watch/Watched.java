package dev.sallyport.lab.watch;

import dev.sallyport.capture.Packet;
import dev.sallyport.capture.Packets;
import dev.sallyport.capture.Packets.Stored;
import dev.sallyport.cli.FtpCapture;
import dev.sallyport.config.rules.RuleFile;
import dev.sallyport.config.yaml.ConfigurationException;
import dev.sallyport.lab.replay.Discoveries;
import dev.sallyport.lab.replay.Replay;
import dev.sallyport.lab.replay.ReplayedGateway;
import dev.sallyport.lab.replay.SessionReport;
import dev.sallyport.rules.Armed;
import dev.sallyport.rules.RuleSet;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionObserver;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.SessionWatch;
import dev.sallyport.session.TlsPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A {@link Watch} that is given packets and the time, with all that it tells. */
public final class Watched implements Discoveries, SessionObserver {

    final List<SessionEvent> events = new ArrayList<>();
    final List<SessionReport> reports = new ArrayList<>();
    final List<String> remarks = new ArrayList<>();
    final List<SessionReport.Stray> strays = new ArrayList<>();
    final Watch watch;
    private final Packet packet = new Packet();
    private long lastNanos = FtpCapture.START;

    Watched() {
        this(Watch.Bounds.USUAL, true, null);
    }

    Watched(Watch.Bounds bounds, boolean allData, @Nullable KeptPackets kept) {
        watch = new Watch(settings(), bounds, allData, (report, _) -> reports.add(report), this, this, kept);
    }

    /** Deletions are refused. */
    static Replay.Settings settings() {
        return settings("""
                name: no-deletions
                zone: UTC
                defaults: { action: allow }
                rules: [ { name: keep, commands: DELE, action: deny, reply: 550 No. } ]
                """);
    }

    /** @param rules a rule set, as it is written */
    public static Replay.Settings settings(String rules) {
        try {
            var text = RuleFile.parse("rules.yaml", rules, 1).text();
            var usual = SessionPolicy.DEFAULT;
            var policy = new SessionPolicy(
                    null, null, usual.clientSourcePort(), TlsPolicy.PASSTHROUGH,
                    Armed.of(RuleSet.compile(text, null), text.checks()), usual.limits(), usual.timeouts());
            return new Replay.Settings(new ReplayedGateway("", policy, List.of(), List.of()), Set.of(21), true, false);
        } catch (ConfigurationException wrong) {
            throw new AssertionError(wrong);
        }
    }

    /** What is new of a capture. */
    Watched see(FtpCapture capture) {
        see(capture.packets);
        capture.packets.clear();
        return this;
    }

    Watched see(List<Stored> packets) {
        packets.stream().sorted(Comparator.comparingLong(Stored::nanos)).forEach(stored -> {
            lastNanos = Math.max(lastNanos, stored.nanos());
            watch.packet(packet.set(stored.bytes(), stored.original(), stored.nanos(), Packets.ETHERNET));
        });
        return this;
    }

    /** Time passes, and no packet comes. */
    Watched pass(Duration time) {
        var until = lastNanos + time.toNanos();
        while (lastNanos < until) {
            lastNanos = Math.min(until, lastNanos + 1_000_000_000);
            watch.pass(lastNanos);
        }
        return this;
    }

    <E extends SessionEvent> List<E> events(Class<E> of) {
        return events.stream().filter(of::isInstance).map(of::cast).toList();
    }

    @Override
    public SessionWatch watch(SessionContext session) {
        return events::add;
    }

    @Override
    public void stray(int session, SessionReport.Stray stray) {
        strays.add(stray);
    }

    @Override
    public void remark(int session, String sentence) {
        remarks.add(sentence);
    }
}
