package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sallyport replay --config}: captures before a gateway as its configuration has it. */
class ReplayedConfigurationTest {

    private static final String RULES_OF_GATE = """
            name: no-uploads
            zone: UTC
            defaults: { action: allow }
            rules:
              - { name: keep-out, gateway: main, commands: uploads, action: deny, reply: 550 Read-only. }
            """;

    private static final String GATE = """
            gateways:
              - name: main
                listen: "[::]:2121"
                intercept: { mode: tproxy, ports: [21, 2100], clients: 192.0.2.0/24 }
                server: original
                servers: 198.51.100.0/24
                dataPorts: 50000-50999
                rules: rules.yaml
                checks: { low-port: log }
              - { name: open, listen: 127.0.0.1:3121, server: 198.51.100.20, dataPorts: 3122-3125, tls: passthrough }
            timeouts: { pinhole: 90s }
            """;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void configuration_saysRulesGatewayPortsNetworksAndChecks_alsoInTranscripts() throws IOException {
        rules(RULES_OF_GATE);
        var gate = Files.writeString(folder.resolve("gate.yaml"), GATE).toString();
        var capture = new FtpCapture(2_100, null).login();
        capture.client("STOR up").server("150 Go").client("PORT 192,0,2,10,0,99").server("200 PORT").quit();
        var file = capture.write(file()).toString();
        var transcripts = folder.resolve("transcripts");
        assertThat(execute("--config", gate, "--gateway", "main", "--transcript", transcripts.toString(), file)).isZero();
        assertThat(out.toString()).contains("Session 1: 192.0.2.10:40000 with 198.51.100.20:2100", "refused    STOR up -> 550 Read-only.",
                "noted      PORT 192,0,2,10,0,99");
        assertThat(Files.readString(transcripts.resolve("0001-192.0.2.10-40000.txt"))).contains(
                "gateway-name: main\n", "tls: deny\n", "checks: low-port=log\n", "pinhole-timeout: 90000ms\n",
                "denied by keep-out: STOR up");
        assertThat(run("test", transcripts.toString())).as(out.toString()).isZero();
        assertThat(execute("--config", gate, "--gateway", "open", "--port", "2100", file)).isZero();
        assertThat(out.toString()).contains("STOR up -> 425 Use PASV", "PORT 192,0,2,10,0,99 -> 501 A data port must be 1024 or above.");
        assertThat(err.toString()).isEmpty();

        Files.writeString(folder.resolve("gate.yaml"), GATE.replace("clients: 192.0.2.0/24", "clients: 192.0.2.64/26"));
        assertThat(execute("--config", gate, "--gateway", "main", file)).isZero();
        assertThat(out.toString()).contains("0 FTP sessions");
        assertThat(err).hasToString(
                "sallyport replay: 1 control connection is of clients or servers that the gateway is not for: left out.\n");
    }

    @Test
    void configuration_saysWhetherTlsIsRefused_andWhatIsEncryptedThenIsNotJudged() throws IOException {
        rules(RULES_OF_GATE);
        var gate = Files.writeString(folder.resolve("gate.yaml"), GATE).toString();
        var capture = new FtpCapture().server("220 Ready").client("AUTH TLS").server("234 Begin");
        capture.client("\u0016\u0003\u0001\u0000\u0001x").client("\u0017\u0003\u0003\u0000\u0001y");
        var file = capture.write(file()).toString();
        assertThat(execute("--config", gate, "--gateway", "main", file)).isZero();
        assertThat(out.toString()).contains("1 command in ", "refused    AUTH TLS -> 534 TLS is refused by policy.",
                "which this gateway would have refused: what is said in it is not seen.").doesNotContain("TLS_ON_PLAIN_PORT");
        assertThat(execute("--config", gate, "--gateway", "open", file)).isZero();
        assertThat(out.toString()).contains("0 refused", "It is encrypted from ");
    }

    @Test
    void configuration_goesWithTwoRuleSets_butNotWithOne() throws IOException {
        var shut = rules(RULES_OF_GATE);
        var gate = Files.writeString(folder.resolve("gate.yaml"), GATE).toString();
        var open = Files.writeString(folder.resolve("open.yaml"), """
                name: open
                defaults: { action: allow }
                rules: [{ name: none, users: nobody, action: deny }]
                """).toString();
        var capture = new FtpCapture().login().client("STOR up").server("150 Go").quit().write(file()).toString();
        assertThat(execute("--config", gate, "--gateway", "main", "--diff", open, shut, capture)).as(err.toString()).isEqualTo(1);
        assertThat(out.toString()).contains("rules.yaml: refused 550 Read-only. (rule keep-out)");
        assertThat(execute("--diff", open, shut, capture)).as("the rule is about a gateway that nobody has named").isZero();
        assertThat(execute("--config", gate, "--rules", shut, capture)).isEqualTo(2);
        assertThat(err.toString()).contains("--rules and --config both say which rules: give one of them.");
        assertThat(execute("--gateway", "main", capture)).isEqualTo(2);
        assertThat(execute("--config", gate, capture)).isEqualTo(2);
        assertThat(err.toString()).contains("name one with --gateway, main or open.");
    }

    private Path file() {
        return folder.resolve("capture.pcap");
    }

    private String rules(String text) throws IOException {
        return Files.writeString(folder.resolve("rules.yaml"), text).toString();
    }

    private int execute(String... arguments) {
        return run(Stream.concat(Stream.of("replay"), List.of(arguments).stream()).toArray(String[]::new));
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Sallyport.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(arguments);
    }
}
