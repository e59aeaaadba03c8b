package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.sallyport.datapath.Transport;
import dev.sallyport.proxy.SourceAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each client with two of the servers, and each server with two of the clients, through gateways with the rules of
 * {@code rules/strict.yaml}: what honest programs do gets by, but for what {@link StrictRefusal} lists.
 */
@Tag("system")
class StrictMatrixIT {

    @TempDir
    private static Path base;

    private static GatewayFronts fronts;
    private static CellRunner runner;

    @BeforeAll
    static void letTheServersIn() throws IOException {
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
        fronts = new GatewayFronts(Transport.best(), Path.of("rules", "strict.yaml"), new SourceAddress.Routed());
        runner = new CellRunner(base, fronts, Path.of("target", "matrix-strict"));
    }

    @AfterAll
    static void endTheServers() {
        fronts.awaitQuiet();
        runner.close();
        fronts.close();
    }

    @TestFactory
    Stream<DynamicTest> everyClientAndEveryServer() {
        var tests = new ArrayList<DynamicTest>();
        for (var family : Family.values()) {
            for (var i = 0; i < MatrixIT.CLIENTS.size(); i++) {
                var client = MatrixIT.CLIENTS.get(i);
                // Over each family another server; and only one client in front of each, so that what is refused is its doing.
                var server = MatrixIT.SERVERS.get((i + family.ordinal()) % MatrixIT.SERVERS.size());
                var modes = List.copyOf(client.modes(family));
                var cell = new Cell(client, server, modes.get(i % modes.size()), family);
                var result = runner.submit(cell);
                tests.add(dynamicTest(cell.toString(), () -> check(result.get())));
            }
        }
        return tests.stream();
    }

    private static void check(CellResult result) {
        var refused = StrictRefusal.of(result.cell());
        assertThat(fronts.refusals(result.front())).as(result.told())
                .isEqualTo(refused.reasons());
        for (var operation : result.cell().client().operations()) {
            if (refused.operations().contains(operation)) {
                assertThat(result.fronted().failures()).as(result.told()).containsKey(operation);
                assertThat(result.direct().failures()).as(result.told()).doesNotContainKey(operation);
            } else {
                result.check(operation);
            }
        }
    }
}
