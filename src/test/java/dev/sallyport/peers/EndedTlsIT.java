package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.fail;

import dev.sallyport.ftp.Fault;
import dev.sallyport.peers.ChildProcess.Finished;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.TlsPolicy.Ended;
import dev.sallyport.session.TlsPolicy.Ended.Client;
import dev.sallyport.session.TlsPolicy.Ended.ClientData;
import dev.sallyport.session.TlsPolicy.Ended.Server;
import dev.sallyport.session.TlsPolicy.Ended.ServerData;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.jspecify.annotations.Nullable;

/** Real clients and servers, and between them a relay that ends TLS with either or with both. */
@Tag("system")
@Timeout(120)
class EndedTlsIT {

    private static final String SERVER = "127.0.0.2";
    private static final int TRANSFERS = 40;
    /** How long an end has that comes too early. */
    private static final int EARLY_MILLIS = 300;

    @TempDir
    private Path base;

    private Path local = Path.of("");
    private Path remote = Path.of("");
    private @Nullable RunningServer server;

    @BeforeEach
    void makeFiles() throws IOException {
        remote = Folders.served(base);
        local = Folders.reachable(base.resolve("local"));
        Files.write(remote.resolve("down.bin"), SampleFiles.bytes("down", 300_001));
        Files.write(local.resolve("up.bin"), SampleFiles.bytes("up", 300_001));
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private TlsSetup setup() throws Exception {
        return TlsSetup.make(base, FreePorts.range(8, Family.IPV4));
    }

    private SecuredGateway before(ServerProgram program, Ended policy, TlsSetup setup, boolean reuse) throws Exception {
        server = program.start(Family.IPV4, SERVER, FreePorts.pair(Family.IPV4), base.resolve("root"), base.resolve("work"));
        return new SecuredGateway(policy, server.endpoint(), setup, reuse);
    }

    private static Ended terminate(Client client) {
        return new Ended(client, Server.NONE, ClientData.REQUIRE, ServerData.CLEAR);
    }

    private void assertMoved(Finished visit, String version) throws IOException {
        assertThat(visit.exit()).as(visit.printed()).isZero();
        var down = SampleFiles.sha256(remote.resolve("down.bin"));
        assertThat(visit.printed().lines().filter(line -> line.equals("downloaded " + down))).as("downloads").hasSize(TRANSFERS / 4);
        var uploads = visit.printed().lines().filter(line -> line.contains("'STOR up-")).count();
        assertThat(uploads).isEqualTo(TRANSFERS * 3 / 4);
        for (var i = 0; i < TRANSFERS; i++) {
            var file = remote.resolve("up-" + i + ".bin");
            if (i >= TRANSFERS / 2 || i % 2 != 0) {
                assertThat(file).hasSameBinaryContentAs(local.resolve("up.bin"));
            }
        }
        if (!version.isEmpty()) {
            assertThat(visit.printed()).contains("version " + version.replace('_', '.'));
        }
    }

    private static void assertNoFault(SecuredGateway gateway) {
        assertThat(gateway.events).noneMatch(SessionEvent.FaultSeen.class::isInstance);
    }

    @ParameterizedTest
    @CsvSource({"OFFERED,TLSv1_2", "OFFERED,TLSv1_3", "IMPLICIT,TLSv1_2", "IMPLICIT,TLSv1_3"})
    void terminated_ftplibMoves40Files_eachResumed(Client client, String version) throws Exception {
        try (var gateway = before(new Pyftpdlib(), terminate(client), setup(), true)) {
            var visit = gateway.ftplib(local, client == Client.OFFERED ? "explicit" : "implicit", version, "resume", TRANSFERS);
            assertMoved(visit, version);
            assertNoFault(gateway);
            gateway.awaitNothingLeft();
        }
    }

    /** curl uses one ticket of TLS 1.3 once, and leaves what comes behind its last byte unread. */
    @ParameterizedTest
    @CsvSource({"OFFERED,1.2", "OFFERED,1.3", "IMPLICIT,1.3"})
    void terminated_curlLoadsTakesAndLists(Client client, String version) throws Exception {
        var scheme = client == Client.OFFERED ? "ftp" : "ftps";
        try (var gateway = before(new Pyftpdlib(), terminate(client), setup(), true)) {
            var most = List.of("--ssl-reqd", "--tlsv" + version, "--tls-max", version).toArray(String[]::new);
            var loaded = gateway.curl(local, scheme, "down.bin", with(most, "--output", local.resolve("down.bin").toString()));
            assertThat(loaded.exit()).as(loaded.printed()).isZero();
            assertThat(local.resolve("down.bin")).hasSameBinaryContentAs(remote.resolve("down.bin"));
            var taken = gateway.curl(local, scheme, "up.bin", with(most, "--upload-file", local.resolve("up.bin").toString()));
            assertThat(taken.exit()).as(taken.printed()).isZero();
            assertThat(remote.resolve("up.bin")).hasSameBinaryContentAs(local.resolve("up.bin"));
            var listed = gateway.curl(local, scheme, "", most);
            assertThat(listed.printed()).contains("up.bin").contains("PROT P");
            assertNoFault(gateway);
            gateway.awaitNothingLeft();
        }
    }

    private static String[] with(String[] options, String... more) {
        return Stream.concat(Stream.of(options), Stream.of(more)).toArray(String[]::new);
    }

    /** vsftpd begins no TLS on a data connection that it has no use for. */
    @ParameterizedTest
    @CsvSource({"NONE,EXPLICIT", "OFFERED,AS_CLIENT"})
    void uploadThatAServerRefuses_isNoAttack(Client client, Server asked) throws Exception {
        var setup = setup().requiringReuse();
        try (var gateway = before(Vsftpd.with(setup), new Ended(client, asked, ClientData.ALLOW, ServerData.PRIVATE), setup, true);
                var caller = new FtpsCaller(gateway.port(), FtpsCaller.context("TLS"), "one")) {
            if (client == Client.NONE) {
                caller.say("USER " + ServerProgram.USER, "331");
                caller.say("PASS " + ServerProgram.PASSWORD, "230");
            } else {
                caller.secured();
            }
            for (var i = 0; i < 3; i++) {
                try (var data = caller.passive()) {
                    caller.say("STOR nowhere/up.bin", "553");
                    data.shutdownOutput();
                }
            }
            caller.say("NOOP", "200");
            assertNoFault(gateway);
        }
    }

    /** The server's end is there before the client has begun its TLS. */
    @Test
    void terminated_emptyFile_endsWhenTheClientsTlsStands() throws Exception {
        Files.createFile(remote.resolve("empty.bin"));
        try (var gateway = before(new Pyftpdlib(), terminate(Client.REQUIRED), setup(), true);
                var caller = new FtpsCaller(gateway.port(), FtpsCaller.context("TLS"), "one").secured();
                var data = caller.passive()) {
            caller.say("RETR files/empty.bin", "1");
            data.setSoTimeout(EARLY_MILLIS);
            assertThatThrownBy(() -> fail("told " + data.getInputStream().read())).isInstanceOf(SocketTimeoutException.class);
            try (var secured = caller.resumed(data)) {
                assertThat(secured.getInputStream().read()).isNegative();
            }
            caller.expect("226");
            assertNoFault(gateway);
        }
    }

    /** pyftpdlib takes what it is sent before the transfer's command for the end of the connection. */
    @ParameterizedTest
    @CsvSource({"NONE,TLSv1_2", "OFFERED,TLSv1_3"})
    void serverThatTakesEarlyTlsForAnEnd_isAskedWhenTheTransferHasBegun(Client client, String version) throws Exception {
        var setup = setup().with(TlsSetup.Data.PRIVATE);
        var policy = new Ended(client, Server.EXPLICIT, ClientData.ALLOW, ServerData.PRIVATE);
        try (var gateway = before(Pyftpdlib.with(setup), policy, setup, false)) {
            var visit = gateway.ftplib(local, client == Client.NONE ? "none" : "explicit", version, "resume", TRANSFERS);
            assertMoved(visit, client == Client.NONE ? "" : version);
            assertNoFault(gateway);
            gateway.awaitNothingLeft();
        }
    }

    /** More than all buffers between them hold, both ways, where the client is quicker than the server and the reverse. */
    @Test
    void bridged_largeFilesArriveWhole() throws Exception {
        var setup = setup().requiringReuse();
        var policy = new Ended(Client.REQUIRED, Server.AS_CLIENT, ClientData.REQUIRE, ServerData.PRIVATE);
        Files.write(remote.resolve("large.bin"), SampleFiles.bytes("large", 30_000_000));
        try (var gateway = before(Vsftpd.with(setup), policy, setup, true)) {
            var slow = new String[] {"--ssl-reqd", "--limit-rate", "8M"};
            var loaded = gateway.curl(local, "ftp", "large.bin", with(slow, "--output", local.resolve("large.bin").toString()));
            assertThat(loaded.exit()).as(loaded.printed()).isZero();
            assertThat(local.resolve("large.bin")).hasSameBinaryContentAs(remote.resolve("large.bin"));
            var taken = gateway.curl(local, "ftp", "up.bin", "--ssl-reqd", "--upload-file", local.resolve("large.bin").toString());
            assertThat(taken.exit()).as(taken.printed()).isZero();
            assertThat(remote.resolve("up.bin")).hasSameBinaryContentAs(local.resolve("large.bin"));
            assertNoFault(gateway);
            gateway.awaitNothingLeft();
        }
    }

    /** It does not resume. */
    @Test
    void terminated_lftpLoadsTakesAndLists() throws Exception {
        try (var gateway = before(new Pyftpdlib(), terminate(Client.REQUIRED), setup(), false)) {
            var visit = gateway.lftp(local, "ls; get down.bin; put up.bin; set ftp:passive-mode off; put up.bin -o again.bin; cls");
            assertThat(visit.exit()).as(visit.printed()).isZero();
            assertThat(visit.printed()).contains("again.bin");
            assertThat(local.resolve("down.bin")).hasSameBinaryContentAs(remote.resolve("down.bin"));
            assertThat(remote.resolve("up.bin")).hasSameBinaryContentAs(local.resolve("up.bin"));
            assertThat(remote.resolve("again.bin")).hasSameBinaryContentAs(local.resolve("up.bin"));
            assertNoFault(gateway);
            gateway.awaitNothingLeft();
        }
    }

    /** What a client that does not resume is told where it must. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1_2", "TLSv1_3"})
    void clientThatDoesNotResume_whereItMust_isRefused(String version) throws Exception {
        try (var gateway = before(new Pyftpdlib(), terminate(Client.OFFERED), setup(), true)) {
            var visit = gateway.ftplib(local, "explicit", version, "fresh", 1);
            assertThat(visit.exit()).as(visit.printed()).isPositive();
            assertThat(visit.printed()).contains("522 ").doesNotContain("downloaded");
            assertThat(gateway.counts(event -> event instanceof SessionEvent.FaultSeen seen && seen.fault() == Fault.DATA_NOT_RESUMED))
                    .isEqualTo(1);
            gateway.awaitNothingLeft();
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1_2,OFFERED,NONE", "TLSv1_3,OFFERED,AS_CLIENT"})
    void ftplib_thatLeavesTls_isReadInClear(String version, Client client, Server asked) throws Exception {
        var setup = setup();
        Files.copy(remote.resolve("down.bin"), remote.resolve("before.bin"));
        Files.copy(remote.resolve("down.bin"), remote.resolve("after.bin"));
        var program = asked == Server.NONE ? new Pyftpdlib() : Proftpd.with(setup);
        try (var gateway = before(program, new Ended(client, asked, ClientData.ALLOW, ServerData.AS_CLIENT), setup, false)) {
            var visit = gateway.leavingTls(local, version);
            assertThat(visit.exit()).as(visit.printed()).isZero();
            for (var name : List.of("up-before.bin", "up-after.bin")) {
                assertThat(remote.resolve(name)).hasSameBinaryContentAs(remote.resolve("down.bin"));
            }
            assertThat(gateway.counts(SessionEvent.Unsecured.class::isInstance)).isEqualTo(1);
            assertNoFault(gateway);
            gateway.awaitNothingLeft();
        }
    }

    @ParameterizedTest
    @CsvSource({"vsftpd,NONE,EXPLICIT", "vsftpd,OFFERED,AS_CLIENT", "vsftpd,NONE,IMPLICIT",
            "proftpd,NONE,EXPLICIT", "proftpd,OFFERED,AS_CLIENT", "proftpd,IMPLICIT,IMPLICIT"})
    void serverThatRequiresReuse_takes40FilesInOneSession(String program, Client client, Server asked) throws Exception {
        var made = setup().requiringReuse();
        var setup = asked == Server.IMPLICIT ? made.fromTheFirstByte() : made;
        Function<TlsSetup, ServerProgram> with = program.equals("vsftpd") ? Vsftpd::with : Proftpd::with;
        var policy = new Ended(client, asked, client == Client.NONE ? ClientData.ALLOW : ClientData.REQUIRE, ServerData.PRIVATE);
        try (var gateway = before(with.apply(setup), policy, setup, true)) {
            var security = switch (client) {
                case NONE -> "none";
                case OFFERED, REQUIRED -> "explicit";
                case IMPLICIT -> "implicit";
            };
            var visit = gateway.ftplib(local, security, "TLSv1_3", "resume", TRANSFERS);
            assertMoved(visit, "");
            assertNoFault(gateway);
            gateway.awaitNothingLeft();
        }
    }
}
