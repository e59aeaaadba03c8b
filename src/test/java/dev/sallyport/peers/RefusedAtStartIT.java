package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.net.Network;
import dev.sallyport.net.Network.Topology;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot work together is refused by the real program, with the place and the reason, and leaves nothing behind. */
@Tag("system")
@Timeout(120)
class RefusedAtStartIT {

    @TempDir
    private Path folder;

    /** The last of each is the reason. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            intercept: { mode: tproxy, users: 1500 } | server: original | kernel | \
                programs on this host can be intercepted by redirect alone
            intercept: { mode: redirect, ports: any } | server: original | kernel | \
                with intercept.ports: any data connections come to the gateway too
            serverSees: client | server: 198.51.100.20:21 | relay | answers to the client's address would not come back
            auth: deny | server: original | relay | nothing is intercepted here
            intercept: { mode: tproxy } | server: 198.51.100.20:21 | kernel | clients are intercepted and led to this one server
            intercept: { mode: redirect, addresses: 203.0.113.1 } | server: ftp.example.org | kernel | the packet filter knows no names
            """)
    void settings_thatDoNotGoTogether_areToldAndNothingIsInstalled(String one, String other, String dataPath, String reason)
            throws Exception {
        try (var network = Network.open(Topology.ROUTED)) {
            var ended = GatewayProgram.fail(network.gateway(), folder, """
                    gateways:
                      - name: refused
                        listen: "[::]:2121"
                        %s
                        %s
                        dataPath: %s
                        dataPorts: 61000-61009
                    """.formatted(one, other, dataPath));
            assertThat(ended.exit()).isEqualTo(2);
            assertThat(ended.printed()).containsPattern("gate.yaml:\\d+:\\d+: gateways\\[0].* " + Pattern.quote(reason));
            assertThat(network.gateway().require("nft", "list", "tables")).isBlank();
            assertThat(network.gateway().require("ip", "rule")).doesNotContain("2021");
        }
    }

    /** Root may not be led to itself: the gateway runs as it. */
    @Test
    void gatewaysOwnUser_cannotBeIntercepted() throws Exception {
        try (var network = Network.open(Topology.ROUTED)) {
            var ended = GatewayProgram.fail(network.gateway(), folder, """
                    gateways:
                      - name: loop
                        listen: "[::]:2121"
                        intercept: { mode: redirect, users: 0 }
                        server: original
                        dataPath: kernel
                        dataPorts: 61000-61009
                    """);
            assertThat(ended.exit()).isEqualTo(2);
            assertThat(ended.printed()).contains("runs as user 0, which intercept.users names: it would be led to itself for ever")
                    .doesNotContain("Exception", "\tat ");
            assertThat(network.gateway().require("nft", "list", "tables")).isBlank();
        }
    }
}
