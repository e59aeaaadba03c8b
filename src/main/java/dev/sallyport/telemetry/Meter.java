package dev.sallyport.telemetry;

import static dev.sallyport.telemetry.Meter.Kind.COUNTER;
import static dev.sallyport.telemetry.Meter.Kind.GAUGE;
import static dev.sallyport.telemetry.Meter.Kind.HISTOGRAM;
import static dev.sallyport.telemetry.Meter.Kind.INFO;

import java.util.List;

/**
 * All that is measured, by the conventions of Prometheus: base units, a counter's name ends with {@code _total}. What tags
 * may say is in closed sets: enums of ours, names of the configuration. No address, user or path is ever a tag here.
 */
public enum Meter {
    BUILD_INFO(INFO, "sallyport_build_info", "The program's version; always 1", Tag.VERSION),
    SESSIONS_ACTIVE(GAUGE, "sallyport_sessions_active", "Sessions that are open now", Tag.GATEWAY),
    SESSIONS_OPENED(COUNTER, "sallyport_sessions_opened_total", "Clients whose session was begun", Tag.GATEWAY),
    SESSIONS_ENDED(COUNTER, "sallyport_sessions_ended_total", "Sessions that have ended, by why", Tag.GATEWAY, Tag.REASON),
    SESSION_DURATION(HISTOGRAM, "sallyport_session_duration_seconds", "From a session's beginning to its end", Buckets.LIVES, Tag.GATEWAY),
    CLIENTS_REFUSED(
            COUNTER, "sallyport_clients_refused_total", "Clients that connected and got no session, by why", Tag.GATEWAY, Tag.REASON),
    LOGINS(COUNTER, "sallyport_logins_total", "Logins that the server has decided about", Tag.GATEWAY, Tag.OUTCOME),
    LOGINS_HELD(
            COUNTER, "sallyport_logins_held_total", "Passwords that had to wait because others of their client were wrong", Tag.GATEWAY),
    TLS_HANDSHAKES(
            COUNTER, "sallyport_tls_handshakes_total", "Control connections that TLS was agreed on for, which the gateway ends itself",
            Tag.GATEWAY, Tag.SIDE, Tag.VERSION),
    COMMANDS(COUNTER, "sallyport_commands_total", "Commands that clients have sent", Tag.GATEWAY, Tag.VERB),
    COMMANDS_REFUSED(COUNTER, "sallyport_commands_refused_total", "Commands that the rules did not let go on", Tag.GATEWAY, Tag.RULING),
    REPLIES(
            COUNTER, "sallyport_replies_total", "Replies that clients were sent, the server's and the gateway's own",
            Tag.GATEWAY, Tag.CLASS, Tag.CODE),
    CONTROL_ROUND_TRIP_ADDED(
            HISTOGRAM, "sallyport_control_round_trip_added_seconds",
            "What the gateway adds to the round trip of a command and its first reply that nothing holds up: of each, from when it was"
                    + " read until it was written",
            Buckets.DELAYS, Tag.GATEWAY),
    PINHOLES_REQUESTED(COUNTER, "sallyport_pinholes_requested_total", "Pinholes asked of the data path", Tag.GATEWAY, Tag.MODE),
    PINHOLES_OPENED(COUNTER, "sallyport_pinholes_opened_total", "Pinholes that were opened", Tag.GATEWAY, Tag.MODE),
    PINHOLES_USED(COUNTER, "sallyport_pinholes_used_total", "Pinholes whose connection came", Tag.GATEWAY, Tag.MODE),
    PINHOLES_UNUSED(
            COUNTER, "sallyport_pinholes_unused_total", "Pinholes that were closed without a connection, by why", Tag.GATEWAY, Tag.REASON),
    PINHOLES_REFUSED(
            COUNTER, "sallyport_pinholes_refused_total", "Pinholes that the data path could not open, by why", Tag.GATEWAY, Tag.REASON),
    PINHOLES_WAITING(GAUGE, "sallyport_pinholes_waiting", "Pinholes that are open now and wait for their connection", Tag.GATEWAY),
    PINHOLE_OPEN(
            HISTOGRAM, "sallyport_pinhole_opening_seconds", "From a pinhole's request until it was open", Buckets.DELAYS, Tag.GATEWAY),
    RANGES_OPENED(
            COUNTER, "sallyport_ranges_opened_total", "Times that a server's passive ports were opened for an opaque session", Tag.GATEWAY),
    RANGES_REFUSED(
            COUNTER, "sallyport_ranges_refused_total", "Times that the data path could not open them, by why", Tag.GATEWAY, Tag.REASON),
    RANGE_CONNECTIONS(
            COUNTER, "sallyport_range_connections_total", "Data connections of opaque sessions, which came through these ports",
            Tag.GATEWAY),
    DATA_CONNECTIONS_ACTIVE(
            GAUGE, "sallyport_data_connections_active", "Data connections that stand now, those of opaque sessions too", Tag.GATEWAY),
    TRANSFERS(
            COUNTER, "sallyport_transfers_total", "Transfers that have ended", Tag.GATEWAY, Tag.DIRECTION, Tag.MODE, Tag.OUTCOME),
    TRANSFER_DURATION(
            HISTOGRAM, "sallyport_transfer_duration_seconds",
            "From a transfer's command to the later of its last reply and the end of its data connection", Buckets.LIVES,
            Tag.GATEWAY, Tag.DIRECTION),
    TRANSFER_THROUGHPUT(
            HISTOGRAM, "sallyport_transfer_throughput_bytes_per_second",
            "Payload by duration of transfers that moved 64 KiB or more", Buckets.SPEEDS, Tag.GATEWAY, Tag.DIRECTION),
    DATA_BYTES(
            COUNTER, "sallyport_data_bytes_total",
            "Payload of data connections, those of opaque sessions too; where the kernel forwards it, what was sent again counts again",
            Tag.GATEWAY, Tag.DIRECTION, Tag.PATH),
    DATA_PACKETS(
            COUNTER, "sallyport_data_packets_total", "Packets of data connections, where the kernel forwards them",
            Tag.GATEWAY, Tag.DIRECTION, Tag.PATH),
    GATEWAY_READY(GAUGE, "sallyport_gateway_ready", "1 while the gateway listens and clients can be served", Tag.GATEWAY),
    SESSIONS_LIMIT(GAUGE, "sallyport_sessions_limit", "The most sessions at a time", Tag.GATEWAY),
    SERVER_UNREACHABLE(
            COUNTER, "sallyport_server_unreachable_total", "Sessions that ended because their server could not be reached", Tag.GATEWAY),
    DATA_PORTS(GAUGE, "sallyport_data_ports",
            "Ports in the range for data connections, where one is in use, by who connects to them", Tag.GATEWAY, Tag.SIDE),
    DATA_PORTS_BUSIEST(
            GAUGE, "sallyport_data_ports_busiest", "The most of these ports that one address holds now", Tag.GATEWAY, Tag.SIDE),
    DATA_PORT_WAITS(COUNTER, "sallyport_data_port_waits_total", "Pinholes that found no port free at once", Tag.GATEWAY),
    RULES_RELOADED(COUNTER, "sallyport_rules_reloaded_total", "Times that rules were to be taken anew", Tag.OUTCOME),
    TLS_CERTIFICATE_EXPIRY(
            GAUGE, "sallyport_tls_certificate_expiry_timestamp_seconds",
            "When a certificate that clients are shown expires, in seconds since 1970", Tag.GATEWAY, Tag.FILE),
    NETLINK_BATCHES(COUNTER, "sallyport_netlink_batches_total", "Batches of changes sent to the kernel's packet filter"),
    NETLINK_OPERATIONS(COUNTER, "sallyport_netlink_operations_total", "Changes in these batches"),
    NETLINK_BATCH_SIZE(HISTOGRAM, "sallyport_netlink_batch_size", "Changes in one batch", Buckets.SIZES),
    NETLINK_BATCH_SECONDS(
            HISTOGRAM, "sallyport_netlink_batch_seconds", "From a batch's sending until the kernel has answered", Buckets.DELAYS),
    NETLINK_ERRORS(COUNTER, "sallyport_netlink_errors_total", "Changes that the kernel refused, by its error", Tag.ERRNO),
    CONNTRACK_EVENTS_LOST(
            COUNTER, "sallyport_conntrack_events_lost_total",
            "Times that the kernel told of connections faster than it was heard; all were looked at then"),
    WALL_PACKETS(COUNTER, "sallyport_wall_packets_total", "Packets that the table's counters have seen", Tag.COUNTER),
    EVENT_LOOP_LAG(
            HISTOGRAM, "sallyport_event_loop_lag_seconds", "How late an event loop came to a task that it was to run each second",
            Buckets.DELAYS),
    LOG_LINES_DROPPED(COUNTER, "sallyport_log_lines_dropped_total", "Log lines that were dropped because too many waited"),
    SESSION_LOG_LINES(COUNTER, "sallyport_session_log_lines_total", "Lines that were written to the session log"),
    SESSION_LOG_LINES_LOST(
            COUNTER, "sallyport_session_log_lines_lost_total",
            "Lines of the session log that were lost because it could not be written, or not as fast"),
    SESSION_LOG_ERRORS(
            COUNTER, "sallyport_session_log_errors_total", "Times that the session log could not be opened, written or put aside"),
    RULE_DECISIONS(
            COUNTER, "sallyport_rule_decisions_total", "Commands that a rule has decided about; those hit least are counted as one",
            Tag.GATEWAY, Tag.RULE_SET, Tag.RULE, Tag.ACTION),
    FAULTS(
            COUNTER, "sallyport_faults_total", "Faults of peers, by whose they were and whether the check was enforced",
            Tag.GATEWAY, Tag.SIDE, Tag.FAULT, Tag.ENFORCED),
    CAPTURE_PACKETS(COUNTER, "sallyport_capture_packets_total", "Packets that watch has looked at"),
    CAPTURE_DROPPED(
            COUNTER, "sallyport_capture_packets_dropped_total", "Packets that came and that watch could not look at, by who had no room",
            Tag.REASON),
    SESSIONS_UNFOLLOWED(
            COUNTER, "sallyport_sessions_unfollowed_total", "Sessions of which watch could not follow all, by how much of them it has",
            Tag.GATEWAY, Tag.REASON),
    STRAY_CONNECTIONS(
            COUNTER, "sallyport_stray_connections_total", "Data connections beside a watched session for which no pinhole would be open",
            Tag.GATEWAY, Tag.REASON),
    PACKETS_HELD(GAUGE, "sallyport_capture_held_bytes", "Packets of watched sessions that have broken no rule so far"),
    PACKETS_LET_GO(
            COUNTER, "sallyport_capture_packets_let_go_total", "Packets of watched sessions that could not be held until a rule is broken"),
    PACKETS_SAVED(COUNTER, "sallyport_capture_packets_saved_total", "Packets of watched sessions that broke a rule, saved in the file"),
    PROCESS_CPU(COUNTER, "process_cpu_seconds_total", "Time that processors have worked for this process, its kernel calls too"),
    PROCESS_RESIDENT(GAUGE, "process_resident_memory_bytes", "Memory of this process that is in RAM");

    enum Kind {
        COUNTER,
        GAUGE,
        HISTOGRAM,
        INFO
    }

    /** Upper bounds of a histogram's classic buckets. */
    private static final class Buckets {
        private static final double[] DELAYS = {
            10e-6, 25e-6, 50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 10e-3, 25e-3, 50e-3, 0.1, 0.25, 0.5, 1, 2.5
        };
        private static final double[] LIVES = {
            1e-3, 5e-3, 10e-3, 50e-3, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 600, 1800, 3600, 4 * 3600, 24 * 3600
        };
        private static final double[] SIZES = {1, 2, 5, 10, 20, 50, 100, 200, 500};
        private static final double[] SPEEDS = {1e4, 1e5, 3e5, 1e6, 3e6, 1e7, 3e7, 1e8, 3e8, 1e9, 3e9};
    }

    private static final String TOTAL = "_total";

    final Kind kind;
    private final String exposed;
    final String help;
    final List<Tag> tags;
    final double[] buckets;

    Meter(Kind kind, String exposed, String help, Tag... tags) {
        this(kind, exposed, help, new double[0], tags);
    }

    Meter(Kind kind, String exposed, String help, double[] buckets, Tag... tags) {
        this.kind = kind;
        this.exposed = exposed;
        this.help = help;
        this.buckets = buckets;
        this.tags = List.of(tags);
    }

    /** The name as it is exposed. */
    String exposed() {
        return exposed;
    }

    /** The name as registries want it: they add a counter's ending themselves. */
    String registered() {
        return exposed.endsWith(TOTAL) ? exposed.substring(0, exposed.length() - TOTAL.length()) : exposed;
    }

    String[] tagNames() {
        return tags.stream().map(Tag::text).toArray(String[]::new);
    }
}
