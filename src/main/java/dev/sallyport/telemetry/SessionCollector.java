package dev.sallyport.telemetry;

import dev.sallyport.ftp.FtpLine;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
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
        BYTES("sallyport_session_data_bytes", "Payload of a live session's data connections that have ended"),
        TRANSFERS("sallyport_session_transfers", "Transfers of a live session that have ended"),
        PINHOLES("sallyport_session_pinholes", "Pinholes and data connections that a live session has open"),
        AGE("sallyport_session_age_seconds", "Since a live session's client connected"),
        SILENCE("sallyport_session_last_command_age_seconds", "Since a live session's last command"),
        INFO("sallyport_session_info", "What a live session does, and its last command; always 1"),
        LEFT_OUT("sallyport_sessions_left_out", "Live sessions that have no series of their own");

        final String exposed;
        final String help;

        Figure(String exposed, String help) {
            this.exposed = exposed;
            this.help = help;
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
        var found = new EnumMap<Figure, List<GaugeDataPointSnapshot>>(Figure.class);
        var shown = sessions.mostActive(most);
        shown.forEach(session -> figures(session, found));
        add(found, Figure.LEFT_OUT, Labels.EMPTY, Math.max(0, sessions.count() - shown.size()));
        return new MetricSnapshots(found.entrySet().stream().map(SessionCollector::snapshot).toList());
    }

    @Override
    public List<String> getPrometheusNames() {
        return List.of(Figure.values()).stream().map(figure -> figure.exposed).toList();
    }

    private void figures(LiveSession session, Map<Figure, List<GaugeDataPointSnapshot>> found) {
        var of = labels(session);
        add(found, Figure.BYTES, of.merge(Labels.of("direction", "to_client")), session.bytesToClient());
        add(found, Figure.BYTES, of.merge(Labels.of("direction", "to_server")), session.bytesToServer());
        add(found, Figure.TRANSFERS, of, session.transfers());
        add(found, Figure.PINHOLES, of, session.pinholes());
        add(found, Figure.AGE, of, session.age().toMillis() / 1e3);
        add(found, Figure.SILENCE, of, session.silence().toMillis() / 1e3);
        var verb = session.lastCommand();
        add(found, Figure.INFO,
                of.merge(Labels.of("state", Meter.text(session.state()), "verb", verb == null ? "" : verb.name())), 1);
    }

    private Labels labels(LiveSession session) {
        var names = new ArrayList<>(List.of("session", "gateway", "rule_set"));
        var values = new ArrayList<>(
                List.of(session.id().toString(), session.gateway(), ruleSetOf.apply(session.gateway())));
        for (var label : labels) {
            names.add(Meter.text(label));
            values.add(value(label, session));
        }
        return Labels.of(names.toArray(String[]::new), values.toArray(String[]::new));
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

    private static void add(Map<Figure, List<GaugeDataPointSnapshot>> found, Figure figure, Labels labels, double value) {
        found.computeIfAbsent(figure, _ -> new ArrayList<>()).add(new GaugeDataPointSnapshot(value, labels, null));
    }

    private static MetricSnapshot snapshot(Map.Entry<Figure, List<GaugeDataPointSnapshot>> found) {
        var snapshot = GaugeSnapshot.builder().name(found.getKey().exposed).help(found.getKey().help);
        found.getValue().forEach(snapshot::dataPoint);
        return snapshot.build();
    }
}
