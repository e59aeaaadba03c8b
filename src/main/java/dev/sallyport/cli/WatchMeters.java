package dev.sallyport.cli;

import dev.sallyport.admin.Operator;
import dev.sallyport.admin.Reloaded;
import dev.sallyport.admin.RuleHits;
import dev.sallyport.admin.http.Credentials;
import dev.sallyport.admin.http.HttpServer;
import dev.sallyport.admin.http.HttpSettings;
import dev.sallyport.capture.LiveCapture.Drops;
import dev.sallyport.config.TelemetryOptions;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.lab.replay.SessionReport.Followed;
import dev.sallyport.lab.replay.SessionReport.Misfit;
import dev.sallyport.lab.watch.KeptPackets;
import dev.sallyport.lab.watch.Watch;
import dev.sallyport.rules.RuleSet;
import dev.sallyport.session.SessionId;
import dev.sallyport.session.SessionObserver;
import dev.sallyport.telemetry.DataPathKind;
import dev.sallyport.telemetry.DataPaths;
import dev.sallyport.telemetry.GatewayMeters;
import dev.sallyport.telemetry.LiveSessions;
import dev.sallyport.telemetry.LogQueue;
import dev.sallyport.telemetry.Meter;
import dev.sallyport.telemetry.Metrics;
import dev.sallyport.telemetry.Refusals;
import dev.sallyport.telemetry.RuleCollector;
import dev.sallyport.telemetry.SessionCollector;
import dev.sallyport.telemetry.Throughput;
import dev.sallyport.telemetry.Word;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What the live gateway tells of its sessions over HTTP, of watched ones: nothing can be done to these. */
final class WatchMeters implements Operator, AutoCloseable {

    /** In place of a gateway's name. */
    static final String NAME = "watch";

    private final RuleSet rules;
    private final LiveSessions live = new LiveSessions();
    private final Metrics metrics = new Metrics(Sallyport.version());
    private final GatewayMeters meters = metrics.of(NAME, DataPaths.all(DataPathKind.WATCHED));
    private final Refusals refusals = new Refusals();
    private final WatchTotals totals;
    private @Nullable Watch watch;
    private @Nullable HttpServer http;

    WatchMeters(RuleSet rules, WatchTotals totals) {
        this.rules = rules;
        this.totals = totals;
    }

    SessionObserver observer() {
        return live.of(NAME, meters::moved).and(meters).and(refusals);
    }

    /** @param drops what the capture has lost so far */
    void observe(Watch watched, Supplier<Drops> drops) {
        watch = watched;
        metrics.expose(new SessionCollector(live, TelemetryOptions.DEFAULT_SESSIONS, Set.of(), _ -> rules.text().name()));
        metrics.expose(new RuleCollector(() -> RunningRules.decided(NAME, rules).toList()));
        metrics.count(Meter.LOG_LINES_DROPPED, LogQueue::dropped);
        metrics.count(Meter.CAPTURE_PACKETS, watched::packets);
        metrics.count(Meter.CAPTURE_DROPPED, () -> drops.get().kernel(), "kernel");
        metrics.count(Meter.CAPTURE_DROPPED, () -> drops.get().networkInterface(), "interface");
        for (var how : List.of(Followed.TO_A_GAP, Followed.NOT)) {
            metrics.count(Meter.SESSIONS_UNFOLLOWED, () -> totals.followed(how), NAME, Word.of(how));
        }
        for (var why : Misfit.values()) {
            metrics.count(Meter.STRAY_CONNECTIONS, () -> totals.strays(why), NAME, Word.of(why));
        }
        metrics.gauge(Meter.PACKETS_HELD, () -> kept(watched, KeptPackets.State::heldBytes));
        metrics.count(Meter.PACKETS_LET_GO, () -> kept(watched, KeptPackets.State::letGo));
        metrics.count(Meter.PACKETS_SAVED, () -> kept(watched, KeptPackets.State::written));
    }

    private static long kept(Watch watch, ToLongFunction<KeptPackets.State> figure) {
        var kept = watch.kept();
        return kept == null ? 0 : figure.applyAsLong(kept);
    }

    /** Begins to tell over HTTP. @throws IOException when it cannot listen there */
    Endpoint listen(Endpoint where) throws IOException {
        var server = HttpServer.start(
                new HttpSettings(where, Credentials.NONE), this, List::of,
                new HttpServer.Sources(metrics.exposed(), new Throughput(meters::moved), refusals, Sallyport.version()));
        http = server;
        return server.listening();
    }

    @Override
    public LiveSessions live() {
        return live;
    }

    @Override
    public void look() {
        if (watch != null) {
            live.look(watch.standing());
        }
    }

    @Override
    public boolean kill(SessionId session) {
        return false;
    }

    @Override
    public List<RuleHits> rules() {
        return RunningRules.hits(NAME, rules).toList();
    }

    @Override
    public Reloaded reload() {
        return new Reloaded(List.of(), null, "What watches goes by the rules that it began with.");
    }

    @Override
    public void close() {
        if (http != null) {
            http.close();
        }
        metrics.close();
    }
}
