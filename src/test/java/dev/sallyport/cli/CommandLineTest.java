package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.rules.Check;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the command line answers, whole, and its exit codes. */
class CommandLineTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void no_command_names_them() {
        assertThat(execute()).isEqualTo(2);
        assertThat(err).hasToString("""
                sallyport: name a command: quickstart, run, check, test, replay, watch, ruleset, sessions, pinholes, kill, rules, reload, \
                explain, doctor, lab, bench.
                'sallyport --help' shows what there is.
                """);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "--listen localhost:2121 | Invalid value for option '--listen': 'localhost:2121' does not fit: write an IP address and"
                + " a port, such as 127.0.0.1:2121 or \"[::]:2121\".",
        "--data-ports 9-5 | Invalid value for option '--data-ports': '9-5' does not fit: write one port or two with a dash,"
                + " going upwards within 1 to 65535, such as 2122-2129.",
        "--server a..b | Invalid value for option '--server': 'a..b' does not fit: write a host name or an IP address, and a"
                + " port unless it is 21, such as ftp.example.org, 198.51.100.20:2121 or \"[2001:db8::1]:2121\".",
        "--active-source-port stric | Invalid value for option '--active-source-port': 'stric' does not fit: did you mean"
                + " 'strict'? Write strict or any.",
    })
    void option_that_does_not_fit_says_what_does(String options, String sentence) {
        assertThat(execute(("quickstart " + options).split(" "))).isEqualTo(2);
        assertThat(err).hasToString(
                "sallyport quickstart: " + sentence + "\n'sallyport quickstart --help' shows what there is.\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "--listen 127.0.0.1:2125 | the data ports 2122-2129 hold port 2125 of 127.0.0.1:2125, where clients log in: choose data"
                + " ports without it. The options are --listen and --data-ports.",
        "--server 127.0.0.1:2121 | the server 127.0.0.1:2121 is the gateway itself, which listens on 127.0.0.1:2121: name the"
                + " FTP server behind it. The options are --listen and --server.",
        "--server nobody.invalid | no address is known for the server 'nobody.invalid'. Check the name, or give its IP address"
                + " with --server.",
        "--listen 192.0.2.1:2121 --server 127.0.0.1 | cannot listen on 192.0.2.1:2121: Cannot assign requested address. This"
                + " machine has no such address; choose another address with --listen, such as --listen 192.0.2.1:3121.",
    })
    void what_cannot_work_is_one_sentence_with_the_way_out(String options, String sentence) {
        assertThat(execute(("quickstart " + options).split(" "))).isEqualTo(2);
        assertThat(err).hasToString("sallyport quickstart: " + sentence + "\n");
    }

    @Test
    void port_in_use_is_one_sentence_with_the_way_out() throws IOException {
        try (var taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress("127.0.0.1", 0));
            var port = taken.getLocalPort();
            assertThat(execute("quickstart", "--listen", "127.0.0.1:" + port)).isEqualTo(2);
            assertThat(err.toString())
                    .isEqualTo("sallyport quickstart: cannot listen on 127.0.0.1:" + port + ": Address already in use. Stop the"
                            + " program that listens there, or choose another address with --listen, such as --listen 127.0.0.1:"
                            + (port < 64_535 ? port + 1000 : port - 1000) + ".\n");
        }
    }

    @Test
    void check_of_a_good_file_shows_its_gateways() {
        assertThat(execute("check", "deploy/sallyport.yaml")).isZero();
        assertThat(out).hasToString("""
                deploy/sallyport.yaml is good.
                  main on [::]:2121 in front of 198.51.100.20:21, data ports 2122-2129
                """);
    }

    @Test
    void check_says_what_cannot_be_had_in_tls(@TempDir Path folder) throws IOException {
        var gateway = "gateways: [{ name: a, listen: 127.0.0.1:2121, server: 127.0.0.2, dataPorts: 2122, tls: passthrough";
        var without = Files.writeString(folder.resolve("without.yaml"), gateway + " }]");
        var with = Files.writeString(
                folder.resolve("with.yaml"), gateway + ", passiveRanges: { servers: 127.0.0.2, ports: 50000-50009 } }]");
        assertThat(execute("check", without.toString(), with.toString())).isZero();
        assertThat(out.toString()).contains(
                "data ports 2122, TLS unseen: no data connections in it\n",
                "data ports 2122, TLS unseen: passive mode alone in it, ports 50000-50009\n");
    }

    @Test
    void check_tells_rule_sets_from_configurations() {
        assertThat(execute("check", "rules/read-only.yaml", "deploy/sallyport.yaml", "rules/default.yaml")).isZero();
        assertThat(out).hasToString("""
                rules/read-only.yaml is good.
                  read-only: 2 rules, otherwise deny
                deploy/sallyport.yaml is good.
                  main on [::]:2121 in front of 198.51.100.20:21, data ports 2122-2129
                rules/default.yaml is good.
                  default: 1 rule, otherwise allow
                """);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void check_of_bad_rules_says_all_that_is_wrong(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("bad.yaml"), "rules:\n  - { name: a, action: deyn }\n");
        assertThat(execute("check", "rules/default.yaml", file.toString())).isEqualTo(2);
        assertThat(err).hasToString("sallyport check: the rule set has 2 mistakes.\n"
                + file + ":1:1: 'defaults' is missing: write 'defaults:' and below it 'action: deny'.\n"
                + file + ":2:24: rules[0].action: 'deyn' does not fit: did you mean 'deny'? Write allow, deny or close.\n");
    }

    @Test
    void check_warns_of_what_never_decides_and_what_nothing_uses(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("odd.yaml"), """
                defaults: { action: deny }
                rules:
                  - { name: all-stores, commands: STOR, action: deny }
                  - { name: late, commands: STOR, users: bob, action: allow }
                groups: { changes: [DELE] }
                """);
        assertThat(execute("check", file.toString())).isZero();
        assertThat(execute("check", "--strict", file.toString())).isEqualTo(1);
        var warnings = file + ":4:5: warning: 'late' can never decide: 'all-stores' on line 3 comes first and takes all that it"
                + " matches. Move it up, or remove it.\n"
                + file + ":5:11: warning: groups.changes: no rule uses this group: name it under commands, or remove it.\n";
        assertThat(err).hasToString(warnings + warnings);
    }

    /** The gateway may run elsewhere, or as somebody else, who can read it. */
    @Test
    void check_warns_of_a_token_that_cannot_be_read(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("gate.yaml"), """
                gateways: [{ name: main, listen: 127.0.0.1:2121, server: 127.0.0.2, dataPorts: 2122 }]
                telemetry: { token: no-token }
                """);
        assertThat(execute("check", file.toString())).isZero();
        assertThat(execute("check", "--strict", file.toString())).isEqualTo(1);
        assertThat(out.toString()).startsWith(file + " is good.\n");
        assertThat(err.toString().lines().distinct()).singleElement().asString()
                .startsWith(file + ": warning: telemetry.token: " + folder.resolve("no-token") + " ");
    }

    @Test
    void check_prints_the_checks_of_conduct() {
        assertThat(execute("check", "--checks")).isZero();
        assertThat(out.toString().lines()).hasSize(Check.values().length + 1);
        assertThat(out.toString()).contains("low-port               enforce  " + Check.LOW_PORT.attack());
        assertThat(execute("check")).isEqualTo(2);
        assertThat(err.toString()).startsWith("sallyport check: name a file, a configuration or a rule set.\n");
    }

    @Test
    void ruleset_isPrinted_asRunInstallsIt(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("router.yaml"), """
                gateways:
                  - name: routed
                    listen: "[::]:2121"
                    intercept: { mode: tproxy, clientInterfaces: [inside0], serverInterfaces: [outside0] }
                    server: original
                    servers: 198.51.100.0/24
                    dataPath: kernel
                    dataPorts: 50000-50099
                """);
        assertThat(execute("ruleset", "--config", file.toString())).isZero();
        assertThat(out.toString()).contains("table inet sallyport {", "inside0", "198.51.100.0/24", "tproxy ip to :2121");
    }

    @ParameterizedTest
    @CsvSource({"require,true", "allow,true", "refuse,false"})
    void ruleset_ofAGatewayThatEndsTls_letsTheRelayListen_whereDataMayHaveTls(String data, boolean listens, @TempDir Path folder)
            throws IOException {
        var file = Files.writeString(folder.resolve("router.yaml"), """
                gateways:
                  - name: routed
                    listen: "[::]:2121"
                    intercept: { mode: tproxy }
                    server: original
                    dataPath: kernel
                    dataPorts: 50000-50099
                    tls:
                      client: explicit
                      server: none
                      certificates: { certificate: ftp.pem, key: ftp.key }
                      data: { client: %s }
                """.formatted(data));
        assertThat(execute("ruleset", "--config", file.toString())).isZero();
        for (var part : List.of("chain own_listener {", "jump own_listener", "jump shared_port", "50000-50099 } ")) {
            assertThat(out.toString().contains(part)).as(part).isEqualTo(listens);
        }
        assertThat(out.toString()).contains("set pin4 {");
        assertThat(execute("check", file.toString())).isEqualTo(0);
        assertThat(out.toString().contains(", data through the kernel, with TLS through data ports 50000-50099, clients with TLS"))
                .isEqualTo(listens);
    }

    @Test
    void ruleset_thatRunWouldNotInstall_isNotPrinted(@TempDir Path folder) throws IOException {
        var user = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        var file = Files.writeString(folder.resolve("own.yaml"), """
                gateways:
                  - name: own
                    listen: "[::]:2121"
                    intercept: { mode: redirect, users: [%s] }
                    server: original
                    dataPorts: 50000-50003
                """.formatted(user));
        for (var command : List.of("ruleset", "run")) {
            assertThat(execute(command, "--config", file.toString())).isEqualTo(2);
            assertThat(err.toString()).contains("sallyport " + command + ": the gateway own runs as user " + user
                    + ", which intercept.users names: it would be led to itself for ever.");
        }
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void ruleset_ofAGatewayThatNeedsNone_isSaid() {
        assertThat(execute("ruleset", "--config", "deploy/sallyport.yaml")).isEqualTo(1);
        assertThat(err).hasToString("sallyport ruleset: no gateway in deploy/sallyport.yaml intercepts or has dataPath: kernel, so"
                + " nothing is installed in the packet filter.\n");
    }

    @Test
    void check_and_run_of_a_bad_file_say_all_that_is_wrong(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("bad.yaml"), "gateways: []\nthreads: many\n");
        var mistakes = "the configuration has 2 mistakes.\n"
                + file + ":1:11: gateways: the list is empty: write a list, each entry beginning with a dash, such as"
                + " '- name: main'.\n"
                + file + ":2:10: threads: 'many' does not fit: write a whole number from 0 to 1024.\n";
        assertThat(execute("check", file.toString())).isEqualTo(2);
        assertThat(execute("run", "--config", file.toString())).isEqualTo(2);
        assertThat(err).hasToString("sallyport check: " + mistakes + "sallyport run: " + mistakes);
    }

    @Test
    void every_command_answers_version() {
        assertThat(execute("run", "--version")).isZero();
        assertThat(out.toString()).startsWith("sallyport ").contains("Java 25");
    }

    private int execute(String... arguments) {
        return Sallyport.commandLine()
                .setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(arguments);
    }
}
