package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.sallyport.datapath.Transport;
import dev.sallyport.peers.KnownFailure.ThroughGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every client with every server, in every mode over every family where the two have it, through gateways with the rules of
 * {@code rules/default.yaml}: each operation a test of its own.
 * A cell's operations are one session of the client, or as few as the client allows.
 */
@Tag("system")
@TestMethodOrder(OrderAnnotation.class)
class MatrixIT {
    static final List<ServerProgram> SERVERS =
            List.of(new Vsftpd(), new Proftpd(), new PureFtpd(), new Pyftpdlib(), new ApacheFtpServer());
    static final List<ClientProgram> CLIENTS =
            List.of(new Curl(), new Lftp(), new Tnftp(), new PythonFtplib(), new CommonsNet());

    /** For work on one of them: {@code -Dmatrix=lftp-.*-EPSV} runs only the cells whose names have it. */
    private static final Pattern WANTED = Pattern.compile(System.getProperty("matrix", ""));

    @TempDir
    private static Path base;

    private static GatewayFronts fronts;
    private static CellRunner runner;
    /** Null where nobody may capture. */
    private static @Nullable MatrixCapture capture;
    private static List<String> socketsBefore;

    @BeforeAll
    static void letTheServersIn() throws Exception {
        // Servers run as users of their own, and the directory that JUnit made is for this user alone.
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
        socketsBefore = OpenSockets.of(ProcessHandle.current());
        if (System.getProperty("user.name").equals("root")) {
            capture = MatrixCapture.start();
            fronts = new GatewayFronts(Transport.best(), GatewayFronts.DEFAULT_RULES, capture.serversSee());
            fronts.observedBy(capture.observer());
            runner = capture.host().call(MatrixIT::runner);
        } else {
            fronts = new GatewayFronts();
            runner = runner();
        }
    }

    private static CellRunner runner() throws IOException {
        return new CellRunner(base, fronts, Path.of("target", "matrix"));
    }

    @AfterAll
    static void endTheServers() throws Exception {
        try {
            runner.close();
            fronts.close();
        } finally {
            if (capture != null) {
                capture.close();
            }
        }
        // The server that runs in this process closes some by itself a moment later.
        await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> assertThat(OpenSockets.of(ProcessHandle.current()))
                .as("sockets of this process")
                .hasSizeLessThanOrEqualTo(socketsBefore.size()));
    }

    @TestFactory
    @Order(1)
    Stream<DynamicNode> everyClientWithEveryServer() {
        var servers = new ArrayList<DynamicNode>();
        for (ServerProgram server : SERVERS) {
            for (Family family : Family.values()) {
                servers.add(dynamicContainer(server.name() + " over " + family, cells(server, family)));
            }
        }
        return servers.stream();
    }

    /** {@code sallyport replay} of what went over the wire: both sides of every gateway. */
    @Test
    @Order(2)
    void replay_findsEverySessionEndpointAndDataConnection_ofTheMatrix() throws Exception {
        Requirements.root("to capture on loopback");
        runner.awaitAll();
        fronts.awaitQuiet();
        Objects.requireNonNull(capture).replayFindsTheSame(fronts.armedAtFront(), fronts.armedBefore());
    }

    /** 1 GiB there and back with each client and each server, the modes and families shared out among them. */
    @TestFactory
    @Order(3)
    Stream<DynamicTest> everyClientAndEveryServerWithAGiant() throws IOException {
        Path giant = base.resolve("giant.bin");
        SampleFiles.writeGiant(giant);
        Files.setPosixFilePermissions(giant, PosixFilePermissions.fromString("rw-r--r--"));
        String expected = SampleFiles.sha256(giant);
        return Stream.of(
                        new Cell(new Curl(), new Vsftpd(), TransferMode.PASV, Family.IPV4),
                        new Cell(new Lftp(), new Proftpd(), TransferMode.PORT, Family.IPV4),
                        new Cell(new Tnftp(), new PureFtpd(), TransferMode.EPRT, Family.IPV6),
                        new Cell(new PythonFtplib(), new Pyftpdlib(), TransferMode.EPSV, Family.IPV6),
                        new Cell(new CommonsNet(), new ApacheFtpServer(), TransferMode.EPSV, Family.IPV4))
                .filter(cell -> WANTED.matcher(cell.toString()).find())
                .map(cell -> dynamicTest(cell.toString(), () -> {
                    Path target = base.resolve("downloaded.bin");
                    var client = runner.download(cell, giant, target);
                    assertThat(client.exit()).as(client.printed()).isZero();
                    assertThat(SampleFiles.sha256(target)).as(client.printed()).isEqualTo(expected);
                    Files.delete(target);

                    var uploaded = runner.upload(cell, giant);
                    assertThat(uploaded.client().exit()).as(uploaded.client().printed()).isZero();
                    assertThat(SampleFiles.sha256(uploaded.file())).as(uploaded.client().printed()).isEqualTo(expected);
                    Files.delete(uploaded.file());
                }));
    }

    @Test
    @Order(4)
    void whenAllClientsAreGone_noSessionPinholeOrListenerIsLeft() throws Exception {
        runner.awaitAll();
        fronts.awaitNothingLeft();
    }

    private static List<DynamicNode> cells(ServerProgram server, Family family) {
        var cells = new ArrayList<DynamicNode>();
        for (ClientProgram client : CLIENTS) {
            for (TransferMode mode : client.modes(family)) {
                var cell = new Cell(client, server, mode, family);
                if (!WANTED.matcher(cell.toString()).find()) {
                    continue;
                }
                var result = runner.submit(cell);
                cells.add(dynamicContainer(
                        client.name() + " " + mode,
                        client.operations().stream().map(operation -> dynamicTest(
                                name(cell, operation), () -> result.get().check(operation)))));
            }
        }
        return cells;
    }

    private static String name(Cell cell, Operation operation) {
        return operation
                + KnownFailure.of(cell, operation)
                        .map(known -> known.gateway() == ThroughGateway.HEALS
                                ? " (only through the gateway: " + known.reason() + ")"
                                : " (fails without the gateway too: " + known.reason() + ")")
                        .orElse("");
    }
}
