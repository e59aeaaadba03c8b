package dev.sallyport.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.Verb;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.DataProtection;
import dev.sallyport.session.EndReason;
import dev.sallyport.session.Input;
import dev.sallyport.session.Moved;
import dev.sallyport.session.PinholeId;
import dev.sallyport.session.PinholeRefusal;
import dev.sallyport.session.PinholeRequest;
import dev.sallyport.session.RangeId;
import dev.sallyport.session.RangeRequest;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The figures of sessions, as they are exposed. */
class MetricsTest {

    private final AtomicLong nowNanos = new AtomicLong();
    private final Metrics metrics = new Metrics("1.0");
    private final GatewayMeters gateway = metrics.of("main", DataPaths.all(DataPathKind.KERNEL));
    private final LiveSessions live = new LiveSessions(nowNanos::get);

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void session_withATransfer_isCounted() {
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
    void transfer_brokenOff_isCountedOnce() {
        arrive(1).connect().login().dataConnection(1).client("STOR a").server("150 here").client("ABOR").server("426 broken")
                .server("226 aborted").dataClosed(1, new Moved(0, 77), DataEnd.RESET);
        isCountedOnce("upload", "aborted", "to_server", 77);
    }

    @Test
    void transfer_cutWithItsSession_isCountedOnce() {
        arrive(1).connect().login().dataConnection(1).client("RETR a").server("150 here").feed(new Input.KillRequested(EndReason.KILLED))
                .dataClosed(1, new Moved(5, 0), DataEnd.CUT);
        isCountedOnce("download", "cut", "to_client", 5);
        assertThat(samples()).contains(
                "sallyport_sessions_ended_total{gateway=\"main\",reason=\"killed\"} 1.0",
                "sallyport_sessions_active{gateway=\"main\"} 0.0");
    }

    /** The only transfer, and its bytes. */
    private void isCountedOnce(String direction, String outcome, String towards, int bytes) {
        assertThat(samples()).contains(
                "sallyport_transfers_total{direction=\"%s\",gateway=\"main\",mode=\"PASV\",outcome=\"%s\"} 1.0"
                        .formatted(direction, outcome),
                "sallyport_data_bytes_total{direction=\"%s\",gateway=\"main\",path=\"kernel\"} %d.0".formatted(towards, bytes),
                "sallyport_transfer_duration_seconds_count{direction=\"%s\",gateway=\"main\"} 1".formatted(direction));
        assertThat(sum("sallyport_transfers_total")).isEqualTo(1);
        assertThat(sum("sallyport_data_bytes_total")).isEqualTo(bytes);
    }

    @Test
    void pinholes_refusedAndUnused_areCountedByWhy() {
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
    void replies_ofNoKnownCode_areCountedByTheirClass() {
        arrive(1).connect().login().client("NOOP").server("299 what").client("FOO").server("500 what");
        assertThat(samples()).contains(
                "sallyport_replies_total{class=\"2xx\",code=\"other\",gateway=\"main\"} 1.0",
                "sallyport_replies_total{class=\"5xx\",code=\"500\",gateway=\"main\"} 1.0",
                "sallyport_commands_total{gateway=\"main\",verb=\"UNKNOWN\"} 1.0");
    }

    @Test
    void transfer_thatRuns_isCountedAsItGoes_andNothingTwice() {
        var session = arrive(1).connect().login().dataConnection(1).client("RETR a").server("150 here");
        live.look(Map.of(session.pinhole(1), new Moved(100, 0, 3, 2)));
        assertThat(sum("sallyport_data_bytes_total")).isEqualTo(100);
        live.look(Map.of(session.pinhole(1), new Moved(250, 0, 5, 3)));
        assertThat(sum("sallyport_data_bytes_total")).isEqualTo(250);
        session.dataClosed(1, new Moved(300, 0, 6, 4), DataEnd.CLOSED);
        live.look(Map.of());
        assertThat(sum("sallyport_data_bytes_total")).isEqualTo(300);
        assertThat(sum("sallyport_data_packets_total")).isEqualTo(10);
    }

    @Test
    void dataWithTls_besideTheKernel_isCountedAsTheRelays() {
        var paths = new DataPaths(DataPathKind.KERNEL, DataPathKind.RELAY);
        var bridge = metrics.of("bridge", paths);
        var context = new SessionContext(new SessionId(9), ObservedSession.CLIENT, ObservedSession.GATEWAY);
        var watch = live.of("bridge", bridge::moved).and(bridge).watch(context);
        watch.observe(new SessionEvent.Arrived());
        var number = 0;
        for (var protection : List.of(
                DataProtection.CLEAR, new DataProtection(true, false), new DataProtection(false, true), new DataProtection(true, true))) {
            var id = new PinholeId(context.id(), ++number);
            watch.observe(new SessionEvent.PinholeOpened(
                    new PinholeRequest(
                            id, Side.CLIENT, ObservedSession.CLIENT.address(), null, ObservedSession.GATEWAY.address(),
                            ObservedSession.SERVER, ObservedSession.GATEWAY.address(), null, protection, Duration.ofSeconds(30)),
                    Verb.PASV, ObservedSession.GATEWAY, Duration.ZERO));
            watch.observe(new SessionEvent.PinholeUsed(id, Verb.PASV));
            live.look(Map.of(id, new Moved(4, 0)));
            watch.observe(new SessionEvent.DataEnded(id, new Moved(10, 0), DataEnd.CLOSED));
        }
        assertThat(samples()).contains(
                "sallyport_data_bytes_total{direction=\"to_client\",gateway=\"bridge\",path=\"kernel\"} 10.0",
                "sallyport_data_bytes_total{direction=\"to_client\",gateway=\"bridge\",path=\"relay\"} 30.0");
        assertThat(samples()).noneMatch(line -> line.startsWith("sallyport_data_packets_total") && line.contains("path=\"relay\""));
        assertThat(bridge.moved()).isEqualTo(new Moved(40, 0));
    }

    @Test
    void dataOfAnOpaqueSession_isCountedLikeOther() {
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
    void look_thatComesLate_countsNothingTwice() {
        var session = arrive(1).connect().login();
        live.look(Map.of(session.pinhole(1), new Moved(50, 0, 1, 1)));
        assertThat(sum("sallyport_data_bytes_total")).as("of a connection that has not been told of").isZero();
        session.dataConnection(1).client("RETR a").server("150 here");
        live.look(Map.of(session.pinhole(1), new Moved(250, 0, 5, 3)));
        live.look(Map.of(session.pinhole(1), new Moved(100, 0, 3, 2)));
        live.look(Map.of(session.pinhole(1), new Moved(260, 0, 5, 3)));
        assertThat(sum("sallyport_data_bytes_total")).isEqualTo(260);
        session.dataClosed(1, new Moved(300, 0, 6, 4), DataEnd.CLOSED);
        live.look(Map.of(session.pinhole(1), new Moved(290, 0, 5, 4)));
        assertThat(sum("sallyport_data_bytes_total")).isEqualTo(300);
        assertThat(sum("sallyport_data_packets_total")).isEqualTo(10);
    }

    /** After an error of our own a session may be gone before its data is. */
    @Test
    void data_thatEndsAfterItsSession_isCounted() {
        var session = arrive(1).connect().login().dataConnection(1).client("RETR a").server("150 here");
        live.look(Map.of(session.pinhole(1), new Moved(100, 0, 3, 2)));
        session.tell(new SessionEvent.Ended(EndReason.INTERNAL_ERROR, "", Duration.ZERO, 0, 0, 0, 0));
        assertThat(live.count()).isZero();
        live.look(Map.of(session.pinhole(1), new Moved(200, 0, 5, 3)));
        session.dataClosed(1, new Moved(300, 0, 6, 4), DataEnd.CUT);
        assertThat(sum("sallyport_data_bytes_total")).isEqualTo(300);
        assertThat(sum("sallyport_data_packets_total")).isEqualTo(10);
        assertThat(samples()).contains("sallyport_data_connections_active{gateway=\"main\"} 0.0");
    }

    /** Names, tags and their values are those of {@link Meter}, and each has its help. */
    @Test
    void everySeries_isOneOfTheMeters() {
        arrive(1).connect().login();
        var text = Exposed.text(metrics);
        assertThat(TagValues.strangers(Exposed.samples(metrics))).isEmpty();
        for (var meter : List.of(Meter.BUILD_INFO, Meter.SESSIONS_ENDED, Meter.PINHOLES_WAITING, Meter.PINHOLE_OPEN)) {
            assertThat(text).contains("# HELP " + meter.exposed() + " " + meter.help);
        }
        assertThat(text).contains("jvm_memory_used_bytes{", "process_files_open_files ", "process_uptime_seconds ")
                .doesNotContain("system_cpu_count");
    }

    @Test
    void liveSessions_haveSeriesOfTheirOwn_soManyAndNoMore() {
        metrics.expose(new SessionCollector(live, 2, Set.of(SessionCollector.Label.USER), _ -> "strict"));
        for (var id = 1; id <= 5; id++) {
            arrive(id).connect().login().pass(Duration.ofSeconds(1));
        }
        assertThat(samples()).contains(
                "sallyport_sessions_left_out 3.0",
                "sallyport_session_info{gateway=\"main\",last_command=\"PASS\","
                        + "rule_set=\"strict\",session=\"5\",state=\"ready\",user=\"demo\",verb=\"\"} 1");
        assertThat(samples()).filteredOn(line -> line.startsWith("sallyport_session_transfers_total{")).hasSize(2);
        assertThat(Exposed.text(metrics)).doesNotContain("192.0.2.10");
    }

    /** Who sees an outlier finds the session that it was, in every histogram that sessions fill. */
    @Test
    void histograms_ofSessions_haveExemplars() {
        arrive(26).connect().login().dataConnection(1).client("RETR a").server("150 here").pass(Duration.ofSeconds(2))
                .dataClosed(1, new Moved(1_000_000, 0, 700, 350), DataEnd.CLOSED).server("226 done").client("QUIT").server("221 bye")
                .feed(new Input.InputEnded(Side.SERVER, false));
        gateway.watch(new SessionContext(new SessionId(26), ObservedSession.CLIENT, ObservedSession.GATEWAY)).tally()
                .roundTrip(1_000);
        var exemplar = " # {session_id=\"" + new SessionId(26) + "\"} ";
        var marked = Exposed.openMetrics(metrics).lines().filter(line -> line.contains(exemplar))
                .map(line -> line.replaceFirst("_bucket\\{.*", "")).distinct();
        assertThat(marked).containsExactlyInAnyOrderElementsOf(Stream.of(Meter.values())
                .filter(meter -> meter.kind == Meter.Kind.HISTOGRAM && meter.tags.contains(Tag.GATEWAY)).map(Meter::exposed).toList());
    }

    /** By the names that Prometheus asks of its clients. */
    @Test
    void process_tellsItsTimeAndItsMemory() throws Exception {
        var workedBefore = workedSeconds();
        var worked = value("process_cpu_seconds_total");
        assertThat(worked).isBetween(workedBefore, workedSeconds() + 0.02);
        var mapped = Files.readString(Path.of("/proc/self/smaps_rollup")).replaceFirst("(?s).*\\nRss: +(\\d+) kB.*", "$1");
        var bytes = Long.parseLong(mapped) * 1024;
        assertThat(value("process_resident_memory_bytes")).isCloseTo((double) bytes, withinPercentage(25));
    }

    private static double workedSeconds() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
    }

    private double value(String name) {
        return samples().stream().filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    }

    private ObservedSession arrive(long id) {
        return new ObservedSession(id, live.of("main", gateway::moved).and(gateway), nowNanos);
    }

    private double sum(String name) {
        return samples().stream().filter(line -> line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    }

    private List<String> samples() {
        return Exposed.samples(metrics);
    }
}
