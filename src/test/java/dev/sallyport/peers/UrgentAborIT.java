package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.sallyport.datapath.Transport;
import dev.sallyport.peers.ChildProcess.Finished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * ABOR as TCP urgent data in the middle of a download: the session does not hang, no byte is lost, and another transfer
 * follows on the same control connection.
 *
 * <p>lftp and tnftp send the Synch of RFC 959 §4.1.3, which servers that heed it must get as urgent data. ftplib's urgent
 * byte is the line feed behind ABOR. Without a gateway that succeeds with vsftpd and pyftpdlib alone: the others take the
 * line feed out of the stream or read it too early. Through the gateway it goes on as an ordinary byte, to all of them.
 */
@Tag("system")
class UrgentAborIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static final ServerProgram HEEDING = Vsftpd.heedingUrgentAbor();
    private static final List<UrgentAborter> CLIENTS = List.of(new Lftp(), new Tnftp(), new PythonFtplib());

    @TempDir
    private static Path base;

    private static final Map<String, Site> SITES = new HashMap<>();
    private static final Map<Transport, GatewayFronts> FRONTS = new HashMap<>();

    @BeforeAll
    static void letTheServersIn() throws IOException {
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterAll
    static void endTheServers() {
        FRONTS.values().forEach(GatewayFronts::awaitNothingLeft);
        FRONTS.values().forEach(GatewayFronts::close);
        SITES.values().forEach(Site::close);
    }

    @TestFactory
    Stream<DynamicNode> urgentAbor_inADownload_leavesTheSessionUsable() {
        return Stream.concat(
                Stream.concat(MatrixIT.SERVERS.stream(), Stream.of(HEEDING)).map(server -> with(server, Transport.best())),
                Stream.of(with(HEEDING, Transport.NIO)));
    }

    private static DynamicNode with(ServerProgram server, Transport transport) {
        return dynamicContainer(
                server.name() + " through " + transport,
                CLIENTS.stream().map(client -> dynamicTest(
                        client.name() + (reconnects(client, server) ? " (reconnects, without the gateway too)" : ""),
                        () -> check(client, server, transport))));
    }

    private static void check(UrgentAborter client, ServerProgram server, Transport transport) throws Exception {
        var site = SITES.get(server.name());
        if (site == null) {
            site = Site.open(server, Family.IPV4, base);
            SITES.put(server.name(), site);
        }
        try (var front = FRONTS.computeIfAbsent(transport, GatewayFronts::new).before(site)) {
            Visit visit = visit(site, client, front.endpoint(), "-" + transport);
            Finished finished = client.abortUrgently(visit);
            assertThat(finished.exit()).as(finished.printed()).isZero();
            assertThat(visit.in("after.bin")).as(finished.printed()).hasSameBinaryContentAs(visit.onServer("after.bin"));
            if (!(client instanceof PythonFtplib) && (server instanceof Proftpd || server == HEEDING)) {
                assertThat(finished.printed()).as("the server was interrupted").containsPattern("(?m)^(<--- )?426 ");
            }
            if (!reconnects(client, server)) {
                Operation.ONE_CONTROL_CONNECTION.check(visit, finished);
                return;
            }
        }
        Visit visit = visit(site, client, site.server().endpoint(), "-direct");
        Finished direct = client.abortUrgently(visit);
        assertThat(Operation.logins(direct)).as("logins without the gateway").isGreaterThan(1);
    }

    /** lftp takes the 426 of these two for a bug, and aborts the next transfer too. */
    private static boolean reconnects(UrgentAborter client, ServerProgram server) {
        return client instanceof Lftp && (server instanceof PureFtpd || server instanceof Pyftpdlib);
    }

    private static Visit visit(Site site, UrgentAborter client, ControlEndpoint control, String suffix) throws IOException {
        String name = client.name() + "-" + site.program().name() + suffix;
        return site.visit(control, TransferMode.PASV, name, base.resolve("clients"), LIMIT);
    }
}
