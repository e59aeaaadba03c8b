package dev.sallyport.peers;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every client with every server, in every mode over every family where the two have it: each operation a test of its own.
 * A cell's operations are one session of the client, or as few as the client allows.
 */
@Tag("system")
class MatrixIT {
    private static final List<ServerProgram> SERVERS =
            List.of(new Vsftpd(), new Proftpd(), new PureFtpd(), new Pyftpdlib(), new ApacheFtpServer());
    private static final List<ClientProgram> CLIENTS =
            List.of(new Curl(), new Lftp(), new Tnftp(), new PythonFtplib(), new CommonsNet());

    /** For work on one of them: {@code -Dmatrix=lftp-.*-EPSV} runs only the cells whose names have it. */
    private static final Pattern WANTED = Pattern.compile(System.getProperty("matrix", ""));

    @TempDir
    private static Path base;

    private static CellRunner runner;

    @BeforeAll
    static void letTheServersIn() throws IOException {
        // Servers run as users of their own, and the directory that JUnit made is for this user alone.
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
        runner = new CellRunner(base, Front::none);
    }

    @AfterAll
    static void endTheServers() throws Exception {
        runner.close();
    }

    @TestFactory
    Stream<DynamicNode> everyClientWithEveryServer() {
        var servers = new ArrayList<DynamicNode>();
        for (ServerProgram server : SERVERS) {
            for (Family family : Family.values()) {
                servers.add(dynamicContainer(server.name() + " over " + family, cells(server, family)));
            }
        }
        return servers.stream();
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
                        .map(known -> " (fails without the gateway too: " + known.reason() + ")")
                        .orElse("");
    }
}
