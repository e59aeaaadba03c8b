package dev.sallyport.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.ftp.Side;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.EndReason;
import dev.sallyport.session.Input;
import dev.sallyport.session.Moved;
import dev.sallyport.session.PinholeRefusal;
import dev.sallyport.session.RangeId;
import dev.sallyport.session.RangeRequest;
import dev.sallyport.session.SessionEvent;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The figures of sessions, as they are exposed. */
class MetricsTest {

    private static final Pattern SAMPLE = Pattern.compile("(\\w+)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"[^\"]*\",?");

    private final AtomicLong nowNanos = new AtomicLong();
    private final Metrics metrics = new Metrics("1.0");
    private final GatewayMeters gateway = metrics.of("main", DataPathKind.KERNEL);

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void session_withATransfer_isCounted() throws IOException {
        var session = arrive(1);
        assertThat(samples()).contains(
                "sallyport_sessions_active{gateway=\"main\"} 1.0", "sallyport_sessions_opened_total{gateway=\"main\"} 1.0");
        session.connect().login().dataConnection(1);
        assertThat(samples()).contains(
                "sallyport_data_connections_active{gateway=\"main\"} 1.0", "sallyport_pinholes_waiting{gateway=\"main\"} 0.0");
        session.client("RETR a").server("150 here").pass(Duration.ofSeconds(2))
                .dataClosed(1, new Moved(1_000_000, 0, 700, 350), DataEnd.CLOSED).server("226 done").client("QUIT").server("221 bye")
                .feed(new Input.InputEnded(Side.SERVER, false));
        assertThat(samples()).contains(
                "sallyport_sessions_active{gateway=\"main\"} 0.0",
                "sallyport_sessions_ended_total{gateway=\"main\",reason=\"quit\"} 1.0",
                "sallyport_session_duration_seconds_count{gateway=\"main\"} 1",
                "sallyport_logins_total{gateway=\"main\",outcome=\"accepted\"} 1.0",
                "sallyport_commands_total{gateway=\"main\",verb=\"RETR\"} 1.0",
                "sallyport_replies_total{class=\"2xx\",code=\"227\",gateway=\"main\"} 1.0",
                "sallyport_replies_total{class=\"2xx\",code=\"226\",gateway=\"main\"} 1.0",
                "sallyport_pinholes_requested_total{gateway=\"main\",mode=\"PASV\"} 1.0",
                "sallyport_pinholes_opened_total{gateway=\"main\",mode=\"PASV\"} 1.0",
                "sallyport_pinholes_used_total{gateway=\"main\",mode=\"PASV\"} 1.0",
                "sallyport_pinhole_opening_seconds_sum{gateway=\"main\"} 0.001",
                "sallyport_data_bytes_total{direction=\"to_client\",gateway=\"main\",path=\"kernel\"} 1000000.0",
                "sallyport_data_packets_total{direction=\"to_client\",gateway=\"main\",path=\"kernel\"} 700.0",
                "sallyport_data_packets_total{direction=\"to_server\",gateway=\"main\",path=\"kernel\"} 350.0",
                "sallyport_transfers_total{direction=\"download\",gateway=\"main\",mode=\"PASV\",outcome=\"completed\"} 1.0",
                "sallyport_transfer_duration_seconds_sum{direction=\"download\",gateway=\"main\"} 2.0",
                "sallyport_transfer_throughput_bytes_per_second_sum{direction=\"download\",gateway=\"main\"} 500000.0",
                "sallyport_data_connections_active{gateway=\"main\"} 0.0");
    }

    @Test
    void transfer_brokenOff_isCountedOnce() throws IOException {
        arrive(1).connect().login().dataConnection(1).client("STOR a").server("150 here").client("ABOR").server("426 broken")
                .server("226 aborted").dataClosed(1, new Moved(0, 77), DataEnd.RESET);
        isCountedOnce("upload", "aborted", "to_server", 77);
    }

    @Test
    void transfer_cutWithItsSession_isCountedOnce() throws IOException {
        arrive(1).connect().login().dataConnection(1).client("RETR a").server("150 here").feed(new Input.KillRequested(EndReason.KILLED))
                .dataClosed(1, new Moved(5, 0), DataEnd.CUT);
        isCountedOnce("download", "cut", "to_client", 5);
        assertThat(samples()).contains(
                "sallyport_sessions_ended_total{gateway=\"main\",reason=\"killed\"} 1.0",
                "sallyport_sessions_active{gateway=\"main\"} 0.0");
    }

    /** The only transfer, and its bytes. */
    private void isCountedOnce(String direction, String outcome, String towards, int bytes) throws IOException {
        assertThat(samples()).contains(
                "sallyport_transfers_total{direction=\"%s\",gateway=\"main\",mode=\"PASV\",outcome=\"%s\"} 1.0"
                        .formatted(direction, outcome),
                "sallyport_data_bytes_total{direction=\"%s\",gateway=\"main\",path=\"kernel\"} %d.0".formatted(towards, bytes),
                "sallyport_transfer_duration_seconds_count{direction=\"%s\",gateway=\"main\"} 1".formatted(direction));
        assertThat(sum("sallyport_transfers_total")).isEqualTo(1);
        assertThat(sum("sallyport_data_bytes_total")).isEqualTo(bytes);
    }

    @Test
    void pinholes_refusedAndUnused_areCountedByWhy() throws IOException {
        var session = arrive(1).connect().login().client("PASV").server(ObservedSession.PASSIVE);
        session.feed(new Input.PinholeRefused(session.pinhole(1), PinholeRefusal.NO_FREE_PORT));
        session.client("PASV").server(ObservedSession.PASSIVE)
                .feed(new Input.PinholeOpened(session.pinhole(2), new Port(2122)));
        assertThat(samples()).contains("sallyport_pinholes_waiting{gateway=\"main\"} 1.0");
        session.pass(Duration.ofSeconds(31)).feed(new Input.DeadlineReached());
        assertThat(samples()).contains(
                "sallyport_pinholes_requested_total{gateway=\"main\",mode=\"PASV\"} 2.0",
                "sallyport_pinholes_refused_total{gateway=\"main\",reason=\"no_free_port\"} 1.0",
                "sallyport_pinholes_unused_total{gateway=\"main\",reason=\"expired\"} 1.0",
                "sallyport_pinholes_waiting{gateway=\"main\"} 0.0");
    }

    @Test
    void replies_ofNoKnownCode_areCountedByTheirClass() throws IOException {
        arrive(1).connect().login().client("NOOP").server("299 what").client("FOO").server("500 what");
        assertThat(samples()).contains(
                "sallyport_replies_total{class=\"2xx\",code=\"other\",gateway=\"main\"} 1.0",
                "sallyport_replies_total{class=\"5xx\",code=\"500\",gateway=\"main\"} 1.0",
                "sallyport_commands_total{gateway=\"main\",verb=\"UNKNOWN\"} 1.0");
    }

    @Test
    void transfer_thatRuns_isCountedAsItGoes_andNothingTwice() throws IOException {
        var session = arrive(1).connect().login().dataConnection(1).client("RETR a").server("150 here");
        gateway.look(Map.of(session.pinhole(1), new Moved(100, 0, 3, 2)));
        assertThat(sum("sallyport_data_bytes_total")).isEqualTo(100);
        gateway.look(Map.of(session.pinhole(1), new Moved(250, 0, 5, 3)));
        assertThat(sum("sallyport_data_bytes_total")).isEqualTo(250);
        session.dataClosed(1, new Moved(300, 0, 6, 4), DataEnd.CLOSED);
        gateway.look(Map.of());
        assertThat(sum("sallyport_data_bytes_total")).isEqualTo(300);
        assertThat(sum("sallyport_data_packets_total")).isEqualTo(10);
    }

    @Test
    void dataOfAnOpaqueSession_isCountedLikeOther() throws IOException {
        var session = arrive(1).connect().login().dataConnection(1).ranged(new Moved(100, 7, 3, 2), 2, 2);
        session.ranged(new Moved(20, 0, 1, 0), 0, -1);
        assertThat(samples()).contains(
                "sallyport_range_connections_total{gateway=\"main\"} 2.0",
                "sallyport_data_connections_active{gateway=\"main\"} 2.0",
                "sallyport_data_bytes_total{direction=\"to_client\",gateway=\"main\",path=\"kernel\"} 120.0",
                "sallyport_data_bytes_total{direction=\"to_server\",gateway=\"main\",path=\"kernel\"} 7.0",
                "sallyport_data_packets_total{direction=\"to_client\",gateway=\"main\",path=\"kernel\"} 4.0",
                "sallyport_ranges_opened_total{gateway=\"main\"} 0.0");
        var request = new RangeRequest(
                new RangeId(session.context.id(), 1), ObservedSession.CLIENT.address(), ObservedSession.GATEWAY.address(),
                ObservedSession.SERVER.address(), ObservedSession.GATEWAY.address(), PortRange.parse("50000-50099"), 8);
        session.tell(new SessionEvent.RangeOpened(request)).tell(new SessionEvent.RangeRefused(request, PinholeRefusal.NO_FREE_PORT));
        assertThat(samples()).contains(
                "sallyport_ranges_opened_total{gateway=\"main\"} 1.0",
                "sallyport_ranges_refused_total{gateway=\"main\",reason=\"no_free_port\"} 1.0");
    }

    /** Whoever looks takes a while: what was seen may be told when more is known. */
    @Test
    void look_thatComesLate_countsNothingTwice() throws IOException {
        var session = arrive(1).connect().login();
        gateway.look(Map.of(session.pinhole(1), new Moved(50, 0, 1, 1)));
        assertThat(sum("sallyport_data_bytes_total")).as("of a connection that has not been told of").isZero();
        session.dataConnection(1).client("RETR a").server("150 here");
        gateway.look(Map.of(session.pinhole(1), new Moved(250, 0, 5, 3)));
        gateway.look(Map.of(session.pinhole(1), new Moved(100, 0, 3, 2)));
        gateway.look(Map.of(session.pinhole(1), new Moved(260, 0, 5, 3)));
        assertThat(sum("sallyport_data_bytes_total")).isEqualTo(260);
        session.dataClosed(1, new Moved(300, 0, 6, 4), DataEnd.CLOSED);
        gateway.look(Map.of(session.pinhole(1), new Moved(290, 0, 5, 4)));
        assertThat(sum("sallyport_data_bytes_total")).isEqualTo(300);
        assertThat(sum("sallyport_data_packets_total")).isEqualTo(10);
    }

    /** Names, kinds and tags are those of {@link Meter}, and each has its help. */
    @Test
    void everySeries_isOneOfTheMeters() throws IOException {
        arrive(1).connect().login();
        var known = Arrays.stream(Meter.values()).collect(Collectors.toMap(Meter::exposed, meter -> meter));
        var text = exposed();
        for (var line : text.lines().filter(line -> line.startsWith("sallyport_")).toList()) {
            var sample = SAMPLE.matcher(line);
            assertThat(sample.matches()).as(line).isTrue();
            var meter = Objects.requireNonNull(known.get(sample.group(1).replaceFirst("_(bucket|sum|count)$", "")), line);
            var labels = LABEL.matcher(Objects.requireNonNullElse(sample.group(2), "")).results()
                    .map(found -> found.group(1)).filter(name -> !name.equals("le"));
            assertThat(labels).as(line).containsExactlyInAnyOrder(meter.tagNames());
        }
        for (var meter : List.of(Meter.BUILD_INFO, Meter.SESSIONS_ENDED, Meter.PINHOLES_WAITING, Meter.PINHOLE_OPEN)) {
            assertThat(text).contains("# HELP " + meter.exposed() + " " + meter.help);
        }
        assertThat(text).contains("jvm_memory_used_bytes{", "process_files_open_files ", "process_uptime_seconds ")
                .doesNotContain("system_cpu_count");
    }

    @Test
    void liveSessions_haveSeriesOfTheirOwn_soManyAndNoMore() throws IOException {
        var live = new LiveSessions(nowNanos::get);
        metrics.expose(new SessionCollector(live, 2, Set.of(SessionCollector.Label.USER), _ -> "strict"));
        for (var id = 1; id <= 5; id++) {
            new ObservedSession(id, live.of("main"), nowNanos).connect().login().pass(Duration.ofSeconds(1));
        }
        assertThat(samples()).contains(
                "sallyport_sessions_left_out 3.0",
                "sallyport_session_info{gateway=\"main\",last_command=\"PASS\","
                        + "rule_set=\"strict\",session=\"5\",state=\"ready\",user=\"demo\",verb=\"\"} 1");
        assertThat(samples()).filteredOn(line -> line.startsWith("sallyport_session_transfers_total{")).hasSize(2);
        assertThat(exposed()).doesNotContain("192.0.2.10");
    }

    private ObservedSession arrive(long id) {
        return new ObservedSession(id, gateway, nowNanos);
    }

    private double sum(String name) throws IOException {
        return samples().stream().filter(line -> line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    }

    private List<String> samples() throws IOException {
        return exposed().lines().filter(line -> !line.startsWith("#")).toList();
    }

    private String exposed() throws IOException {
        var out = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(out, metrics.exposed().scrape(), EscapingScheme.ALLOW_UTF8);
        return out.toString(UTF_8);
    }
}
