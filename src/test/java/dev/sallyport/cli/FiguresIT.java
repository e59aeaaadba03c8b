package dev.sallyport.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.lab.EmbeddedServer;
import dev.sallyport.peers.Family;
import dev.sallyport.peers.FreePorts;
import dev.sallyport.peers.GatewayProgram;
import dev.sallyport.telemetry.TagValues;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a gateway exposes beside what its sessions tell: its ports and limits, its rules, its event loops and its logs. */
@Tag("system")
@Timeout(60)
class FiguresIT {

    private static final String RULES = """
            name: open
            defaults: { action: allow }
            rules:
              - { name: all, action: allow }
            """;

    @TempDir
    private Path folder;

    private final int port = FreePorts.pair(Family.IPV4);
    private final String telemetry = "127.0.0.1:" + FreePorts.pair(Family.IPV4);

    @SuppressWarnings("NullAway.Init")
    private EmbeddedServer server;

    @SuppressWarnings("NullAway.Init")
    private GatewayProgram gateway;

    /** With one data port. */
    @BeforeEach
    void start() throws IOException {
        Files.writeString(folder.resolve("rules.yaml"), RULES);
        server = EmbeddedServer.start();
        gateway = GatewayProgram.startHere(folder, """
                gateways:
                  - name: relay
                    listen: 127.0.0.1:%d
                    server: %s
                    dataPorts: %s
                    rules: rules.yaml
                limits: { sessions: 17, sessionsPerClient: 2 }
                telemetry: { http: "%s" }
                log: { file: sessions.json }
                """.formatted(port, server.address(), FreePorts.range(1, Family.IPV4), telemetry));
    }

    @AfterEach
    void end() {
        server.close();
        gateway.close();
    }

    @Test
    void portThatOneHolds_andAnotherWaitsFor_isCounted() throws Exception {
        shows("sallyport_sessions_limit", 17);
        shows("sallyport_data_ports", 1, "side=\"client\"");
        shows("sallyport_data_ports_busiest", 0);
        try (var first = Operated.login(port); var second = Operated.login(port)) {
            Operated.tell(first, "PASV", "227");
            shows("sallyport_data_ports_busiest", 1, "side=\"client\"");
            shows("sallyport_data_port_waits_total", 0);
            second.getOutputStream().write("PASV\r\n".getBytes(US_ASCII));
            shows("sallyport_data_port_waits_total", 1);
            shows("sallyport_data_ports_busiest", 1, "side=\"client\"");
            try (var third = new Socket("127.0.0.1", port)) {
                Operated.expect(third, "421");
            }
            shows("sallyport_clients_refused_total", 1, "reason=\"too_many_sessions_of_client\"");
            shows("sallyport_clients_refused_total", 1);
        }
        shows("sallyport_session_log_lines_total", 2);
        shows("sallyport_session_log_lines_lost_total", 0);
        shows("sallyport_log_lines_dropped_total", 0);
        assertThat(TagValues.strangers(samples().lines())).isEmpty();
    }

    /** Of USER, PASS and NOOP; not of PASV, whose reply waits for its pinhole. */
    @Test
    void roundTrips_thatNothingHoldsUp_areMeasured() throws Exception {
        try (var client = Operated.login(port)) {
            var added = "sallyport_control_round_trip_added_seconds";
            Operated.tell(client, "NOOP", "200");
            Operated.tell(client, "PASV", "227");
            Operated.tell(client, "NOOP", "200");
            shows(added + "_count", 4, "gateway=\"relay\"");
            assertThat(samples().sum(added + "_sum")).isPositive().isLessThan(1);
        }
    }

    @Test
    void rules_takenAnewOrRefused_areCounted() throws Exception {
        shows("sallyport_rules_reloaded_total", 0);
        gateway.hangUp();
        shows("sallyport_rules_reloaded_total", 1, "outcome=\"taken\"");
        shows("sallyport_rules_reloaded_total", 0, "outcome=\"refused\"");
        Files.writeString(folder.resolve("rules.yaml"), "rules: []\n");
        gateway.hangUp();
        shows("sallyport_rules_reloaded_total", 1, "outcome=\"refused\"");
        shows("sallyport_rules_reloaded_total", 1, "outcome=\"taken\"");
    }

    /** Each has a task in every second. */
    @Test
    void eventLoops_tellHowLateTheyAre() throws Exception {
        await().until(() -> samples().sum("sallyport_event_loop_lag_seconds_count") > 0);
        assertThat(samples().sum("sallyport_event_loop_lag_seconds_sum")).isPositive();
    }

    private void shows(String name, int value, String... labels) {
        await().untilAsserted(() -> {
            var samples = samples();
            assertThat(samples.series(name, labels)).isNotEmpty();
            assertThat(samples.sum(name, labels)).as(name).isEqualTo(value);
        });
    }

    private Samples samples() throws Exception {
        return Samples.ask(null, telemetry);
    }
}
