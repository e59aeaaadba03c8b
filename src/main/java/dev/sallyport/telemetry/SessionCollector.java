package dev.sallyport.telemetry;

import dev.sallyport.ftp.FtpLine;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Live sessions as series of their own: the most active ones, so many and no more, made when somebody asks. How many are left
 * out is a series too. Addresses and users are labels only where the configuration wants them.
 */
public final class SessionCollector implements MultiCollector {

    /** What may be told of a session beside its id, gateway and rule set. */
    public enum Label {
        CLIENT,
        SERVER,
        USER
    }

    private enum Figure {
        BYTES("sallyport_session_data_bytes", "Payload of a live session's data connections", true),
        TRANSFERS("sallyport_session_transfers", "Transfers of a live session that have ended", true),
        PINHOLES("sallyport_session_pinholes", "Pinholes and data connections that a live session has open"),
        AGE("sallyport_session_age_seconds", "Since a live session's client connected"),
        SILENCE("sallyport_session_last_command_age_seconds", "Since a live session's last command"),
        LEFT_OUT("sallyport_sessions_left_out", "Live sessions that have no series of their own");

        final String exposed;
        final String help;

        final boolean counts;

        Figure(String exposed, String help) {
            this(exposed, help, false);
        }

        Figure(String exposed, String help, boolean counts) {
            this.exposed = exposed;
            this.help = help;
            this.counts = counts;
        }
    }

    private final LiveSessions sessions;
    private final int most;
    private final Set<Label> labels;
    private final UnaryOperator<String> ruleSetOf;

    /**
     * @param most sessions at a time, 0 or more
     * @param ruleSetOf the name of a gateway's rule set
     */
    public SessionCollector(LiveSessions sessions, int most, Set<Label> labels, UnaryOperator<String> ruleSetOf) {
        this.sessions = sessions;
        this.most = most;
        this.labels = Set.copyOf(labels);
        this.ruleSetOf = ruleSetOf;
    }

    @Override
    public MetricSnapshots collect() {
        var found = new EnumMap<Figure, Map<Labels, Double>>(Figure.class);
        var shown = sessions.mostActive(most);
        shown.forEach(session -> figures(session, found));
        add(found, Figure.LEFT_OUT, Labels.EMPTY, Math.max(0, sessions.count() - shown.size()));
        return new MetricSnapshots(
                Stream.concat(found.entrySet().stream().map(SessionCollector::snapshot), Stream.of(info(shown))).toList());
    }

    @Override
    public List<String> getPrometheusNames() {
        return Stream.concat(Stream.of(Figure.values()).map(figure -> figure.exposed), Stream.of("sallyport_session_info")).toList();
    }

    private void figures(LiveSession session, Map<Figure, Map<Labels, Double>> found) {
        var of = labels(session);
        var running = session.running();
        add(found, Figure.BYTES, of.merge(Labels.of("direction", "to_client")), session.bytesToClient() + running.bytesToClient());
        add(found, Figure.BYTES, of.merge(Labels.of("direction", "to_server")), session.bytesToServer() + running.bytesToServer());
        add(found, Figure.TRANSFERS, of, session.transfers());
        add(found, Figure.PINHOLES, of, session.pinholes());
        add(found, Figure.AGE, of, session.age().toMillis() / 1e3);
        add(found, Figure.SILENCE, of, session.silence().toMillis() / 1e3);
    }

    /** What a session does, its last command and that of its transfer; whoever it is, where that is wanted. */
    private InfoSnapshot info(List<LiveSession> shown) {
        var info = InfoSnapshot.builder().name("sallyport_session")
                .help("What a live session does, its last command, and the command of its transfer");
        for (var session : shown) {
            var transfer = session.state() == LiveSession.State.TRANSFER ? session.transfer() : null;
            var labels = labels(session).merge(Labels.of(
                    "state", Word.of(session.state()), "verb", transfer == null ? "" : transfer.verb().name(),
                    "last_command", text(session.lastCommand())));
            for (var label : this.labels) {
                labels = labels.merge(Labels.of(Word.of(label), value(label, session)));
            }
            info.dataPoint(new InfoDataPointSnapshot(labels));
        }
        return info.build();
    }

    private Labels labels(LiveSession session) {
        return Labels.of(
                "session", session.id().toString(), "gateway", session.gateway(), "rule_set", ruleSetOf.apply(session.gateway()));
    }

    private static String value(Label label, LiveSession session) {
        return switch (label) {
            case CLIENT -> session.client().toString();
            case SERVER -> text(session.server());
            case USER -> FtpLine.escape(session.user());
        };
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }

    private static void add(Map<Figure, Map<Labels, Double>> found, Figure figure, Labels labels, double value) {
        found.computeIfAbsent(figure, _ -> new HashMap<>()).put(labels, value);
    }

    private static MetricSnapshot snapshot(Map.Entry<Figure, Map<Labels, Double>> found) {
        var figure = found.getKey();
        if (figure.counts) {
            var counter = CounterSnapshot.builder().name(figure.exposed).help(figure.help);
            found.getValue().forEach((labels, value) -> counter.dataPoint(new CounterDataPointSnapshot(value, labels, null, 0)));
            return counter.build();
        }
        var gauge = GaugeSnapshot.builder().name(figure.exposed).help(figure.help);
        found.getValue().forEach((labels, value) -> gauge.dataPoint(new GaugeDataPointSnapshot(value, labels, null)));
        return gauge.build();
    }
}
