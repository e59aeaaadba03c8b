package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.sallyport.peers.FtpsCell.Ends;
import dev.sallyport.peers.FtpsClient.Arrangement;
import dev.sallyport.telemetry.LogLines;
import dev.sallyport.tls.TlsVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every client with every server where the gateway ends TLS with the client, the server, or both: explicit and implicit, data private
 * and in clear, in TLS 1.2 and 1.3. Each cell is one session of 40 transfers, in which the client's modes take turns.
 *
 * <p>What is promised is asked for as well, so that a session without it fails: the gateway speaks one version; it demands or refuses
 * PROT P, and demands that those clients resume which can; servers demand PROT P where they can, and vsftpd and ProFTPD that data
 * connections resume.
 */
@Tag("system")
class FtpsMatrixIT {

    /** So that none gets lost: what clients and servers cannot do stands in {@link FtpsClient} and {@link FtpsServer}. */
    private static final int CELLS = 584;

    /** For work on one of them: {@code -Dmatrix=BRIDGE-VSFTPD-LFTP} runs only the cells whose names have it. */
    private static final Pattern WANTED = Pattern.compile(System.getProperty("matrix", ""));

    @TempDir
    private static Path base;

    private static FtpsRunner runner;
    /** What Netty complains of meanwhile: the gateways run in this process. */
    private static LogLines complaints;

    @BeforeAll
    static void begin() throws Exception {
        // Servers run as users of their own, and the directory that JUnit made is for this user alone.
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
        runner = new FtpsRunner(base);
        complaints = LogLines.of("io.netty.handler.ssl");
    }

    @AfterAll
    static void end() {
        runner.close();
        complaints.close();
        assertThat(complaints.texts()).isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> everyClientWithEveryServer_moves40FilesInOneSession() {
        var results = FtpsCell.all().stream()
                .filter(cell -> WANTED.matcher(cell.toString()).find())
                .map(cell -> {
                    var result = runner.submit(cell);
                    return dynamicTest(cell.toString(), result::get);
                })
                .toList();
        return results.stream();
    }

    @Test
    void cells_areAllThatClientsAndServersCanDo() {
        assertThat(FtpsCell.all()).hasSize(CELLS).doesNotHaveDuplicates();
    }

    /** Why it is only passive in the matrix: without a gateway too it waits for ever. */
    @ParameterizedTest
    @CsvSource({"VSFTPD,PORT,TLS_1_2", "PROFTPD,EPRT,TLS_1_3", "PURE_FTPD,PORT,TLS_1_2"})
    void curl_withPrivateDataInActiveMode_failsWithoutTheGatewayToo(FtpsServer server, TransferMode mode, TlsVersion version)
            throws Exception {
        var security = new FtpsSecurity(false, true, version);
        for (var tried : List.of(TransferMode.PASV, mode)) {
            var cell = new FtpsCell(Ends.BRIDGE, server, FtpsClient.CURL, security, Arrangement.of(tried));
            var client = runner.runWithoutGateway(cell);
            if (tried.passive()) {
                assertThat(client.exit()).as(client.printed()).isZero();
            } else {
                assertThat(client.exit()).as(client.printed()).isNotZero();
            }
        }
    }
}
