package dev.sallyport.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.cli.PromisedQueries.Query;
import dev.sallyport.lab.EmbeddedServer;
import dev.sallyport.net.Network;
import dev.sallyport.net.Network.Topology;
import dev.sallyport.net.PlainServer;
import dev.sallyport.net.RunningGateway;
import dev.sallyport.peers.Certificate;
import dev.sallyport.peers.ChildProcess;
import dev.sallyport.peers.Family;
import dev.sallyport.peers.FreePorts;
import dev.sallyport.peers.FtpClients;
import dev.sallyport.peers.GatewayProgram;
import dev.sallyport.peers.Requirements;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.apache.commons.net.ftp.FTPClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A real Prometheus scrapes a gateway that works: all that dashboards and rules ask of it is there. */
@Tag("system")
@Timeout(120)
class PrometheusIT {

    private static final int LARGE_BYTES = 400 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** What is not there where a need is not met: the packet filter, or TLS that is ended. */
    private static final Map<String, Pattern> SERIES = Map.of(
            "kernel", Pattern.compile("sallyport_(netlink|conntrack|wall|data_packets)_.*"),
            "tls", Pattern.compile("sallyport_tls_certificate_.*"));

    @TempDir
    private Path folder;

    @Test
    void relay_underTraffic_answersAllQueries() throws Exception {
        var port = FreePorts.pair(Family.IPV4);
        var telemetry = "127.0.0.1:" + FreePorts.pair(Family.IPV4);
        Certificate.make(folder, "ftp", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=ftp.example.org").of(100);
        // Prometheus takes some seconds until it scrapes at all.
        try (var prometheus = Prometheus.start(null, folder, FreePorts.pair(Family.IPV4), telemetry);
                var server = EmbeddedServer.start();
                var gateway = GatewayProgram.startHere(folder, """
                        gateways:
                          - name: relay
                            listen: 127.0.0.1:%d
                            server: %s
                            dataPorts: %s
                            tls: { client: explicit, server: none, certificates: { certificate: ftp.pem, key: ftp.key } }
                        """.formatted(port, server.address(), FreePorts.range(40, Family.IPV4)) + rulesAndTelemetry(telemetry))) {
            try (var large = new RandomAccessFile(server.folder().resolve("large").toFile(), "rw")) {
                large.setLength(LARGE_BYTES);
            }
            answersAllQueries(prometheus, gateway, () -> new Traffic(
                    null, folder, "127.0.0.1:" + port, new Traffic.Names("pub/mebibyte.bin", "large", "upload/"),
                    () -> others(port)), List.of("kernel"));
            promtool(Prometheus.get(null, telemetry, "/metrics"), "check", "metrics");
        }
    }

    @Test
    void kernel_underTraffic_answersAllQueries() throws Exception {
        var telemetry = "127.0.0.1:9121";
        try (var network = Network.open(Topology.VIP);
                var prometheus = Prometheus.start(network.gateway(), folder, 9090, telemetry);
                var server = PlainServer.start(network.server(), Network.SERVER.six(), 21)) {
            server.on("PASS", (password, visitor) -> visitor.say(password.equals("demo") ? "230 Welcome." : "530 No."));
            server.on("NLST", (none, visitor) -> {
                visitor.say("150 There is little.");
                try (var data = visitor.connect()) {
                    data.getOutputStream().write("one\r\ntwo\r\n".getBytes(US_ASCII));
                }
                visitor.say("226 Done.");
            });
            try (var gateway = GatewayProgram.start(network.gateway(), folder, RunningGateway.VIP + rulesAndTelemetry(telemetry))) {
                answersAllQueries(prometheus, gateway, () -> new Traffic(
                        network.client(), folder, "[" + Network.VIP.six() + "]",
                        new Traffic.Names("300000", Integer.toString(LARGE_BYTES), ""),
                        () -> {}), List.of("tls"));
                promtool(Prometheus.get(network.gateway(), telemetry, "/metrics"), "check", "metrics");
            }
        }
    }

    @Test
    void promtool_findsNoFault_inRulesAndConfiguration() throws Exception {
        var deployed = Prometheus.DEPLOYED;
        try (var tests = Files.list(deployed.resolve("tests"))) {
            var files = tests.map(Path::toString).sorted().toList();
            assertThat(files).isNotEmpty();
            // One at a time: each has the time that a program has.
            for (var file : files) {
                promtool("", "test", "rules", file);
            }
        }
        promtool("", "check", "rules", deployed.resolve("recording.yml").toString(), deployed.resolve("alerts.yml").toString());
        promtool("", "check", "config", deployed.resolve("prometheus.yml").toString());
    }

    private void promtool(String input, String... arguments) throws Exception {
        var finished = Prometheus.promtool(folder, input, arguments);
        assertThat(finished.exit()).as(() -> String.join(" ", arguments) + "\n" + finished.printed()).isZero();
    }

    private String rulesAndTelemetry(String telemetry) throws IOException {
        Files.writeString(folder.resolve("rules.yaml"), Traffic.RULES);
        return "    rules: rules.yaml\ntelemetry: { http: \"%s\" }\n".formatted(telemetry);
    }

    private interface Begun {
        Traffic begin() throws Exception;
    }

    /** @param unmet needs that this gateway does not meet */
    private static void answersAllQueries(Prometheus prometheus, GatewayProgram gateway, Begun traffic, List<String> unmet)
            throws Exception {
        // What a counter says first is no increase.
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(() -> !prometheus.query("sallyport_build_info").isEmpty());
        try (var running = traffic.begin()) {
            var session = await().atMost(PATIENCE).until(() -> running.longSession(gateway.sessions()), Optional::isPresent).orElseThrow();
            collectGarbage(gateway);
            var promised = PromisedQueries.read(Map.of(
                    "instance", ".+", "gateway", ".+", "session", session, "__rate_interval", "10s", "__range", "60s"));
            var names = promised.queries.stream().map(Query::name).toList();
            assertThat(promised.promised).as("promises for queries that there are").allMatch(
                    name -> names.contains(name) || names.stream().anyMatch(query -> query.startsWith(name + "/")));
            var open = new ArrayList<>(promised.queries);
            await().atMost(PATIENCE).failFast(running::check).pollDelay(Duration.ofSeconds(2)).pollInterval(Duration.ofMillis(500))
                    .untilAsserted(() -> {
                        var wrong = new ArrayList<String>();
                        for (var query : List.copyOf(open)) {
                            var found = wrongWith(prometheus, query, unmet);
                            wrong.addAll(found);
                            if (found.isEmpty()) {
                                open.remove(query);
                            }
                        }
                        assertThat(wrong).isEmpty();
                    });
            for (var variable : promised.variables) {
                assertThat(prometheus.labelValues(variable.series(), variable.label())).as(variable.name()).isNotEmpty();
            }
            assertThat(prometheus.labelValues("sallyport_session_age_seconds", "session")).contains(session);
            assertThat(prometheus.exemplars("sallyport_transfer_duration_seconds_bucket")).isNotEmpty()
                    .allMatch(exemplar -> exemplar.get("labels").has("session_id"));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(prometheus.rules()).isNotEmpty().allSatisfy(rule -> {
                assertThat(rule.get("health").asString()).as(rule.toString()).isEqualTo("ok");
                assertThat(rule.path("state").asString("")).as(rule.toString()).isNotEqualTo("firing");
            }));
            running.check();
        }
    }

    private static List<String> wrongWith(Prometheus prometheus, Query query, List<String> unmet) throws Exception {
        var result = query.range() ? prometheus.queryRange(query.expression()) : prometheus.query(query.expression());
        return switch (query.need()) {
            case "", "kernel", "range", "tls", "collection" ->
                unmet.contains(query.need()) || result.stream().anyMatch(PrometheusIT::hasNumber)
                        ? List.of()
                        : List.of(query + " returns " + result);
            case "trouble" -> {
                var missing = new ArrayList<String>();
                for (var series : query.selectors()) {
                    var needed = SERIES.entrySet().stream().noneMatch(
                            of -> unmet.contains(of.getKey()) && of.getValue().matcher(series).matches());
                    if (!series.startsWith("ALERTS{") && needed && prometheus.query(series).isEmpty()) {
                        missing.add(query + " names " + series);
                    }
                }
                assertThat(query.selectors()).as(query.toString()).isNotEmpty();
                yield missing;
            }
            default -> throw new AssertionError(query + " needs what nobody knows: " + query.need());
        };
    }

    private static boolean hasNumber(JsonNode series) {
        return series.has("value")
                ? Double.isFinite(Double.parseDouble(series.get("value").get(1).asString()))
                : StreamSupport.stream(series.get("values").spliterator(), false)
                        .anyMatch(value -> Double.isFinite(Double.parseDouble(value.get(1).asString())));
    }

    private static void collectGarbage(GatewayProgram gateway) throws Exception {
        var jcmd = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(gateway.handle().pid()), "GC.run")
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        try {
            assertThat(jcmd.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(jcmd.exitValue()).isZero();
        } finally {
            jcmd.destroyForcibly();
        }
    }

    /** lftp, with TLS and without, and Commons Net in this process. */
    private void others(int port) throws Exception {
        var lftp = ChildProcess.start(
                List.of(Requirements.program("lftp").toString(), "--norc", "-c",
                        "set ssl:verify-certificate no; set ftp:ssl-allow no; open -u demo,demo -p " + port
                                + " 127.0.0.1; ls; cat pub/alphabet.txt; set ftp:ssl-allow yes; set ftp:ssl-force yes;"
                                + " open -u demo,demo -p " + port + " 127.0.0.1; ls"),
                folder, ChildProcess.noInput(), folder.resolve("lftp.log")).await(PATIENCE);
        assertThat(lftp.exit()).as(lftp.printed()).isZero();
        var client = FtpClients.login(new FTPClient(), port);
        try {
            assertThat(client.retrieveFile("pub/alphabet.txt", OutputStream.nullOutputStream())).isTrue();
            client.logout();
        } finally {
            client.disconnect();
        }
    }
}
