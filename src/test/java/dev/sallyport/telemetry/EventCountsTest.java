package dev.sallyport.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.Verb;
import dev.sallyport.session.ClientRefusal;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.DataProtection;
import dev.sallyport.session.EndReason;
import dev.sallyport.session.Moved;
import dev.sallyport.session.PinholeId;
import dev.sallyport.session.PinholeRefusal;
import dev.sallyport.session.PinholeRequest;
import dev.sallyport.session.RangeId;
import dev.sallyport.session.RangeRequest;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionEvent.Ruling;
import dev.sallyport.session.SessionEvent.Unused;
import dev.sallyport.session.SessionId;
import dev.sallyport.session.SessionObserver;
import dev.sallyport.session.Tally;
import dev.sallyport.session.TlsPeer;
import dev.sallyport.session.Transfer;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What one event changes in what is exposed: these lines, and no others. */
class EventCountsTest {

    private static final SessionContext SESSION =
            new SessionContext(new SessionId(7), ObservedSession.CLIENT, ObservedSession.GATEWAY);
    private static final PinholeId PINHOLE = new PinholeId(SESSION.id(), 1);
    private static final PinholeRequest PINHOLE_REQUEST = new PinholeRequest(
            PINHOLE, Side.CLIENT, ObservedSession.CLIENT.address(), null, ObservedSession.GATEWAY.address(), ObservedSession.SERVER,
            ObservedSession.GATEWAY.address(), null, DataProtection.CLEAR, Duration.ofSeconds(30));
    private static final RangeId RANGE = new RangeId(SESSION.id(), 1);
    private static final RangeRequest RANGE_REQUEST = new RangeRequest(
            RANGE, ObservedSession.CLIENT.address(), ObservedSession.GATEWAY.address(), ObservedSession.SERVER.address(),
            ObservedSession.GATEWAY.address(), PortRange.parse("50000-50099"), 8);

    /** Those of a gateway that its sessions do not tell of: the process, or the rules. */
    private static final Set<Meter> OF_OTHERS = EnumSet.of(
            Meter.GATEWAY_READY, Meter.SESSIONS_LIMIT, Meter.DATA_PORTS, Meter.DATA_PORTS_BUSIEST, Meter.DATA_PORT_WAITS,
            Meter.RULE_DECISIONS, Meter.SESSIONS_UNFOLLOWED, Meter.STRAY_CONNECTIONS, Meter.TLS_CERTIFICATE_EXPIRY);

    /** @param changes lines without the name's beginning, with {@code '} for {@code "} and G for the gateway's tag */
    private record Told(String what, Consumer<SessionObserver> happens, List<String> changes) {

        static Told event(SessionEvent event, String... changes) {
            return new Told(event.toString(), meters -> meters.watch(SESSION).observe(event), List.of(changes));
        }

        static Told line(String what, Consumer<Tally> line, String... changes) {
            return new Told(what, meters -> line.accept(meters.watch(SESSION).tally()), List.of(changes));
        }

        Stream<String> lines() {
            return changes.stream().map(line -> "sallyport_" + line.replace("G", "gateway=\"main\"").replace('\'', '"'));
        }

        @Override
        public String toString() {
            return what;
        }
    }

    private final Metrics metrics = new Metrics("1.0");
    private final GatewayMeters gateway = metrics.of("main", DataPaths.all(DataPathKind.KERNEL));
    private final SessionObserver observer = new LiveSessions().of("main", gateway::moved).and(gateway);

    @AfterEach
    void close() {
        metrics.close();
    }

    @ParameterizedTest
    @MethodSource("lines")
    void line_changesThese_andNoOthers(Told told) {
        changes(told);
    }

    @ParameterizedTest
    @MethodSource("events")
    void event_changesThese_andNoOthers(Told told) {
        changes(told);
    }

    private void changes(Told told) {
        var before = Set.copyOf(ours());
        told.happens().accept(observer);
        assertThat(ours()).filteredOn(line -> !before.contains(line)).containsExactlyInAnyOrderElementsOf(told.lines().toList());
    }

    /** A meter that is new has its event here too. */
    @Test
    void meters_ofSessions_areAllChanged() {
        var changed = Stream.concat(lines(), events()).flatMap(Told::lines)
                .map(line -> line.replaceFirst("(_count|_sum)?\\{.*", "")).collect(Collectors.toSet());
        assertThat(changed).containsExactlyInAnyOrderElementsOf(Arrays.stream(Meter.values())
                .filter(meter -> meter.tags.contains(Tag.GATEWAY) && !OF_OTHERS.contains(meter)).map(Meter::exposed).toList());
    }

    static Stream<Told> lines() {
        return Stream.of(
                new Told("a client is refused",
                        meters -> meters.clientRefused("main", ObservedSession.CLIENT, ClientRefusal.TOO_MANY_SESSIONS_OF_CLIENT),
                        List.of("clients_refused_total{G,reason='too_many_sessions_of_client'} 1.0")),
                Told.line("a command", tally -> tally.command(Verb.MLSD, 0), "commands_total{G,verb='MLSD'} 1.0"),
                Told.line("a reply", tally -> tally.reply(421), "replies_total{class='4xx',code='421',G} 1.0"),
                Told.line("a reply of no known code", tally -> tally.reply(299), "replies_total{class='2xx',code='other',G} 1.0"),
                Told.line("a pinhole is asked for", tally -> tally.pinhole(Verb.EPRT), "pinholes_requested_total{G,mode='EPRT'} 1.0"),
                Told.line("a command is denied", tally -> tally.refused(Ruling.DENIED), "commands_refused_total{G,ruling='denied'} 1.0"),
                Told.line("a file is too large", tally -> tally.refused(Ruling.TOO_LARGE),
                        "commands_refused_total{G,ruling='too_large'} 1.0"),
                Told.line("a round trip", tally -> tally.roundTrip(250_000),
                        "control_round_trip_added_seconds_count{G} 1", "control_round_trip_added_seconds_sum{G} 2.5E-4"));
    }

    static Stream<Told> events() {
        return Stream.of(
                Told.event(new SessionEvent.Arrived(), "sessions_opened_total{G} 1.0", "sessions_active{G} 1.0"),
                Told.event(new SessionEvent.LoggedIn("demo"), "logins_total{G,outcome='accepted'} 1.0"),
                Told.event(new SessionEvent.LoginRefused("demo", 530), "logins_total{G,outcome='refused'} 1.0"),
                Told.event(new SessionEvent.LoginHeld(Duration.ofSeconds(2)), "logins_held_total{G} 1.0"),
                fault(Side.CLIENT, Fault.PORT_BELOW_1024, true, "enforced='true',fault='port_below_1024',G,side='client'"),
                fault(Side.CLIENT, Fault.PORT_BELOW_1024, false, "enforced='false',fault='port_below_1024',G,side='client'"),
                fault(Side.SERVER, Fault.REPLY_MALFORMED, true, "enforced='true',fault='reply_malformed',G,side='server'"),
                fault(Side.SERVER, Fault.NUL_IN_LINE, false, "enforced='false',fault='nul_in_line',G,side='server'"),
                Told.event(new SessionEvent.PinholeOpened(PINHOLE_REQUEST, Verb.PASV, ObservedSession.GATEWAY, Duration.ofMillis(500)),
                        "pinholes_opened_total{G,mode='PASV'} 1.0", "pinholes_waiting{G} 1.0", "pinhole_opening_seconds_count{G} 1",
                        "pinhole_opening_seconds_sum{G} 0.5"),
                Told.event(new SessionEvent.PinholeRefused(PINHOLE_REQUEST, PinholeRefusal.TABLE_FULL),
                        "pinholes_refused_total{G,reason='table_full'} 1.0"),
                Told.event(new SessionEvent.PinholeUsed(PINHOLE, Verb.EPSV),
                        "pinholes_used_total{G,mode='EPSV'} 1.0", "pinholes_waiting{G} -1.0", "data_connections_active{G} 1.0"),
                Told.event(new SessionEvent.PinholeUnused(PINHOLE, Unused.SESSION_ENDED),
                        "pinholes_unused_total{G,reason='session_ended'} 1.0", "pinholes_waiting{G} -1.0"),
                Told.event(new SessionEvent.DataEnded(PINHOLE, new Moved(1, 2, 3, 4), DataEnd.CLOSED),
                        "data_connections_active{G} -1.0",
                        "data_bytes_total{direction='to_client',G,path='kernel'} 1.0",
                        "data_bytes_total{direction='to_server',G,path='kernel'} 2.0",
                        "data_packets_total{direction='to_client',G,path='kernel'} 3.0",
                        "data_packets_total{direction='to_server',G,path='kernel'} 4.0"),
                Told.event(new SessionEvent.Secured(Side.SERVER, new TlsPeer("TLSv1.3", "TLS_AES_128_GCM_SHA256", null, "CN=ftp.example")),
                        "tls_handshakes_total{G,side='server',version='TLSv1.3'} 1.0"),
                Told.event(new SessionEvent.Unsecured(Side.CLIENT)),
                Told.event(new SessionEvent.RangeOpened(RANGE_REQUEST), "ranges_opened_total{G} 1.0"),
                Told.event(new SessionEvent.RangeRefused(RANGE_REQUEST, PinholeRefusal.DATA_PATH_FAILED),
                        "ranges_refused_total{G,reason='data_path_failed'} 1.0"),
                Told.event(new SessionEvent.RangeMoved(RANGE, new Moved(5, 0, 1, 0), 2, 1),
                        "range_connections_total{G} 2.0", "data_connections_active{G} 1.0",
                        "data_bytes_total{direction='to_client',G,path='kernel'} 5.0",
                        "data_packets_total{direction='to_client',G,path='kernel'} 1.0"),
                Told.event(new SessionEvent.TransferEnded(transfer(Verb.STOR, 65_536, 226, DataEnd.CLOSED)),
                        "transfers_total{direction='upload',G,mode='PASV',outcome='completed'} 1.0",
                        "transfer_duration_seconds_count{direction='upload',G} 1",
                        "transfer_duration_seconds_sum{direction='upload',G} 2.0",
                        "transfer_throughput_bytes_per_second_count{direction='upload',G} 1",
                        "transfer_throughput_bytes_per_second_sum{direction='upload',G} 32768.0"),
                Told.event(new SessionEvent.TransferEnded(transfer(Verb.LIST, 65_535, 0, DataEnd.IDLE)),
                        "transfers_total{direction='listing',G,mode='PASV',outcome='cut'} 1.0",
                        "transfer_duration_seconds_count{direction='listing',G} 1",
                        "transfer_duration_seconds_sum{direction='listing',G} 2.0"),
                Told.event(new SessionEvent.Ended(EndReason.SERVER_UNREACHABLE, "", Duration.ofSeconds(3), 0, 0, 0, 0),
                        "sessions_active{G} -1.0", "sessions_ended_total{G,reason='server_unreachable'} 1.0",
                        "server_unreachable_total{G} 1.0", "session_duration_seconds_count{G} 1", "session_duration_seconds_sum{G} 3.0"),
                Told.event(new SessionEvent.Ended(EndReason.QUIT, "", Duration.ofSeconds(3), 1, 0, 0, 0),
                        "sessions_active{G} -1.0", "sessions_ended_total{G,reason='quit'} 1.0", "session_duration_seconds_count{G} 1",
                        "session_duration_seconds_sum{G} 3.0"),
                Told.event(new SessionEvent.Started(ObservedSession.CLIENT, ObservedSession.SERVER)),
                Told.event(new SessionEvent.TransferBegan(Verb.RETR, "a")),
                Told.event(new SessionEvent.RuleDecided("no-writes", Ruling.DENIED, Verb.STOR, "STOR a")),
                Told.event(new SessionEvent.RulesTaken("default", 2)),
                Told.event(new SessionEvent.BecameOpaque()),
                Told.event(new SessionEvent.Cleared()),
                Told.event(new SessionEvent.RangeClosed(RANGE)));
    }

    /** Every kind of event has its lines, or has none and is here too. */
    @Test
    void events_areAllHere() {
        assertThat(events().map(told -> told.what().replaceFirst("\\[.*", "")).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(SessionEvent.class.getPermittedSubclasses()).map(Class::getSimpleName).toList());
    }

    private static Told fault(Side side, Fault fault, boolean enforced, String tags) {
        return Told.event(new SessionEvent.FaultSeen(side, fault, "", enforced), "faults_total{" + tags + "} 1.0");
    }

    private static Transfer transfer(Verb verb, long bytes, int code, DataEnd end) {
        return new Transfer(
                verb, "a", Verb.PASV, PINHOLE, 0, bytes, Duration.ofSeconds(2), code, false, DataProtection.CLEAR, Set.of(),
                end, null, "(defaults)", Ruling.ALLOWED);
    }

    /** Buckets say no more than the sum of one. */
    private List<String> ours() {
        return Exposed.samples(metrics).stream().filter(line -> line.startsWith("sallyport_") && !line.contains("_bucket{")).toList();
    }
}
