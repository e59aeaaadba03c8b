package dev.sallyport.peers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Side;
import dev.sallyport.net.Capture;
import dev.sallyport.net.Network;
import dev.sallyport.peers.Tapped.Connection;
import dev.sallyport.session.TlsPolicy.Ended;
import dev.sallyport.session.TlsPolicy.Ended.Client;
import dev.sallyport.session.TlsPolicy.Ended.ClientData;
import dev.sallyport.session.TlsPolicy.Ended.Server;
import dev.sallyport.session.TlsPolicy.Ended.ServerData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jspecify.annotations.Nullable;

/**
 * What tcpdump sees on both sides of gateways that end TLS: where TLS was promised, nothing but TLS. The same search finds passwords,
 * names and data where it was not. The server has an address of its own, and so each connection belongs to one side.
 */
@Tag("system")
@Timeout(120)
class NothingInClearIT {

    private static final String SERVER = "127.0.0.2";
    private static final int TRANSFERS = 8;
    private static final int SIZE = 50_000;

    /** Of control connections. */
    private static final List<String> COMMANDS =
            List.of("USER ", "PASS ", ServerProgram.PASSWORD, "CWD files", "STOR up-", "230 ");
    /** Of data connections: both files, and names in a listing. */
    private static final List<String> DATA = List.of(marker("down"), marker("up"), "down.bin");

    @TempDir
    private Path base;

    private Path remote = Path.of("");
    private Path local = Path.of("");
    private @Nullable RunningServer server;

    @BeforeEach
    void makeFiles() throws IOException {
        remote = Folders.served(base);
        local = Folders.reachable(base.resolve("local"));
        Files.write(remote.resolve("down.bin"), SampleFiles.bytes("down", SIZE));
        Files.write(local.resolve("up.bin"), SampleFiles.bytes("up", SIZE));
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    /** A part of a file, from its middle. */
    private static String marker(String name) {
        return new String(Arrays.copyOfRange(SampleFiles.bytes(name, SIZE), SIZE / 2, SIZE / 2 + 48), ISO_8859_1);
    }

    /** A host of its own, where tcpdump sees everything. */
    private record Wire(Network network, Capture capture) implements AutoCloseable {

        static Wire tap() throws Exception {
            var network = Network.ofGatewayAlone();
            try {
                return new Wire(network, Capture.whole(network.gateway(), "lo"));
            } catch (Throwable failed) {
                network.close();
                throw failed;
            }
        }

        /** What was on the wire while somebody was there. */
        List<Connection> during(Visitors visitors) throws Exception {
            network.gateway().call(() -> {
                visitors.come();
                return network;
            });
            var connections = Tapped.read(capture.completeOnLoopback());
            // The last is the capture's own.
            return connections.subList(0, connections.size() - 1);
        }

        @Override
        public void close() {
            capture.close();
            network.close();
        }
    }

    private interface Visitors {
        void come() throws Exception;
    }

    private SecuredGateway before(ServerProgram program, Ended policy, TlsSetup setup) throws Exception {
        server = program.start(Family.IPV4, SERVER, FreePorts.pair(Family.IPV4), base.resolve("root"), base.resolve("work"));
        return new SecuredGateway(policy, server.endpoint(), setup, true);
    }

    private TlsSetup setup() throws Exception {
        return TlsSetup.make(base, FreePorts.range(8, Family.IPV4));
    }

    // ---- What is to be seen on one side ----

    private static boolean of(Side side, Connection connection) {
        return connection.concerns(SERVER) == (side == Side.SERVER);
    }

    private record Leg(List<Connection> control, List<Connection> data) {

        static Leg of(Side side, List<Connection> all, int controlPort) {
            var here = all.stream().filter(connection -> NothingInClearIT.of(side, connection)).toList();
            Predicate<Connection> control = connection -> connection.responder.getPort() == controlPort;
            // Who waited for the server's start had nothing to say.
            return new Leg(
                    here.stream().filter(control).filter(connection -> !connection.fromInitiator().isEmpty()).toList(),
                    here.stream().filter(control.negate()).toList());
        }

        private static String sent(List<Connection> connections) {
            return connections.stream().flatMap(Connection::sent).reduce("", String::concat);
        }

        void controlIsClear() {
            assertThat(sent(control)).contains(COMMANDS);
        }

        /** @param asked whether with AUTH */
        void controlIsPrivate(boolean asked) {
            assertThat(control).hasSize(1);
            assertThat(sent(control)).doesNotContain(COMMANDS);
            for (var connection : control) {
                var clear = asked ? behind("AUTH TLS\r\n", connection.fromInitiator()) : 0;
                Tapped.assertTls(connection.fromInitiator().substring(clear), "client");
                clear = asked ? behind("\r\n", connection.fromResponder(), connection.fromResponder().indexOf("\n234 ")) : 0;
                Tapped.assertTls(connection.fromResponder().substring(clear), "server");
            }
        }

        private static int behind(String words, String sent) {
            return behind(words, sent, 0);
        }

        private static int behind(String words, String sent, int from) {
            assertThat(from).as(sent).isNotNegative();
            var at = sent.indexOf(words, from);
            assertThat(at).as(sent).isNotNegative();
            return at + words.length();
        }

        void dataIsClear() {
            assertThat(data).hasSize(TRANSFERS + 1);
            assertThat(sent(data)).contains(DATA);
        }

        void dataIsPrivate() {
            assertThat(data).hasSize(TRANSFERS + 1);
            assertThat(sent(data)).doesNotContain(DATA);
            for (var connection : data) {
                connection.sent().forEach(sent -> {
                    assertThat(sent).isNotEmpty();
                    Tapped.assertTls(sent, connection.toString());
                });
            }
        }
    }

    /** Those with TLS on one side alone show that the search finds what it looks for on the other. */
    @ParameterizedTest
    @CsvSource({
        "pyftpdlib,OFFERED,NONE,explicit,TLSv1_2,CLEAR", "pyftpdlib,REQUIRED,NONE,explicit,TLSv1_3,CLEAR",
        "pyftpdlib,IMPLICIT,NONE,implicit,TLSv1_3,CLEAR", "pyftpdlib,OFFERED,NONE,explicit-clear,TLSv1_3,CLEAR",
        "vsftpd,NONE,EXPLICIT,none,TLSv1_3,PRIVATE", "proftpd,NONE,IMPLICIT,none,TLSv1_3,PRIVATE",
        "vsftpd,REQUIRED,EXPLICIT,explicit,TLSv1_3,PRIVATE", "proftpd,OFFERED,AS_CLIENT,explicit,TLSv1_2,AS_CLIENT",
        "proftpd,IMPLICIT,IMPLICIT,implicit,TLSv1_3,PRIVATE", "proftpd,REQUIRED,AS_CLIENT,explicit,TLSv1_3,CLEAR",
        "vsftpd,REQUIRED,EXPLICIT,explicit-clear,TLSv1_3,PRIVATE"
    })
    void whereTlsWasPromised_thereIsNothingElse(
            String program, Client client, Server asked, String security, String version, ServerData serverData) throws Exception {
        var policy = new Ended(client, asked, ClientData.ALLOW, serverData);
        var ports = new int[2];
        try (var wire = Wire.tap()) {
            var all = wire.during(() -> {
                var setup = switch (program) {
                    case "vsftpd" -> setup().requiringReuse();
                    default -> setup();
                };
                var made = asked == Server.IMPLICIT ? setup.fromTheFirstByte() : setup;
                try (var gateway = before(program(program, made), policy, made)) {
                    var visit = gateway.ftplib(local, security, version, "resume", TRANSFERS);
                    assertThat(visit.exit()).as(visit.printed()).isZero();
                    gateway.awaitNothingLeft();
                    ports[0] = gateway.port();
                    ports[1] = Objects.requireNonNull(server).endpoint().port();
                }
            });

            var clients = Leg.of(Side.CLIENT, all, ports[0]);
            var servers = Leg.of(Side.SERVER, all, ports[1]);
            var clientData = client != Client.NONE && !security.equals("explicit-clear");
            check(clients, client != Client.NONE, client != Client.IMPLICIT, clientData);
            check(servers, asked != Server.NONE, asked != Server.IMPLICIT, switch (serverData) {
                case PRIVATE -> true;
                case CLEAR -> false;
                case AS_CLIENT -> clientData;
            });
        }
    }

    private static ServerProgram program(String name, TlsSetup setup) {
        return switch (name) {
            case "vsftpd" -> Vsftpd.with(setup);
            case "proftpd" -> Proftpd.with(setup);
            default -> new Pyftpdlib();
        };
    }

    private static void check(Leg leg, boolean privateControl, boolean asked, boolean privateData) {
        if (privateControl) {
            leg.controlIsPrivate(asked);
        } else {
            leg.controlIsClear();
        }
        if (privateData) {
            leg.dataIsPrivate();
        } else {
            leg.dataIsClear();
        }
    }

    // ---- What goes wrong ----

    /** What a client says in clear is its own doing; it does not go on. */
    @Test
    void loginBeforeAuth_whereItIsRequired_doesNotReachTheServer() throws Exception {
        var policy = new Ended(Client.REQUIRED, Server.AS_CLIENT, ClientData.REQUIRE, ServerData.PRIVATE);
        var ports = new int[1];
        try (var wire = Wire.tap()) {
            var all = wire.during(() -> {
                var setup = setup();
                try (var gateway = before(Proftpd.with(setup), policy, setup)) {
                    ports[0] = Objects.requireNonNull(server).endpoint().port();
                    try (var caller = new FtpsCaller(gateway.port(), FtpsCaller.context("TLS"), "one")) {
                        caller.say("USER " + ServerProgram.USER, "530");
                        caller.say("PASS " + ServerProgram.PASSWORD, "530");
                        caller.say("ACCT " + ServerProgram.PASSWORD, "530");
                        caller.secured();
                    }
                    gateway.awaitNothingLeft();
                }
            });
            assertThat(all.stream().filter(connection -> of(Side.CLIENT, connection)).map(Connection::fromInitiator))
                    .anySatisfy(sent -> assertThat(sent).contains("USER ", ServerProgram.PASSWORD));
            Leg.of(Side.SERVER, all, ports[0]).controlIsPrivate(true);
        }
    }

    @ParameterizedTest
    @CsvSource({"RETR down.bin", "STOR up.bin"})
    void dataConnectionInClear_whereProtPWasPromised_movesNothing(String command) throws Exception {
        var policy = new Ended(Client.REQUIRED, Server.NONE, ClientData.ALLOW, ServerData.CLEAR);
        try (var wire = Wire.tap()) {
            var all = wire.during(() -> {
                try (var gateway = before(new Pyftpdlib(), policy, setup());
                        var caller = new FtpsCaller(gateway.port(), FtpsCaller.context("TLS"), "one").secured()) {
                    caller.say("CWD files", "250");
                    var data = caller.passive(gateway);
                    caller.say(command, "1");
                    data.getOutputStream().write(SampleFiles.bytes("up", SIZE));
                    caller.expect("522");
                }
            });
            var data = all.stream().filter(connection -> connection.fromInitiator().contains(marker("up"))).toList();
            assertThat(data).as("the client's own word").singleElement().satisfies(
                    connection -> {
                        assertThat(of(Side.CLIENT, connection)).isTrue();
                        Tapped.assertTls(connection.fromResponder(), "gateway");
                    });
        }
    }

    /** The server's other certificate is that of whoever took its port: nothing of the client is for it. */
    @Test
    void dataConnectionOfAnotherServer_isGivenNothing() throws Exception {
        try (var wire = Wire.tap()) {
            var all = wire.during(() -> {
                var faithless = Faithless.start(base, SERVER, remote, "changes", false);
                server = faithless.server();
                try (var gateway = new SecuredGateway(
                                new Ended(Client.NONE, Server.EXPLICIT, ClientData.ALLOW, ServerData.PRIVATE),
                                faithless.server().endpoint(), faithless.setup(), false);
                        var caller = new FtpsCaller(gateway.port(), FtpsCaller.context("TLS"), "one")) {
                    caller.say("USER demo", "331");
                    caller.say("PASS secret", "230");
                    var data = caller.passive();
                    // It is sent before the gateway knows anything of the server's, and waits.
                    data.getOutputStream().write(SampleFiles.bytes("up", SIZE));
                    caller.say("STOR up.bin", "1");
                    caller.expect("522");
                }
            });
            var behind = all.stream().filter(connection -> of(Side.SERVER, connection)).toList();
            assertThat(all).anySatisfy(connection -> assertThat(connection.fromInitiator()).contains(marker("up")));
            assertThat(behind).noneMatch(connection -> connection.sent().anyMatch(sent -> sent.contains(marker("up"))));
            assertThat(behind).filteredOn(connection -> connection.fromInitiator().startsWith("\u0016")).singleElement()
                    .satisfies(data -> data.sent().forEach(sent -> Tapped.assertTls(sent, data.toString())));
        }
    }
}
