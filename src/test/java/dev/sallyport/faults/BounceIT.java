package dev.sallyport.faults;

import static dev.sallyport.faults.ActiveCommand.numbers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.datapath.Transport;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.rules.Check;
import dev.sallyport.rules.Level;
import dev.sallyport.session.SessionEvent;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that would have the server connect to others (FTP bounce, RFC 2577 §3), in every way there is to say it. */
class BounceIT extends SparingAVictim {

    private static final String OTHER_FAMILY = "522 Network protocol not supported, use (1).";
    private static final String NO_DATA_PORT = "425 Use PASV, EPSV, PORT or EPRT first.";

    BounceIT(Transport transport) throws IOException {
        super(transport);
    }

    /** What the gateway is there against: this server connects to whomever it is told. */
    @ParameterizedTest
    @EnumSource
    void bounce_withoutTheGateway_reachesTheVictim(ActiveCommand command) throws Exception {
        try (var caller = Caller.loggedIn(guarded.server.endpoint())) {
            caller.exactly(command.to(victim.endpoint()), "200 Noted.");
            caller.ask("RETR 1000", "150 ");
            try (var data = victim.attacker()) {
                assertThat(Sequence.read(data.getInputStream())).isEqualTo(1000);
            }
            caller.control.expect("226 ");
        }
    }

    @ParameterizedTest
    @EnumSource
    void bounce_byEachCommand_isRefusedAndTheServerHearsNothing(ActiveCommand command) throws Exception {
        try (var caller = Caller.loggedIn(guarded.endpoint())) {
            caller.exactly(command.to(victim.endpoint()), NOT_YOURS);
            caller.exactly("RETR 1000", NO_DATA_PORT);
            caller.exactly("NOOP", "200 Zzz.");
        }
        assertThat(guarded.faults()).containsExactly("CLIENT ADDRESS_NOT_PEER", "CLIENT TRANSFER_WITHOUT_DATA_PORT");
        assertThat(guarded.server.heard).containsExactlyInAnyOrder("USER demo", "PASS demo", "NOOP");
    }

    /** The same address in other words: {@code %1$s} as numbers, {@code %2$s} in dots, then the port and its bytes. */
    record Disguise(String line, String... replies) {}

    static List<Disguise> disguises() {
        return List.of(
                new Disguise("port %1$s", NOT_YOURS),
                new Disguise("  PORT %1$s", NOT_YOURS),
                new Disguise("PORT\t%1$s", NOT_YOURS),
                new Disguise("PORT %1$s\t", NOT_YOURS),
                new Disguise("PO\u00ff\u00f1RT %1$s", NOT_YOURS),
                new Disguise("NOOP\nPORT %1$s", "200 Zzz.", NOT_YOURS),
                new Disguise("NOOP\rPORT %1$s", "501 A line may not hold a bare CR."),
                new Disguise("NOOP\0PORT %1$s", "501 A line may not hold a NUL."),
                new Disguise("EPRT !1!%2$s!%3$d!", NOT_YOURS),
                new Disguise("EPRT |2|::ffff:%2$s|%3$d|", NOT_YOURS),
                new Disguise("EPRT |2|::ffff:7f00:42|%3$d|", NOT_YOURS),
                new Disguise("EPRT |2|::%2$s|%3$d|", OTHER_FAMILY),
                new Disguise("EPRT |2|64:ff9b::%2$s|%3$d|", OTHER_FAMILY),
                new Disguise("EPRT |2|2002:7f00:42::|%3$d|", OTHER_FAMILY),
                new Disguise("LPRT 6,16,0,0,0,0,0,0,0,0,0,0,255,255,127,0,0,66,2,%4$d,%5$d", NOT_YOURS),
                new Disguise("EPRT |1|%2$s%%lo|%3$d|", "501 EPRT takes |family|address|port|."),
                new Disguise("EPRT |1|localhost|%3$d|", "501 EPRT takes |family|address|port|."));
    }

    @ParameterizedTest
    @MethodSource("disguises")
    void bounce_disguised_isRefusedAndTheServerHearsNothing(Disguise disguise) throws Exception {
        var to = victim.endpoint();
        try (var caller = Caller.loggedIn(guarded.endpoint())) {
            var port = to.port().number();
            caller.exactly(
                    disguise.line.formatted(numbers(to), to.address().getHostAddress(), port, port >> 8, port & 0xff),
                    disguise.replies);
            caller.exactly("RETR 1000", NO_DATA_PORT);
        }
        assertThat(guarded.server.heard).isSubsetOf("USER demo", "PASS demo", "NOOP");
        assertThat(guarded.told(SessionEvent.PinholeOpened.class)).isEmpty();
    }

    /** A host of the other family, which the server may reach though its client did not come by it. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "EPRT |2|::1|%1$d|; " + OTHER_FAMILY + ";FAMILY_UNSUPPORTED",
        "EPRT |2|0:0:0:0:0:0:0:1|%1$d|; " + OTHER_FAMILY + ";FAMILY_UNSUPPORTED",
        "LPRT 6,16,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1,2,%2$d,%3$d; 521 Supported address families are (4).;LONG_FAMILY_UNSUPPORTED"})
    void bounce_toAnIpv6Host_isRefusedAndTheServerHearsNothing(String line, String reply, String fault) throws Exception {
        try (var ipv6 = new Victim("::1"); var caller = Caller.loggedIn(guarded.endpoint())) {
            var port = ipv6.endpoint().port().number();
            caller.exactly(line.formatted(port, port >> 8, port & 0xff), reply);
            caller.exactly("RETR 1000", NO_DATA_PORT);
            ipv6.sawNobody();
        }
        assertThat(guarded.faults()).containsExactly("CLIENT " + fault, "CLIENT TRANSFER_WITHOUT_DATA_PORT");
        assertThat(guarded.server.heard).containsExactlyInAnyOrder("USER demo", "PASS demo");
    }

    @Test
    void bounce_whereItIsOnlyLogged_leadsToTheClientItself() throws Exception {
        var to = victim.endpoint();
        try (var lenient = new GuardedServer(transport, RulesInTest.check(Check.BOUNCE, Level.LOG))) {
            try (var caller = Caller.loggedIn(lenient.endpoint());
                    var samePort = new ServerSocket(to.port().number(), 1, InetAddress.getByName("127.0.0.1"))) {
                caller.exactly(ActiveCommand.PORT.to(to), "200 Noted.");
                caller.ask("RETR 1000", "150 ");
                try (var data = samePort.accept()) {
                    assertThat(Sequence.read(data.getInputStream())).isEqualTo(1000);
                }
                caller.control.expect("226 ");
            }
            assertThat(lenient.faults()).containsExactly("CLIENT ADDRESS_NOT_PEER (logged)");
            assertThat(lenient.server.heard).noneMatch(line -> line.contains(numbers(to)));
            lenient.servesTheNext();
        }
    }

    /** Though a rule names them: link-local, where clouds keep their secrets; multicast; loopback; the gateway's own host. */
    @Test
    void dataAddress_thatNobodyMayHave_isRefusedThoughARuleNamesIt() throws Exception {
        var own = ownAddresses();
        var named = Stream.concat(
                        Stream.of("169.254.169.254", "224.0.0.1", "255.255.255.255", "127.0.0.66"),
                        own.stream().map(InetAddress::getHostAddress))
                .toList();
        var rules = RulesInTest.of("""
                rules:
                  - { name: fxp, from: 127.0.0.1, to: 127.0.0.1, commands: active, dataTo: [%s], action: allow }
                defaults: { action: allow }
                """.formatted(String.join(", ", named)));
        try (var permitted = new GuardedServer(transport, GuardedServer.POLICY.withRules(rules), own::contains)) {
            try (var caller = Caller.loggedIn(permitted.endpoint())) {
                for (var address : named) {
                    var to = Endpoint.of(new InetSocketAddress(address, victim.endpoint().port().number()));
                    for (var command : ActiveCommand.values()) {
                        caller.exactly(command.to(to), "501 No data connection leads to or from this address.");
                    }
                }
                caller.exactly("RETR 1000", NO_DATA_PORT);
            }
            assertThat(permitted.faults())
                    .filteredOn(fault -> fault.equals("CLIENT ADDRESS_FORBIDDEN"))
                    .hasSize(named.size() * ActiveCommand.values().length);
            assertThat(permitted.server.heard).containsExactlyInAnyOrder("USER demo", "PASS demo");
            permitted.servesTheNext();
        }
    }

    /** Those of this host that are not on loopback; none in a bare namespace. */
    private static List<InetAddress> ownAddresses() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .toList();
    }
}
