package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** What {@code sallyport explain} says of what comes of a command: which door opens, and who is told what. */
class ExplainedDoorsTest {

    private static final String RULED = """
            name: here
            defaults: { action: allow }
            rules:
              - { name: no-deletes, commands: DELE, action: deny }
            """;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    // ---- Where the gateway stands ----

    @Test
    void routed_bothEndsSeeEachOther_andNothingIsRewritten() throws IOException {
        var file = placed("routed");
        assertThat(explain("--config", file, "--from", "192.0.2.10", "--to", "198.51.100.20", "PASV")).isZero();
        assertThat(said()).isEqualTo("""
                Allowed by the defaults of 'here'.
                to server   PASV
                supposing   227 Entering Passive Mode (198,51,100,20,195,80).
                pinhole     PASV: client 192.0.2.10 to 198.51.100.20:50000
                            on to 198.51.100.20:50000, which sees it come from 192.0.2.10
                            one connection, within 30s
                to client   the same
                """);
        assertThat(explain("--config", file, "--from", "2001:db8:c::10", "--to", "2001:db8:5::20", "EPRT |2|2001:db8:c::10|51210|"))
                .isZero();
        assertThat(said()).isEqualTo("""
                Allowed by the defaults of 'here'.
                pinhole     EPRT: server 2001:db8:5::20 from port 20 to [2001:db8:c::10]:51210
                            on to [2001:db8:c::10]:51210, which sees it come from 2001:db8:5::20 port 20
                            one connection, within 30s
                to server   EPRT |2|2001:db8:c::10|51210|
                supposing   200 Done.
                to client   the same
                """);
    }

    @Test
    void vip_theReplyNamesThePublicAddress() throws IOException {
        var file = placed("vip");
        assertThat(explain("--config", file, "--from", "192.0.2.10", "--reply", "227 Passive (10,0,0,20,160,1)", "PASV")).isZero();
        assertThat(said()).isEqualTo("""
                Allowed by the defaults of 'here'.
                to server   PASV
                answer      227 Passive (10,0,0,20,160,1)
                pinhole     PASV: client 192.0.2.10 to 203.0.113.1:50000, its port one of 50000-50999
                            on to 10.0.0.20:40961, which sees it come from 192.0.2.10
                            one connection, within 30s
                to client   227 Entering Passive Mode (203,0,113,1,195,80).
                """);
        assertThat(explain("--config", file, "--from", "192.0.2.10", "EPSV")).as("the server's own port, where it may be told").isZero();
        assertThat(said()).contains("to 203.0.113.1:50000\n", "to client   the same\n");
        assertThat(explain("--config", file, "--from", "192.0.2.10", "PORT 192,0,2,10,200,10")).isZero();
        assertThat(said()).contains("""
                pinhole     PORT: server 10.0.0.20 from port 20 to 192.0.2.10:51210
                            on to 192.0.2.10:51210, which sees it come from 203.0.113.1 port 20
                """, "to server   PORT 192,0,2,10,200,10\n");
    }

    @Test
    void outbound_thePortNamesThePublicAddress() throws IOException {
        assertThat(explain("--config", placed("outbound"), "--from", "10.0.0.10", "--to", "198.51.100.20:21", "PORT 10,0,0,10,200,10"))
                .isZero();
        assertThat(said()).isEqualTo("""
                Allowed by the defaults of 'here'.
                pinhole     PORT: server 198.51.100.20 from port 20 to 203.0.113.1:32768, its port one of 32768-60999
                            on to 10.0.0.10:51210, which sees it come from 198.51.100.20 port 20
                            one connection, within 30s
                to server   PORT 203,0,113,1,128,0
                supposing   200 Done.
                to client   the same
                """);
    }

    @Test
    void theReadmesExample_saysWhatItSays() throws IOException {
        var readme = Files.readString(Path.of("README.md"));
        var example = Pattern.compile("(?s)\\$ deploy/sallyport explain --config vip.yaml (.*?)\n(.*?)```").matcher(readme);
        assertThat(example.find()).isTrue();
        var file = Files.writeString(folder.resolve("vip.yaml"), example(readme, "vip")).toString();
        assertThat(explain(Stream.concat(Stream.of("--config", file), Stream.of(example.group(1).split(" "))).toArray(String[]::new)))
                .isZero();
        assertThat(out).hasToString(example.group(2));
    }

    private static final String RELAY = """
            gateways:
              - name: warehouse
                listen: ["192.0.2.1:2121", "[2001:db8:c::1]:2121"]
                server: 198.51.100.20
                serverSees: [198.51.100.1, "2001:db8:5::1"]
                dataPorts: 2122-2129
                tls: passthrough
                passiveRanges: { servers: 198.51.100.20, ports: 50000-50099 }
                rules: here.yaml
                advertise: { toServers: 203.0.113.9 }
            timeouts: { pinhole: 90s }
            """;

    @Test
    void relay_hasItsOwnPortsAndTimes_andTranslatesBetweenFamilies() throws IOException {
        var file = configuration(RELAY);
        assertThat(explain("--config", file, "--from", "2001:db8:c::10", "EPSV")).isZero();
        assertThat(said()).isEqualTo("""
                Allowed by the defaults of 'here'.
                to server   PASV
                supposing   227 Entering Passive Mode (198,51,100,20,195,80).
                pinhole     EPSV: client 2001:db8:c::10 to [2001:db8:c::1]:2122, its port one of 2122-2129
                            on to 198.51.100.20:50000, which sees it come from 198.51.100.1
                            one connection, within 1m30s
                to client   229 Entering Extended Passive Mode (|||2122|)
                """);
        assertThat(explain("--config", file, "--from", "192.0.2.10", "PORT 192,0,2,10,200,10")).isZero();
        assertThat(said()).contains("to 203.0.113.9:32768, its port one of 32768-60999\n", "come from 192.0.2.1 port 2120\n")
                .contains("to server   PORT 203,0,113,9,128,0\n");
        assertThat(explain("--config", configuration(RELAY.replace("dataPorts", "dataPath: kernel\n    dataPorts")), "--from",
                "2001:db8:c::10", "EPSV")).as("the kernel does not translate").isOne();
        assertThat(said()).startsWith("Allowed by the defaults of 'here', and refused all the same: 425 ")
                .contains("pinhole     none: The data path failed.\n");
    }

    @Test
    void tls_opensTheDeclaredRange_orIsRefused() throws IOException {
        var file = configuration(RELAY);
        assertThat(explain("--config", file, "--from", "192.0.2.10", "AUTH TLS")).isZero();
        assertThat(said()).contains("""
                pinholes    client 192.0.2.10 to 192.0.2.1, ports 50000-50099
                            on to the same port of 198.51.100.20, which sees it come from 198.51.100.1
                            while the session is encrypted, up to 8 connections at a time
                to client   the same
                opaque      nothing that is said from here on is seen
                """);
        assertThat(explain("--config", file, "--from", "192.0.2.10", "--tls", "cleared", "PORT 192,0,2,10,200,10")).isZero();
        assertThat(said()).contains("to server   PWD (the gateway's own)\nsupposing   257 \"/\"\npinhole ");
        var denied = configuration(RELAY.replaceAll(" +tls: .*\n +passiveRanges: .*\n", ""));
        assertThat(explain("--config", denied, "AUTH TLS")).isOne();
        assertThat(said()).contains("and refused all the same: 534 ", "check       auth-refused, always enforced: AUTH TLS\n");
        assertThat(explain("--config", denied, "--tls", "cleared", "NOOP")).isEqualTo(2);
        assertThat(err.toString()).contains("the gateway warehouse lets no TLS pass, so no session of it is cleared: leave --tls out.");
    }

    // ---- Checks and masks ----

    @Test
    void checks_stopOrAreLogged_asTheConfigurationSays() throws IOException {
        var strict = configuration(RELAY);
        assertThat(explain("--config", strict, "--from", "192.0.2.10", "PORT 192,0,2,66,200,10")).isOne();
        assertThat(said()).isEqualTo("""
                Allowed by the defaults of 'here', and refused all the same: 501 The data address must be your own.
                check       bounce, enforced: PORT 192,0,2,66,200,10
                            A PORT with a third party's address makes the server attack it (FTP bounce, RFC 2577).
                to client   501 The data address must be your own.
                """);
        var lenient = configuration(RELAY.replace("dataPorts", "checks: { bounce: log }\n    dataPorts"));
        assertThat(explain("--config", lenient, "--from", "192.0.2.10", "PORT 192,0,2,66,200,10")).isZero();
        assertThat(said()).contains("check       bounce, logged: PORT", "The client's own address is used instead.\n",
                "on to 192.0.2.10:51210,");
        assertThat(explain("--config", strict, "--from", "192.0.2.10", "--reply", "227 Passive (198,51,100,20,0,22)", "PASV")).isOne();
        assertThat(said()).contains("check       passive-low-port, enforced: 227 ").doesNotContain("pinhole");
        assertThat(explain("--config", strict, "--from", "192.0.2.10", "--before-login", "PASV")).isOne();
        assertThat(said()).contains("check       login-first, enforced: PASV\n");
        assertThat(explain("--config", strict, "GET / HTTP/1.1")).isOne();
        assertThat(said()).startsWith("Refused, and no rule is asked: 500 This is FTP, not HTTP.\n").contains("ends        ");
    }

    @Test
    void replies_areMasked_andSecretsAreNotShown() throws IOException {
        Files.writeString(folder.resolve("masks.yaml"), RULED + "mask: { system: Not told. }\n");
        var rules = folder.resolve("masks.yaml").toString();
        assertThat(explain("--rules", rules, "SYST")).isZero();
        assertThat(said()).endsWith("supposing   215 UNIX Type: L8\nto client   215 Not told.\n");
        assertThat(explain("--rules", rules, "--reply", "211-Have", "--reply", " AUTH TLS", "--reply", " SIZE", "--reply", "211 End",
                "FEAT")).isZero();
        assertThat(said()).endsWith("""
                answer      211-Have
                             AUTH TLS
                             SIZE
                            211 End
                to client   211-Have
                             SIZE
                            211 End
                """);
        assertThat(explain("--rules", rules, "--before-login", "--user", "demo", "PASS sesame")).isZero();
        assertThat(said()).contains("to server   PASS ****\n").doesNotContain("sesame");
    }

    @Test
    void whatTheGatewayAsksOnItsOwn_isShown() throws IOException {
        Files.writeString(folder.resolve("paths.yaml"), """
                name: paths
                defaults: { action: allow }
                rules: [{ name: no-secrets, paths: /secret/**, action: deny }]
                """);
        var rules = folder.resolve("paths.yaml").toString();
        assertThat(explain("--rules", rules, "RETR a.txt")).isOne();
        assertThat(said()).contains("no-secrets (line 3): unresolved, so it refuses: the directory is not known\n",
                "to server   PWD (the gateway's own)\n", "to client   550 ");
        assertThat(explain("--rules", rules, "--directory", "/pub", "RETR a.txt")).isZero();
        assertThat(said()).doesNotContain("PWD");
    }

    @Test
    void json_hasAllOfIt() throws IOException {
        assertThat(explain("--config", placed("vip"), "--from", "192.0.2.10", "--json", "--reply", "227 (10,0,0,20,160,1)", "PASV"))
                .isZero();
        var json = new JsonMapper().readTree(out.toString());
        assertThat(json.get("refused").asBoolean()).isFalse();
        assertThat(json.get("consequences").valueStream().map(each -> each.get("what").asString()))
                .containsExactly("to-server", "server-answers", "pinhole-opens", "to-client");
        assertThat(json.at("/consequences/2")).hasToString("{\"what\":\"pinhole-opens\",\"mode\":\"PASV\",\"connects\":\"client\","
                + "\"from\":\"192.0.2.10\",\"to\":\"203.0.113.1:50000\",\"portOneOf\":\"50000-50999\",\"target\":\"10.0.0.20:40961\","
                + "\"targetSees\":\"192.0.2.10\",\"connections\":1,\"seconds\":30.0}");
        assertThat(json.at("/consequences/3/words").asString()).isEqualTo("rewritten");
    }

    // ---- What must be said ----

    @Test
    void whatADoorDependsOn_mustBeSaid_andMustFitTheGateway() throws IOException {
        var routed = placed("routed");
        refused("the data connection is with one client: say with --from which.", "--config", routed, "PASV");
        refused("clients of the gateway routed call many servers: say with --to which.",
                "--config", routed, "--from", "192.0.2.10", "PASV");
        refused("the gateway routed is for servers in 198.51.100.0/24, 2001:db8:5::/64, and "
                + "203.0.113.5:21 is not among them: nobody looks at what is said to it.",
                "--config", routed, "--from", "192.0.2.10", "--to", "203.0.113.5", "PASV");
        refused("the gateway routed looks at connections to port 21, not to 198.51.100.20:2121: say the port with --to.",
                "--config", routed, "--from", "192.0.2.10", "--to", "198.51.100.20:2121", "PASV");
        refused("the gateway vip leads to 10.0.0.20:21 alone: leave --to out.",
                "--config", placed("vip"), "--from", "192.0.2.10", "--to", "10.0.0.21", "PASV");
        refused("clients of the gateway vip call 203.0.113.1:21, and 2001:db8::1 cannot.",
                "--config", placed("vip"), "--from", "2001:db8::1", "EPSV");
        var everywhere = configuration(RELAY.replaceFirst("listen: .*", "listen: \"[::]:2121\"").replaceFirst(" +serverSees: .*\n", ""));
        refused("the gateway warehouse has several addresses: say with --called which the client has called.",
                "--config", everywhere, "--from", "192.0.2.10", "PASV");
        assertThat(explain(
                "--config", everywhere, "--from", "192.0.2.10", "--called", "192.0.2.1", "--server-sees", "198.51.100.7", "PASV")).isZero();
        assertThat(said()).contains("client 192.0.2.10 to 192.0.2.1:2122,", "come from 198.51.100.7\n");
        var named = configuration(RELAY.replace("server: 198.51.100.20", "server: ftp.example.org"));
        refused("the server of the gateway warehouse has a name, ftp.example.org:21: say with --to which address that is.",
                "--config", named, "--from", "192.0.2.10", "PASV");
        assertThat(explain("--config", named, "--from", "192.0.2.10", "--to", "198.51.100.9", "PASV")).isZero();
        assertThat(said()).contains("on to 198.51.100.9:50000");
        var some = configuration(Files.readString(Path.of(routed)).replace("mode: tproxy", "mode: tproxy\n      clients: [10.0.0.0/8]"));
        refused("the gateway routed is for clients in 10.0.0.0/8, and 192.0.2.10 is not among them: nobody looks at what it says.",
                "--config", some, "--from", "192.0.2.10", "--to", "198.51.100.20", "PASV");
        refused("the data connection cannot be set up by PASV here: 425 ",
                "--config", routed, "--from", "2001:db8:c::10", "--to", "2001:db8:5::20", "--mode", "PASV", "LIST");
    }

    private void refused(String sentence, String... arguments) {
        err.getBuffer().setLength(0);
        assertThat(explain(arguments)).isEqualTo(2);
        assertThat(err.toString()).startsWith("sallyport explain: " + sentence);
    }

    /** The README's configuration of a gateway on a router, with rules. */
    private String placed(String name) throws IOException {
        return configuration(example(Files.readString(Path.of("README.md")), name) + "    rules: here.yaml\n");
    }

    private static String example(String readme, String name) {
        return Stream.of(readme.split("```(yaml)?\n", -1))
                .filter(block -> block.startsWith("gateways:\n  - name: " + name + "\n")).findFirst().orElseThrow();
    }

    private String configuration(String text) throws IOException {
        Files.writeString(folder.resolve("here.yaml"), RULED);
        return Files.writeString(Files.createTempFile(folder, "gate", ".yaml"), text).toString();
    }

    /** Without the rules about other commands. */
    private String said() {
        return out.toString().replaceFirst("1 rule is about other commands.\n", "");
    }

    private int explain(String... arguments) {
        out.getBuffer().setLength(0);
        return Sallyport.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true))
                .execute(Stream.concat(Stream.of("explain"), List.of(arguments).stream()).toArray(String[]::new));
    }
}
