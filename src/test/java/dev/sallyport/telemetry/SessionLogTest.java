package dev.sallyport.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.Verb;
import dev.sallyport.session.ClientRefusal;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.DataProtection;
import dev.sallyport.session.Effect;
import dev.sallyport.session.EndReason;
import dev.sallyport.session.Input;
import dev.sallyport.session.Moved;
import dev.sallyport.session.PinholeId;
import dev.sallyport.session.PinholeRefusal;
import dev.sallyport.session.PinholeRequest;
import dev.sallyport.session.RangeId;
import dev.sallyport.session.RangeRequest;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEngine;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionId;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.Transfer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The lines of the session log, whole. */
class SessionLogTest {

    private static final Endpoint CLIENT = endpoint("198.51.100.7", 40000);
    private static final Endpoint GATEWAY = endpoint("203.0.113.1", 21);
    private static final Endpoint SERVER = endpoint("2001:db8::5", 2100);
    private static final SessionContext SESSION = new SessionContext(new SessionId(46), CLIENT, GATEWAY);
    private static final PinholeId PINHOLE = new PinholeId(SESSION.id(), 1);
    private static final PinholeRequest REQUEST = new PinholeRequest(
            PINHOLE, Side.CLIENT, CLIENT.address(), null, GATEWAY.address(), SERVER, SERVER.address(), null, DataProtection.CLEAR,
            Duration.ofSeconds(30));

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final AtomicLong nowNanos = new AtomicLong();
    private final Logger logger = new LoggerContext().getLogger("test");
    private final SessionLog log = new SessionLog(logger, nowNanos::get);

    SessionLogTest() {
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(Level.DEBUG);
    }

    @Test
    void seconds_areRoundedToTheMillisecond() {
        for (var nanos : List.of(0L, 499_999L, 500_000L, 12_345_678L, 999_499_999L, 1_999_500_000L, 61_000_000_000L, 90_061_001_000_000L)) {
            observe(new SessionEvent.LoginHeld(Duration.ofNanos(nanos)));
        }
        assertThat(written()).extracting(line -> line.substring(line.lastIndexOf('=') + 1)).containsExactly(
                "0.000", "0.000", "0.001", "0.012", "0.999", "2.000", "61.000", "90061.001");
    }

    /** Whatever a peer sends is not taken for a place to fill in. */
    @Test
    void braces_stayAsTheyAre() {
        observe(new SessionEvent.LoggedIn("{} {0} \\{}"));
        assertThat(written()).containsExactly("INFO session=1a event=login user=\"{} {0} \\\\{}\"");
    }

    @Test
    void session_from_start_to_end() {
        observe(new SessionEvent.Started(CLIENT, SERVER));
        observe(new SessionEvent.LoginRefused("demo", 530));
        observe(new SessionEvent.LoginHeld(Duration.ofSeconds(2)));
        observe(new SessionEvent.LoggedIn("demo"));
        observe(new SessionEvent.TransferEnded(new Transfer(
                Verb.RETR, "a file.txt", Verb.EPSV, PINHOLE, 65_537, 0, Duration.ofMillis(1500), 226, false,
                DataProtection.CLEAR, Set.of(), DataEnd.CLOSED,
                null, "all", SessionEvent.Ruling.ALLOWED)));
        observe(new SessionEvent.TransferEnded(
                new Transfer(
                Verb.LIST, "", null, null, 0, 0, Duration.ZERO, 550, false, DataProtection.CLEAR, Set.of(), null, null, "all", SessionEvent.Ruling.ALLOWED)));
        observe(new SessionEvent.BecameOpaque());
        observe(new SessionEvent.Ended(EndReason.CLIENT_CLOSED, "", Duration.ofSeconds(61), 9, 2, 65_537, 0));
        assertThat(written()).containsExactly(
                "INFO session=1a event=start client=198.51.100.7:40000 gateway=203.0.113.1:21 server=[2001:db8::5]:2100",
                "INFO session=1a event=login-refused code=530 user=\"demo\"",
                "INFO session=1a event=login-held seconds=2.000",
                "INFO session=1a event=login user=\"demo\"",
                "INFO session=1a event=transfer verb=RETR path=\"a file.txt\" code=226 mode=EPSV data=closed"
                        + " bytesToClient=65537 bytesToServer=0 seconds=1.500",
                "INFO session=1a event=transfer verb=LIST code=550 bytesToClient=0 bytesToServer=0 seconds=0.000",
                "INFO session=1a event=opaque",
                "INFO session=1a event=end reason=client-closed client=198.51.100.7:40000 seconds=61.000 commands=9"
                        + " transfers=2 bytesToClient=65537 bytesToServer=0");
    }

    @Test
    void pinholes_at_debug_unless_refused() {
        observe(new SessionEvent.PinholeOpened(REQUEST, Verb.PASV, endpoint("203.0.113.1", 2122), Duration.ZERO));
        observe(new SessionEvent.PinholeUsed(PINHOLE, Verb.PASV));
        observe(new SessionEvent.PinholeUnused(PINHOLE, SessionEvent.Unused.EXPIRED));
        observe(new SessionEvent.PinholeRefused(REQUEST, PinholeRefusal.NO_FREE_PORT));
        assertThat(written()).containsExactly(
                "DEBUG session=1a event=pinhole-opened pinhole=1a.1 connects=client from=198.51.100.7 told=203.0.113.1:2122"
                        + " target=[2001:db8::5]:2100",
                "DEBUG session=1a event=pinhole-used pinhole=1a.1",
                "DEBUG session=1a event=pinhole-unused pinhole=1a.1 why=expired",
                "WARN session=1a event=pinhole-refused pinhole=1a.1 reason=no-free-port");
    }

    @Test
    void opaque_session_tells_its_range_and_its_end() {
        var range = new RangeRequest(
                new RangeId(SESSION.id(), 1), CLIENT.address(), GATEWAY.address(), SERVER.address(), GATEWAY.address(),
                PortRange.parse("50000-50999"), 8);
        observe(new SessionEvent.RangeOpened(range));
        observe(new SessionEvent.BecameOpaque());
        observe(new SessionEvent.RangeMoved(range.id(), new Moved(900, 3), 1, -1));
        observe(new SessionEvent.RangeClosed(range.id()));
        observe(new SessionEvent.Cleared());
        observe(new SessionEvent.RangeRefused(range, PinholeRefusal.NO_FREE_PORT));
        assertThat(written()).containsExactly(
                "INFO session=1a event=range-opened client=198.51.100.7 server=2001:db8::5 ports=50000-50999",
                "INFO session=1a event=opaque",
                "DEBUG session=1a event=range-moved range=1a.tls1 came=1 standing=-1 bytesToClient=900 bytesToServer=3",
                "INFO session=1a event=range-closed",
                "INFO session=1a event=cleared",
                "WARN session=1a event=range-refused ports=50000-50999 reason=no-free-port");
    }

    @Test
    void fault_is_a_warning_and_denial_is_not() {
        observe(new SessionEvent.FaultSeen(Side.CLIENT, Fault.PORT_BELOW_1024, "PORT 198,51,100,7,0,22", true));
        observe(new SessionEvent.FaultSeen(Side.SERVER, Fault.REPLY_TOO_LONG, "", true));
        observe(new SessionEvent.FaultSeen(Side.CLIENT, Fault.AUTH_REFUSED, "AUTH TLS", true));
        assertThat(written()).containsExactly(
                "WARN session=1a event=fault side=client fault=port-below-1024 detail=\"PORT 198,51,100,7,0,22\"",
                "WARN session=1a event=fault side=server fault=reply-too-long",
                "INFO session=1a event=denied side=client fault=auth-refused detail=\"AUTH TLS\"");
    }

    @Test
    void fault_that_is_only_logged_says_so_and_is_no_denial() {
        observe(new SessionEvent.FaultSeen(Side.SERVER, Fault.REPLY_WITHOUT_COMMAND, "200 OK", false));
        observe(new SessionEvent.FaultSeen(Side.CLIENT, Fault.COMMAND_AHEAD_OF_REPLY, "NOOP", false));
        observe(new SessionEvent.FaultSeen(Side.CLIENT, Fault.COMMAND_AHEAD_OF_REPLY, "NOOP", true));
        assertThat(written()).containsExactly(
                "WARN session=1a event=fault side=server fault=reply-without-command enforced=false detail=\"200 OK\"",
                "INFO session=1a event=fault side=client fault=command-ahead-of-reply enforced=false detail=\"NOOP\"",
                "INFO session=1a event=denied side=client fault=command-ahead-of-reply detail=\"NOOP\"");
    }

    @Test
    void clients_refused_in_floods_are_thinned_out() {
        for (var i = 0; i < 1_000; i++) {
            log.clientRefused("main", CLIENT, ClientRefusal.TOO_MANY_SESSIONS_OF_CLIENT);
        }
        nowNanos.addAndGet(LineLimit.STRETCH.toNanos());
        log.clientRefused("main", CLIENT, ClientRefusal.TOO_MANY_SESSIONS_OF_CLIENT);
        var line = "INFO event=client-refused gateway=main client=198.51.100.7:40000 reason=too-many-sessions-of-client";
        assertThat(written()).hasSize(LineLimit.LINES + 1).startsWith(line, line)
                .endsWith(line + " heldBack=" + (1_000 - LineLimit.LINES));
    }

    @Test
    void peer_bytes_break_neither_line_nor_quotes() {
        var hostile = "a\"b\\\r\nsession=ff event=login user=\"root\"\u001b[2J\u00e9";
        var escaped = "\"a\\\"b\\\\\\r\\nsession=ff event=login user=\\\"root\\\"\\x1b[2J\\xe9\"";
        observe(new SessionEvent.LoggedIn(hostile));
        observe(new SessionEvent.FaultSeen(Side.CLIENT, Fault.COMMAND_MALFORMED, FtpLine.escape(hostile), true));
        assertThat(written()).containsExactly(
                "INFO session=1a event=login user=" + escaped,
                "WARN session=1a event=fault side=client fault=command-malformed detail=" + escaped);
    }

    @Test
    void flood_of_faults_is_thinned_out_and_counted() {
        var flood = new SessionEvent.FaultSeen(Side.CLIENT, Fault.COMMAND_MALFORMED, "", true);
        for (var i = 0; i < LineLimit.LINES + 500; i++) {
            observe(flood);
        }
        // Another kind of fault is not hidden by the flood.
        observe(new SessionEvent.FaultSeen(Side.CLIENT, Fault.NUL_IN_LINE, "", true));
        assertThat(written()).hasSize(LineLimit.LINES + 1);
        lines.list.clear();
        nowNanos.addAndGet(LineLimit.STRETCH.toNanos());
        observe(flood);
        observe(flood);
        assertThat(written()).containsExactly(
                "WARN session=1a event=fault side=client fault=command-malformed heldBack=500",
                "WARN session=1a event=fault side=client fault=command-malformed");
    }

    @Test
    void whatARuleDecides_isInfo_withItsNameAndTheCommand() {
        observe(new SessionEvent.RuleDecided("no-uploads", SessionEvent.Ruling.DENIED, Verb.STOR, "STOR a.txt"));
        observe(new SessionEvent.RuleDecided("downloads", SessionEvent.Ruling.ALLOWED, Verb.RETR, "RETR \"a\".txt"));
        observe(new SessionEvent.RuleDecided("strangers", SessionEvent.Ruling.CLOSED, Verb.USER, "USER root"));
        observe(new SessionEvent.RulesTaken("partners", 3));
        assertThat(written()).containsExactly(
                "INFO session=1a event=denied rule=no-uploads ruling=denied verb=STOR detail=\"STOR a.txt\"",
                "INFO session=1a event=allowed rule=downloads ruling=allowed verb=RETR detail=\"RETR \\\"a\\\".txt\"",
                "INFO session=1a event=denied rule=strangers ruling=closed verb=USER detail=\"USER root\"",
                "DEBUG session=1a event=rules-taken rules=partners generation=3");
    }

    @Test
    void floodOfOneRule_isThinnedOut_andHidesNoOther() {
        var flood = new SessionEvent.RuleDecided("no-uploads", SessionEvent.Ruling.DENIED, Verb.STOR, "STOR a");
        for (var i = 0; i < LineLimit.LINES + 500; i++) {
            observe(flood);
        }
        observe(new SessionEvent.RuleDecided("no-site", SessionEvent.Ruling.DENIED, Verb.SITE, "SITE EXEC ls"));
        assertThat(written()).hasSize(LineLimit.LINES + 1);
        nowNanos.addAndGet(LineLimit.STRETCH.toNanos());
        observe(flood);
        assertThat(written()).last().isEqualTo(
                "INFO session=1a event=denied rule=no-uploads ruling=denied verb=STOR detail=\"STOR a\" heldBack=500");
    }

    /** Protocol 41: the engine is driven with secrets in every place that one can stand, and all its events are logged. */
    @Test
    void secret_reaches_no_line() {
        var engine = new SessionEngine(SESSION, SessionPolicy.DEFAULT, 0);
        var inputs = List.<Input>of(
                new Input.ServerConnected(endpoint("2001:db8::1", 1), SERVER),
                server("220 ready"),
                client("PASS hunter2"), server("503 USER first"),
                client("USER demo"), server("331 password"),
                client("PASS:hunter2"), client("pass\"hunter2"), client("PASS,hunter2"), client("\u0001PASS hunter2"),
                client("Pass hunter2"), server("530 no"),
                client("ACCT hunter2"), server("230 in"),
                client("ADAT hunter2"), client("adat=hunter2"),
                server("PASS hunter2 was what you said"));
        for (var input : inputs) {
            for (var effect : List.copyOf(engine.handle(input, 1))) {
                if (effect instanceof Effect.Publish(var event)) {
                    log.watch(SESSION).observe(event);
                }
            }
        }
        assertThat(written()).hasSizeGreaterThan(5).noneMatch(line -> line.contains("hunter2"));
    }

    private void observe(SessionEvent event) {
        log.watch(SESSION).observe(event);
    }

    private List<String> written() {
        return lines.list.stream().map(line -> line.getLevel() + " " + line.getFormattedMessage()).toList();
    }

    private static Input client(String line) {
        return new Input.ClientLine(FtpLine.of(line));
    }

    private static Input server(String line) {
        return new Input.ServerLine(FtpLine.of(line));
    }

    private static Endpoint endpoint(String address, int port) {
        return new Endpoint(Objects.requireNonNull(Addresses.parse(address)), new Port(port));
    }
}
